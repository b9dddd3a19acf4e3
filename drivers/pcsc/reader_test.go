//go:build cgo

package pcsc_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/pcsc"
	"motcua/drivers/rig"
)

// newReaders starts pcscd with readers of our own, which can be unplugged.
func newReaders(t *testing.T, n int) (*hands, []*rig.Reader) {
	t.Helper()
	rig.Require(t, rig.NeedCompiler, rig.NeedHeaders)
	s, readers, err := rig.StartReaders(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	addrs := map[string]string{}
	for _, r := range readers {
		addrs[r.Name] = r.Addr
	}
	return handsOn(t, s, addrs), readers
}

// answering is a card that answers every command alike.
func answering(sw ...byte) story {
	return story{drivertest.Card{ATR: atr, Answer: func([]byte) []byte { return slices.Clone(sw) }}}
}

// events is what one Watch has reported.
type events struct {
	t *testing.T
	c chan drivers.CardEvent
}

func watch(t *testing.T, r drivers.CardReaders) *events {
	t.Helper()
	e := &events{t, make(chan drivers.CardEvent, 1000)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = r.Watch(ctx, func(event drivers.CardEvent) { e.c <- event }) // ends with the test
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return e
}

// until takes events up to one of this kind at this reader; any reader if empty.
func (e *events) until(kind drivers.CardEventKind, reader string) drivers.CardEvent {
	e.t.Helper()
	var seen []string
	limit := time.After(20 * time.Second)
	for {
		select {
		case event := <-e.c:
			if event.Kind == kind && (reader == "" || event.Reader == reader) {
				return event
			}
			seen = append(seen, event.Kind.String()+" "+event.Reader)
		case <-limit:
			e.t.Fatalf("no %q at %q, only %q", kind, reader, seen)
		}
	}
}

func connect(t *testing.T, r drivers.CardReaders, reader string) drivers.Card {
	t.Helper()
	c, err := r.Connect(t.Context(), reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() }) // it may have left
	return c
}

// works checks that a card answers.
func works(t *testing.T, c drivers.Card) {
	t.Helper()
	if got, err := c.Transmit(t.Context(), hello); err != nil || !slices.Equal(got, status) {
		t.Fatalf("answered % X, %v", got, err)
	}
}

func TestReaderGoneAndBack(t *testing.T) {
	h, readers := newReaders(t, 2)
	r := pcsc.New()
	e := watch(t, r)
	one, other := readers[0], readers[1]
	h.place(one.Name, answering(status...))
	h.place(other.Name, answering(status...))
	e.until(drivers.CardPlaced, other.Name)
	present(t, r, one.Name)
	held, apart := connect(t, r, one.Name), connect(t, r, other.Name)
	works(t, held)
	for range 2 {
		if err := one.Unplug(); err != nil {
			t.Fatal(err)
		}
		if _, err := held.Transmit(t.Context(), hello); !errors.Is(err, drivers.ErrCardGone) {
			t.Errorf("command to an unplugged reader: %v, want the card gone", err)
		}
		e.until(drivers.CardLifted, one.Name)
		e.until(drivers.ReaderGone, one.Name)
		if _, err := r.Connect(t.Context(), one.Name); !errors.Is(err, drivers.ErrNoReader) && !errors.Is(err, drivers.ErrNoCard) {
			t.Errorf("connecting to an unplugged reader: %v, want no reader", err)
		}
		works(t, apart)
		if err := one.Plug(); err != nil {
			t.Fatal(err)
		}
		e.until(drivers.ReaderArrived, one.Name)
		e.until(drivers.CardPlaced, one.Name)
		if _, err := held.Transmit(t.Context(), hello); !errors.Is(err, drivers.ErrCardGone) {
			t.Errorf("command to the card that was there before: %v, want it gone", err)
		}
		_ = held.Close() // its card has left
		held = connect(t, r, one.Name)
		works(t, held)
	}
}

func TestReaderGivesUpAMuteCard(t *testing.T) {
	h, readers := newReaders(t, 1)
	name := readers[0].Name
	stop := make(chan struct{})
	mute := story{drivertest.Card{ATR: atr, Answer: func([]byte) []byte { <-stop; return status }}}
	r := pcsc.New()
	h.place(name, mute)
	present(t, r, name)
	if _, err := connect(t, r, name).Transmit(t.Context(), hello); !errors.Is(err, drivers.ErrCardGone) {
		t.Errorf("got %v, want the card gone", err)
	}
	close(stop) // the card comes back to its senses, and to the reader
	e := watch(t, r)
	e.until(drivers.CardPlaced, name)
	works(t, connect(t, r, name))
}

func TestReaderTellsWhatItCarries(t *testing.T) {
	h, readers := newReaders(t, 1)
	one := readers[0]
	r := pcsc.New()
	long := append([]byte{0, 0xD6, 0, 0, 0, 1, 0x2C}, make([]byte, 300)...)
	h.place(one.Name, answering(status...))
	present(t, r, one.Name)
	for _, c := range []struct {
		name   string
		tell   func() error
		want   int
		refuse bool
	}{
		{"nothing", func() error { return nil }, 0, false},
		{"the short form", func() error { return one.Tell(0) }, 256, true},
		{"some", func() error { return one.Tell(260) }, 260, true},
		{"all", func() error { return one.Tell(65536) }, 65536, false},
	} {
		if err := c.tell(); err != nil {
			t.Fatal(err)
		}
		card := connect(t, r, one.Name)
		if got := drivers.MaxData(card); got != c.want {
			t.Errorf("%s: %d bytes, want %d", c.name, got, c.want)
		}
		if _, err := card.Transmit(t.Context(), long); errors.Is(err, drivers.ErrTooLong) != c.refuse {
			t.Errorf("%s: long command: %v", c.name, err)
		}
		works(t, card)
		if err := card.Close(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A reader that says nothing of its limit, or claims more, refuses a long command
// with the same error as a pulled card.
func TestReaderRefusesWhatIsTooLong(t *testing.T) {
	h, readers := newReaders(t, 1)
	one := readers[0]
	if err := errors.Join(one.Tell(65536), one.Refuse(261)); err != nil {
		t.Fatal(err)
	}
	r := pcsc.New()
	h.place(one.Name, answering(status...))
	present(t, r, one.Name)
	card := connect(t, r, one.Name)
	long := append([]byte{0, 0xD6, 0, 0, 0, 1, 0x2C}, make([]byte, 300)...)
	if _, err := card.Transmit(t.Context(), long); !errors.Is(err, drivers.ErrTooLong) || errors.Is(err, drivers.ErrCardGone) {
		t.Errorf("got %v, want too long", err)
	}
	works(t, card)
	h.lift[one.Name]()
	if _, err := card.Transmit(t.Context(), long); !errors.Is(err, drivers.ErrCardGone) || errors.Is(err, drivers.ErrTooLong) {
		t.Errorf("once the card was lifted: got %v, want it gone", err)
	}
}
