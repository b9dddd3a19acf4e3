package drivertest

import (
	"errors"
	"slices"
	"testing"

	"motcua/drivers"
)

// placeAndConnect places a card on the first reader, waits until it is seen, and
// connects to it.
func placeAndConnect(t *testing.T, b *Bench, card Card) drivers.Card {
	t.Helper()
	w := watch(t, b.Readers)
	w.expectReaders(b.Names)
	b.Place(b.Names[0], card)
	w.expectPlaced(b.Names[0], card.ATR)
	w.end()
	return connect(t, b, b.Names[0])
}

func connect(t *testing.T, b *Bench, reader string) drivers.Card {
	t.Helper()
	c, err := b.Readers.Connect(t.Context(), reader)
	if err != nil {
		t.Fatalf("connecting to %q: %v", reader, err)
	}
	t.Cleanup(func() { _ = c.Close() }) // most stories end with the card gone
	return c
}

// says checks that the card answers a command with its text.
func says(t *testing.T, c drivers.Card, text string) {
	t.Helper()
	got, err := c.Transmit(t.Context(), command)
	if err != nil {
		t.Fatalf("asking card %q: %v", text, err)
	}
	if !slices.Equal(got, append([]byte(text), swOK...)) {
		t.Fatalf("card answered %q, want %q", got, text)
	}
}

// isGone checks that a command fails at once because the card has left.
func isGone(t *testing.T, c drivers.Card) {
	t.Helper()
	if err := within(t, "a command to a card that has left", exchange(t.Context(), c)); !errors.Is(err, drivers.ErrCardGone) {
		t.Fatalf("got %v, want card gone", err)
	}
}

// settle takes the arrival of all readers, in any order, and of the card on the
// first one.
func settle(w *watcher, b *Bench) {
	w.t.Helper()
	missing := slices.Clone(b.Names)
	card := false
	for len(missing) > 0 || !card {
		e := w.next()
		switch {
		case e.Kind == drivers.ReaderArrived && slices.Contains(missing, e.Reader):
			missing = slices.DeleteFunc(missing, func(n string) bool { return n == e.Reader })
		case e.Kind == drivers.CardPlaced && e.Reader == b.Names[0] && !card && !slices.Contains(missing, e.Reader):
			card = true
		default:
			w.t.Fatalf("got %q at %q, want the readers and their card anew", e.Kind, e.Reader)
		}
	}
}
