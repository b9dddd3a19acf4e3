//go:build cgo

package pcsc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ebfe/scard"

	"motcua/drivers"
	"motcua/protocol/apdu"
)

// closePatience is how long a card may take to be reset, and a call that was left
// behind to end, before its reader counts as mute.
const closePatience = 2 * time.Second

// errClosed is why a card's session is over after Close.
var errClosed = fmt.Errorf("card closed: %w", drivers.ErrCardGone)

// Card is a card on one of the machine's readers, held exclusively.
type Card struct {
	home     *Readers
	reader   string
	atr      []byte
	carries  capacity
	requests chan request
	letGo    func()        // ends serve, once
	leaving  chan struct{} // closed by letGo
	ended    chan struct{} // closed when serve has let go of the card
	closeErr error         // valid after ended
	// connected tells that pcscd has given us the card
	connected atomic.Bool

	mu   sync.Mutex
	gone error // why the session is over
}

type request struct {
	command []byte
	answer  chan<- answer
}

type answer struct {
	response []byte
	err      error
}

func newCard(home *Readers, reader string) *Card {
	c := &Card{
		home: home, reader: reader,
		requests: make(chan request), leaving: make(chan struct{}), ended: make(chan struct{}),
	}
	c.letGo = sync.OnceFunc(func() { close(c.leaving) })
	return c
}

// ATR is the answer to reset.
func (c *Card) ATR() []byte { return bytes.Clone(c.atr) }

// MaxData is how many bytes of data the reader says it carries in one command or
// answer; 0 when it does not say.
func (c *Card) MaxData() int { return c.carries.data }

// Transmit exchanges a command for a response. One that the reader does not carry
// fails with [drivers.ErrTooLong]; the session goes on. When ctx ends first the exchange is
// left behind: the session is over and later calls fail with [drivers.ErrCardGone].
func (c *Card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	// A single byte would reach a virtual reader as a control code.
	if len(command) < headerSize {
		return nil, fmt.Errorf("command of %d bytes: %w", len(command), apdu.ErrMalformed)
	}
	if err := c.over(nil); err != nil {
		return nil, err
	}
	if c.carries.tooLong(command) {
		return nil, fmt.Errorf("command of %d bytes, of which the reader carries %d of data: %w", len(command), c.carries.data, drivers.ErrTooLong)
	}
	done := make(chan answer, 1)
	select {
	case c.requests <- request{bytes.Clone(command), done}:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-c.leaving:
		return nil, errClosed
	case <-c.ended:
		return nil, errClosed
	}
	select {
	case a := <-done:
		return a.response, c.judge(a.err)
	case <-ctx.Done():
		c.over(fmt.Errorf("an earlier command was given up: %w", drivers.ErrCardGone))
		c.leaveBehind()
		return nil, ctx.Err()
	}
}

// judge remembers an error that ends the session.
func (c *Card) judge(err error) error {
	if errors.Is(err, drivers.ErrCardGone) {
		c.over(err)
	}
	return err
}

// over tells why the session has ended, if it has; the first reason stays.
func (c *Card) over(why error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone == nil {
		c.gone = why
	}
	return c.gone
}

// Close resets the card and lets go of the reader. It may be called twice. It
// does not wait for a card that has left or does not answer.
func (c *Card) Close() error {
	why := c.over(errClosed)
	c.letGo()
	if !errors.Is(why, errClosed) {
		return nil
	}
	select {
	case <-c.ended:
		return c.closeErr
	case <-time.After(closePatience):
		c.leaveBehind()
		return fmt.Errorf("resetting the card: %w", drivers.ErrReaderMute)
	}
}

// leaveBehind notes that a call has not returned. Nothing is done to its context:
// that would freeze the process.
func (c *Card) leaveBehind() {
	c.letGo()
	c.home.mu.Lock()
	defer c.home.mu.Unlock()
	select {
	case <-c.ended:
	default:
		if left := c.home.left[c.reader]; !slices.Contains(left, c) {
			c.home.left[c.reader] = append(left, c)
		}
	}
}

// finish marks the card as let go.
func (c *Card) finish() {
	c.home.mu.Lock()
	defer c.home.mu.Unlock()
	c.home.left[c.reader] = slices.DeleteFunc(c.home.left[c.reader], func(o *Card) bool { return o == c })
	close(c.ended)
}

// serve is the only goroutine that uses this card's context.
func (c *Card) serve(connected chan<- error) {
	defer c.finish()
	sc, err := establish()
	if err != nil {
		connected <- err
		return
	}
	defer func() {
		_ = sc.Release() // fails when pcscd died, and frees the socket all the same
	}()
	card, err := c.power(sc)
	c.connected.Store(err == nil)
	connected <- err
	if err != nil {
		return
	}
	if vanished := c.exchanges(card); vanished {
		// Until pcscd knows that the card has left. If the card is reset before that,
		// and one is placed before that, pcscd believes for ever that none is there.
		time.Sleep(polling)
	}
	err = card.Disconnect(disposition(card))
	if left := c.over(nil); err != nil && errors.Is(left, errClosed) {
		c.closeErr = fail("letting go of the card", err) // it was still there, as far as we know
	}
}

// disposition resets the card, unless it has left: pcscd would take a reset on a
// reader that was unplugged for a card that came back.
func disposition(card *scard.Card) scard.Disposition {
	if _, err := card.Status(); err != nil {
		return scard.LeaveCard
	}
	return scard.ResetCard
}

// power connects to the card and learns its answer to reset.
func (c *Card) power(sc *scard.Context) (*scard.Card, error) {
	doing := "connecting to the card on " + c.reader
	card, err := sc.Connect(c.reader, scard.ShareExclusive, scard.ProtocolAny)
	if err != nil {
		return nil, fail(doing, err)
	}
	if p := card.ActiveProtocol(); p != scard.ProtocolT0 && p != scard.ProtocolT1 {
		_ = card.Disconnect(scard.LeaveCard) // scard would panic at the first exchange
		return nil, fmt.Errorf("%s: it speaks neither T=0 nor T=1", doing)
	}
	status, err := card.Status()
	if err != nil {
		_ = card.Disconnect(scard.LeaveCard) // it has most likely left
		return nil, fail(doing, err)
	}
	c.atr, c.carries = status.Atr, capacityOf(card.Control)
	return card, nil
}

// exchanges carries commands until the card is let go or has gone, and tells
// whether it has gone without pcscd's knowledge.
func (c *Card) exchanges(card *scard.Card) (vanished bool) {
	for {
		select {
		case <-c.leaving:
			return false
		case q := <-c.requests:
			var response []byte
			var err error
			response, vanished, err = exchange(card, q.command)
			over := errors.Is(err, drivers.ErrCardGone)
			if over {
				c.leaveBehind() // before anybody can ask for the next card
			}
			if vanished {
				c.home.listen.doubt(c.reader)
			}
			q.answer <- answer{response, err}
			if over {
				return vanished
			}
		}
	}
}

// exchange carries one command. vanished tells that the card has gone without
// pcscd's knowledge.
func exchange(card *scard.Card, command []byte) (response []byte, vanished bool, err error) {
	response, err = card.Transmit(command)
	switch {
	case err == nil && len(response) < 2:
		return nil, true, fmt.Errorf("exchanging: answer of %d bytes: %w", len(response), drivers.ErrCardGone)
	case err == nil:
		return response, false, nil
	case long(command) && complainsOfLength(err):
		return nil, false, failLength(command, err)
	case long(command) && errors.Is(err, scard.ErrNotTransacted):
		// Readers' drivers say this of a command that is too long for them, too. A card
		// that is still there when pcscd would have noticed was not pulled.
		time.Sleep(polling)
		if _, gone := card.Status(); gone == nil {
			return nil, false, failLength(command, err)
		}
		return nil, false, failExchange(err)
	}
	return nil, unnoticed(err), failExchange(err)
}
