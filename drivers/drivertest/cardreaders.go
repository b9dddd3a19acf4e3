package drivertest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"motcua/drivers"
	"motcua/protocol/apdu"
)

// TestCardReaders tells every story of [drivers.CardReaders] and [drivers.Card]
// on a fresh bench each.
//
// Two things the interface leaves open are fixed here: a second Connect to a card
// that is held fails with [drivers.ErrBusy] at once instead of waiting; and an
// exchange that was given up because its context ended ends the session, so that
// every later Transmit fails with [drivers.ErrCardGone].
func TestCardReaders(t *testing.T, factory Factory) {
	stories := []struct {
		name string
		tell func(t *testing.T, b *Bench)
	}{
		{"readers are listed", listed},
		{"card placed, read, lifted", readAndLift},
		{"card was there before", placedBefore},
		{"card lifted between two commands", liftedBetween},
		{"card swapped between two commands", swapped},
		{"card lifted during a command", liftedDuring},
		{"watch cancelled", watchCancelled},
		{"command cancelled", transmitCancelled},
		{"command past its deadline", transmitDeadline},
		{"cancelled before it began", cancelledBefore},
		{"connect without a card", connectNoCard},
		{"connect to an unknown reader", connectNoReader},
		{"two readers", twoReaders},
		{"connect to a held card", connectBusy},
		{"close", closing},
		{"useless answer", uselessAnswer},
		{"useless commands", uselessCommands},
		{"slow listener", slowListener},
		{"service restarted", serviceRestarted},
		{"service killed during a command", serviceKilled},
		{"service not running", serviceAbsent},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			b := factory(t)
			if len(b.Names) < 2 {
				t.Fatalf("the bench has %d readers, the stories need two", len(b.Names))
			}
			s.tell(t, b)
		})
	}
}

func listed(t *testing.T, b *Bench) {
	got, err := b.Readers.Readers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, b.Names) {
		t.Errorf("readers %q, want %q", got, b.Names)
	}
	w := watch(t, b.Readers)
	w.expectReaders(b.Names)
	w.end()
}

func readAndLift(t *testing.T, b *Bench) {
	w := watch(t, b.Readers)
	w.expectReaders(b.Names)
	b.Place(b.Names[0], speaker(atrOne, "one"))
	w.expectPlaced(b.Names[0], atrOne)
	c := connect(t, b, b.Names[0])
	if !slices.Equal(c.ATR(), atrOne) {
		t.Errorf("connected to ATR % X, want % X", c.ATR(), atrOne)
	}
	for range 3 {
		says(t, c, "one")
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	b.Lift(b.Names[0])
	w.expect(drivers.CardLifted, b.Names[0])
	w.end()
}

func placedBefore(t *testing.T, b *Bench) {
	first := watch(t, b.Readers)
	first.expectReaders(b.Names)
	b.Place(b.Names[0], speaker(atrOne, "one"))
	first.expectPlaced(b.Names[0], atrOne)
	first.end()

	w := watch(t, b.Readers)
	for range len(b.Names) + 1 {
		e := w.next()
		placed := e.Kind == drivers.CardPlaced && e.Reader == b.Names[0] && slices.Equal(e.ATR, atrOne)
		if e.Kind != drivers.ReaderArrived && !placed {
			t.Fatalf("got %q at %q, want what is there now", e.Kind, e.Reader)
		}
	}
	w.end()
}

func liftedBetween(t *testing.T, b *Bench) {
	c := placeAndConnect(t, b, speaker(atrOne, "one"))
	says(t, c, "one")
	b.Lift(b.Names[0])
	isGone(t, c)
	isGone(t, c)
}

func swapped(t *testing.T, b *Bench) {
	w := watch(t, b.Readers)
	w.expectReaders(b.Names)
	b.Place(b.Names[0], speaker(atrOne, "one"))
	w.expectPlaced(b.Names[0], atrOne)
	c := connect(t, b, b.Names[0])
	says(t, c, "one")

	b.Lift(b.Names[0])
	b.Place(b.Names[0], speaker(atrTwo, "two"))
	isGone(t, c)
	w.expect(drivers.CardLifted, b.Names[0])
	w.expectPlaced(b.Names[0], atrTwo)
	isGone(t, c)
	_ = c.Close() // the card it belonged to has left
	says(t, connect(t, b, b.Names[0]), "two")
}

func liftedDuring(t *testing.T, b *Bench) {
	m := newMute(t)
	c := placeAndConnect(t, b, m.Card)
	done := exchange(t.Context(), c)
	await(t, "the command's arrival", m.heard)
	b.Lift(b.Names[0])
	if err := within(t, "a command whose card was lifted", done); !errors.Is(err, drivers.ErrCardGone) {
		t.Fatalf("got %v, want card gone", err)
	}
	isGone(t, c)
}

func watchCancelled(t *testing.T, b *Bench) {
	for range 5 { // a cancel that is issued just before the wait must not be lost
		w := watch(t, b.Readers)
		w.expectReaders(b.Names)
		w.end()
	}
}

func transmitCancelled(t *testing.T, b *Bench) {
	m := newMute(t)
	c := placeAndConnect(t, b, m.Card)
	ctx, cancel := context.WithCancel(t.Context())
	done := exchange(ctx, c)
	await(t, "the command's arrival", m.heard)
	cancel()
	if err := within(t, "a cancelled command", done); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's error", err)
	}
	isGone(t, c)
	_ = c.Close() // reports that the chip could not be reset, if anything

	w := watch(t, b.Readers)
	settle(w, b)
	b.Lift(b.Names[0])
	w.expect(drivers.CardLifted, b.Names[0])
	b.Place(b.Names[0], speaker(atrTwo, "two"))
	w.expectPlaced(b.Names[0], atrTwo)
	says(t, connect(t, b, b.Names[0]), "two")
}

func transmitDeadline(t *testing.T, b *Bench) {
	m := newMute(t)
	c := placeAndConnect(t, b, m.Card)
	ctx, cancel := context.WithTimeout(t.Context(), prompt/10)
	defer cancel()
	if err := within(t, "a command past its deadline", exchange(ctx, c)); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want the context's error", err)
	}
}

func cancelledBefore(t *testing.T, b *Bench) {
	c := placeAndConnect(t, b, speaker(atrOne, "one"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, listErr := b.Readers.Readers(ctx)
	_, connectErr := b.Readers.Connect(ctx, b.Names[1])
	_, transmitErr := c.Transmit(ctx, command)
	watchErr := b.Readers.Watch(ctx, func(drivers.CardEvent) {})
	for what, err := range map[string]error{"Readers": listErr, "Connect": connectErr, "Transmit": transmitErr, "Watch": watchErr} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s returned %v, want the context's error", what, err)
		}
	}
}

func connectNoCard(t *testing.T, b *Bench) {
	if _, err := b.Readers.Connect(t.Context(), b.Names[0]); !errors.Is(err, drivers.ErrNoCard) {
		t.Errorf("got %v, want no card", err)
	}
}

func connectNoReader(t *testing.T, b *Bench) {
	if _, err := b.Readers.Connect(t.Context(), "No Such Reader 00 00"); !errors.Is(err, drivers.ErrNoReader) {
		t.Errorf("got %v, want no reader", err)
	}
}

func twoReaders(t *testing.T, b *Bench) {
	w := watch(t, b.Readers)
	w.expectReaders(b.Names)
	b.Place(b.Names[0], speaker(atrOne, "one"))
	w.expectPlaced(b.Names[0], atrOne)
	b.Place(b.Names[1], speaker(atrTwo, "two"))
	w.expectPlaced(b.Names[1], atrTwo)

	one, two := connect(t, b, b.Names[0]), connect(t, b, b.Names[1])
	says(t, one, "one")
	says(t, two, "two")
	b.Lift(b.Names[0])
	w.expect(drivers.CardLifted, b.Names[0])
	isGone(t, one)
	says(t, two, "two")
}

func connectBusy(t *testing.T, b *Bench) {
	c := placeAndConnect(t, b, speaker(atrOne, "one"))
	if _, err := b.Readers.Connect(t.Context(), b.Names[0]); !errors.Is(err, drivers.ErrBusy) {
		t.Fatalf("got %v, want busy", err)
	}
	says(t, c, "one")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	says(t, connect(t, b, b.Names[0]), "one")
}

func closing(t *testing.T, b *Bench) {
	c := placeAndConnect(t, b, speaker(atrOne, "one"))
	for i := range 2 {
		if err := c.Close(); err != nil {
			t.Errorf("close number %d: %v", i+1, err)
		}
	}
	isGone(t, c)
}

// uselessAnswer places a card that answers less than a status word. (A virtual
// reader takes no answer at all for a mute card, which is another story.)
func uselessAnswer(t *testing.T, b *Bench) {
	c := placeAndConnect(t, b, Card{ATR: atrOne, Answer: func([]byte) []byte { return swOK[:1] }})
	isGone(t, c)
	isGone(t, c)
}

func uselessCommands(t *testing.T, b *Bench) {
	c := placeAndConnect(t, b, speaker(atrOne, "one"))
	for _, cmd := range [][]byte{nil, {}, {0x04}, {0, 0xB0, 0}} {
		if _, err := c.Transmit(t.Context(), cmd); !errors.Is(err, apdu.ErrMalformed) {
			t.Errorf("sending % X: got %v, want a malformed command", cmd, err)
		}
	}
	says(t, c, "one")
}

// slowListener holds up its first report while cards come and go, and must still
// hear of all of them. A second listener tells when each has been noticed.
func slowListener(t *testing.T, b *Bench) {
	begun, hold := make(chan struct{}), make(chan struct{})
	var once sync.Once
	slow := watchWith(t, b.Readers, func(drivers.CardEvent) {
		once.Do(func() { close(begun) })
		<-hold
	})
	await(t, "the slow listener's first event", begun)
	quick := watch(t, b.Readers)
	quick.expectReaders(b.Names)
	for range 2 {
		b.Place(b.Names[0], speaker(atrOne, "one"))
		quick.expectPlaced(b.Names[0], atrOne)
		b.Lift(b.Names[0])
		quick.expect(drivers.CardLifted, b.Names[0])
	}
	close(hold)
	slow.expectReaders(b.Names)
	for range 2 {
		slow.expectPlaced(b.Names[0], atrOne)
		slow.expect(drivers.CardLifted, b.Names[0])
	}
	slow.end()
	quick.end()
}
