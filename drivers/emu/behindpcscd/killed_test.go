//go:build cgo

package behindpcscd_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"motcua/drivers"
	"motcua/drivers/emu"
	"motcua/drivers/rig"
	"motcua/protocol/emrtd"
)

// tripwire is a card that does something when it is powered for the n-th time, or
// at the n-th command of the story, counted from arm on.
type tripwire struct {
	emu.CardSide
	mu              sync.Mutex
	powers, command int
	do              func()
}

// arm sets what to do, and after how many times of power or how many commands; 0
// is never.
func (w *tripwire) arm(powers, command int, do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.powers, w.command, w.do = powers, command, do
}

func (w *tripwire) count(left *int) {
	w.mu.Lock()
	do := w.do
	*left--
	hit := *left == 0
	w.mu.Unlock()
	if hit {
		do()
	}
}

func (w *tripwire) Power(p emu.Power) {
	if p != emu.PowerOff {
		w.count(&w.powers)
	}
	w.CardSide.Power(p)
}

func (w *tripwire) Transmit(command []byte) []byte {
	w.count(&w.command)
	return w.CardSide.Transmit(command)
}

// Commands of a reading of An's card: PACE is over after the tenth, the files last
// until the eighty-sixth.
const (
	withinPACE  = 5
	withinFiles = 40
)

// death is how pcscd ends.
type death struct {
	name string
	end  func(*rig.Service)
}

var deaths = []death{
	{"killed", (*rig.Service).Kill},
	{"terminated", func(s *rig.Service) { _ = s.End() }}, // or killed when it does not heed
}

// However pcscd ends, and at whatever moment, the reading under way ends at once in
// the right error, and once pcscd is back the next one succeeds, in the same process
// and with the same objects.
func TestServiceKilledInEachPhase(t *testing.T) {
	d := newDesk(t)
	p := persona(t, "an")
	chip, err := d.issuer.Issue(p, emu.CardOptions{})
	if err != nil {
		t.Fatal(err)
	}
	card := &tripwire{CardSide: chip}
	reader, _ := d.place(card) // it comes back by itself after each restart
	o := d.options(p)
	gone := []error{drivers.ErrCardGone, drivers.ErrNoService}
	at := func(powers, command int, want []error) func(*testing.T, func()) {
		return func(t *testing.T, end func()) {
			card.arm(powers, command, end)
			d.fails(t, reader, o, want)
		}
	}
	for _, phase := range []struct {
		name string
		play func(t *testing.T, end func())
	}{
		{"while nothing happens", func(_ *testing.T, end func()) { end() }},
		{"while connecting", func(t *testing.T, end func()) {
			d.service.Freeze() // so that the connection is under way
			time.AfterFunc(100*time.Millisecond, func() {
				time.AfterFunc(100*time.Millisecond, d.service.Thaw)
				end()
			})
			d.fails(t, reader, o, gone[1:])
		}},
		{"during PACE", at(0, withinPACE, gone)},
		{"in the middle of the files", at(0, withinFiles, gone)},
		{"while letting the card go", at(1, 0, nil)},
		{"between two cards", func(t *testing.T, end func()) {
			if _, err := d.read(t, reader, o); err != nil {
				t.Fatal(err)
			}
			end()
		}},
	} {
		for _, how := range deaths {
			t.Run(phase.name+", "+how.name, func(t *testing.T) {
				ended := make(chan struct{})
				phase.play(t, sync.OnceFunc(func() {
					how.end(d.service)
					close(ended)
				}))
				<-ended
				d.await(drivers.ServiceLost)
				if err := d.service.Restart(t.Context()); err != nil {
					t.Fatal(err)
				}
				d.await(drivers.ServiceBack)
				d.await(drivers.CardPlaced)
				d.genuine(t, reader, o)
			})
		}
	}
}

// genuine checks that the card on a reader is read.
func (d *desk) genuine(t *testing.T, reader string, o emrtd.Options) {
	t.Helper()
	doc, err := d.read(t, reader, o)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Trust.Verdict != emrtd.Genuine {
		t.Fatalf("%s because of %q", doc.Trust.Verdict, doc.Trust.Reasons)
	}
}

// fails checks that a reading ends soon, in all of some errors, or well if none is
// named.
func (d *desk) fails(t *testing.T, reader string, o emrtd.Options, want []error) {
	t.Helper()
	const deadline = 15 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	failed := make(chan error, 1)
	go func() {
		_, err := d.read(t, reader, o)
		failed <- err
	}()
	select {
	case err := <-failed:
		if len(want) == 0 && err != nil || slices.ContainsFunc(want, func(w error) bool { return !errors.Is(err, w) }) {
			t.Errorf("got %v, want %v", err, want)
		}
	case <-ctx.Done():
		t.Fatalf("the reading did not end within %v", deadline)
	}
}
