//go:build cgo

package pcsc

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ebfe/scard"

	"motcua/drivers"
)

const (
	// connectPatience is how long pcscd may take to connect. A chip is powered in less
	// than a second; but pcscd waits for another program's transaction, without end.
	connectPatience = 3 * time.Second
	// askPatience bounds the question who holds a card: a turn of the listener, which
	// has to end first, and the answer.
	askPatience = wait + 500*time.Millisecond
)

// stuck tells why a call on a reader has not returned: another program holds the
// card, or the reader is mute.
func (r *Readers) stuck(ctx context.Context, c *Card, doing string) error {
	if c.connected.Load() {
		return fmt.Errorf("%s: %w", doing, drivers.ErrReaderMute) // it is ours
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	held, err := patiently(ctx, func() (bool, error) { return heldByAnother(ctx, c.reader) })
	switch {
	case held:
		return fmt.Errorf("%s: waiting for its transaction: %w", doing, drivers.ErrBusy)
	case err != nil && !errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w", doing, drivers.ErrReaderMute)
}

// heldByAnother asks pcscd whether any program is connected to a reader's card.
func heldByAnother(ctx context.Context, reader string) (bool, error) {
	sc, err := establish()
	if err != nil {
		return false, err
	}
	defer func() {
		_ = sc.Release() // fails when pcscd died, and frees the socket all the same
	}()
	states := []scard.ReaderState{{Reader: reader}}
	if err := waitForChange(ctx, sc, states, 0); err != nil {
		return false, fail("asking who holds the card on "+reader, err)
	}
	return uint32(states[0].EventState)&(flagExclusive|flagInUse) != 0, nil
}
