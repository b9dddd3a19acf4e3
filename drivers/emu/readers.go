package emu

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"motcua/drivers"
)

// Readers are card readers inside the process. They implement
// [drivers.CardReaders] and pass the same conformance suite as drivers/pcsc; the
// other methods are the hands of whoever stands in front of them.
type Readers struct {
	mu       sync.Mutex
	stopped  bool
	readers  []*reader
	watchers map[*watcher]struct{}
	link     Link
}

// reader is one reader and what lies on it; Readers.mu guards it.
type reader struct {
	name    string
	card    CardSide      // nil: none
	turn    chan struct{} // held by the exchange under way with card
	session *session      // nil: nobody is connected
	tear    int           // exchanges until the card is torn off; 0: never
}

var (
	_ drivers.CardReaders = (*Readers)(nil)

	errStopped = fmt.Errorf("%w: %w", drivers.ErrCardGone, drivers.ErrNoService)
	errLifted  = fmt.Errorf("%w: lifted", drivers.ErrCardGone)
	errClosed  = fmt.Errorf("%w: connection closed", drivers.ErrCardGone)
	errGivenUp = fmt.Errorf("%w: an exchange was given up", drivers.ErrCardGone)
	errMute    = fmt.Errorf("%w: no answer", drivers.ErrCardGone)

	// ErrOccupied is returned when a card is placed where one lies.
	ErrOccupied = errors.New("a card lies on the reader")
)

// NewReaders makes readers of these names, each without a card, under a running
// service.
func NewReaders(names ...string) *Readers {
	r := &Readers{watchers: make(map[*watcher]struct{})}
	for _, name := range names {
		r.readers = append(r.readers, newReader(name))
	}
	return r
}

func newReader(name string) *reader { return &reader{name: name, turn: make(chan struct{}, 1)} }

// SetLink makes every later exchange take the link's time.
func (r *Readers) SetLink(l Link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.link = l
}

// Readers lists the readers.
func (r *Readers) Readers(ctx context.Context) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("listing readers: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return nil, fmt.Errorf("listing readers: %w", drivers.ErrNoService)
	}
	names := make([]string, len(r.readers))
	for i, rd := range r.readers {
		names[i] = rd.name
	}
	return names, nil
}

// Connect powers the card on a reader.
func (r *Readers) Connect(ctx context.Context, name string) (drivers.Card, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("connecting to %q: %w", name, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return nil, fmt.Errorf("connecting to %q: %w", name, drivers.ErrNoService)
	}
	rd, err := r.find(name)
	if err != nil {
		return nil, err
	}
	switch {
	case rd.card == nil:
		return nil, fmt.Errorf("connecting to %q: %w", name, drivers.ErrNoCard)
	case rd.session != nil:
		return nil, fmt.Errorf("connecting to %q: %w", name, drivers.ErrBusy)
	}
	rd.session = newSession(r, rd)
	if rd.idle() {
		rd.card.Power(PowerOn)
	}
	return rd.session, nil
}

// Place puts a card on a reader that has none.
func (r *Readers) Place(name string, card CardSide) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rd, err := r.find(name)
	if err != nil {
		return err
	}
	if rd.card != nil {
		return fmt.Errorf("placing a card on %q: %w", name, ErrOccupied)
	}
	rd.card, rd.turn, rd.tear = card, make(chan struct{}, 1), 0
	r.report(drivers.CardEvent{Kind: drivers.CardPlaced, Reader: name, ATR: slices.Clone(card.ATR())})
	return nil
}

// Lift takes the card away; an exchange under way fails.
func (r *Readers) Lift(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rd, err := r.find(name)
	if err != nil {
		return err
	}
	if rd.card == nil {
		return fmt.Errorf("lifting the card from %q: %w", name, drivers.ErrNoCard)
	}
	r.lift(rd)
	return nil
}

// TearAt lifts the card in the middle of the nth exchange from now, counted from
// 1: the chip hears the command and its answer is lost.
func (r *Readers) TearAt(name string, n int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rd, err := r.find(name)
	if err != nil {
		return err
	}
	rd.tear = n
	return nil
}

// StopService does what the death of pcscd does: every reader and card is gone.
func (r *Readers) StopService() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return
	}
	r.stopped = true
	for _, rd := range r.readers {
		rd.drop(errStopped)
	}
	r.report(lost())
}

// StartService brings the service back; cards lie where they lay.
func (r *Readers) StartService() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.stopped {
		return
	}
	r.stopped = false
	events := append([]drivers.CardEvent{{Kind: drivers.ServiceBack}}, r.inventory()...)
	for w := range r.watchers {
		w.add(events...)
	}
}

// Plug adds a reader.
func (r *Readers) Plug(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readers = append(r.readers, newReader(name))
	r.report(drivers.CardEvent{Kind: drivers.ReaderArrived, Reader: name})
}

// Unplug takes a reader away, with the card on it.
func (r *Readers) Unplug(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rd, err := r.find(name)
	if err != nil {
		return err
	}
	if rd.card != nil {
		r.lift(rd)
	}
	r.readers = slices.DeleteFunc(r.readers, func(other *reader) bool { return other == rd })
	r.report(drivers.CardEvent{Kind: drivers.ReaderGone, Reader: name})
	return nil
}

func (r *Readers) find(name string) (*reader, error) {
	for _, rd := range r.readers {
		if rd.name == name {
			return rd, nil
		}
	}
	return nil, fmt.Errorf("reader %q: %w", name, drivers.ErrNoReader)
}

func (r *Readers) lift(rd *reader) {
	rd.drop(errLifted)
	if rd.idle() {
		rd.card.Power(PowerOff)
	}
	rd.card = nil
	r.report(drivers.CardEvent{Kind: drivers.CardLifted, Reader: rd.name})
}

// report tells every watcher, unless there is no service to notice.
func (r *Readers) report(e drivers.CardEvent) {
	if r.stopped && e.Kind != drivers.ServiceLost {
		return
	}
	for w := range r.watchers {
		w.add(e)
	}
}

// inventory is what is there now, as events.
func (r *Readers) inventory() []drivers.CardEvent {
	var events []drivers.CardEvent
	for _, rd := range r.readers {
		events = append(events, drivers.CardEvent{Kind: drivers.ReaderArrived, Reader: rd.name})
		if rd.card != nil {
			events = append(events, drivers.CardEvent{Kind: drivers.CardPlaced, Reader: rd.name, ATR: slices.Clone(rd.card.ATR())})
		}
	}
	return events
}

func lost() drivers.CardEvent {
	return drivers.CardEvent{Kind: drivers.ServiceLost, Err: fmt.Errorf("emulated readers: %w", drivers.ErrNoService)}
}

// idle tells whether the card can be powered now: it may be busy with a command
// that nobody waits for any more.
func (rd *reader) idle() bool { return len(rd.turn) == 0 }

// drop ends the session, if there is one.
func (rd *reader) drop(cause error) {
	if rd.session != nil {
		rd.session.end(cause)
		rd.session = nil
	}
}
