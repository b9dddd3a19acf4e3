//go:build cgo

package pcsc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"motcua/drivers"
	"motcua/drivers/emu"
	"motcua/drivers/rig"
)

// piece is a card that is nothing but its answer to reset.
type piece struct{ atr []byte }

func (p piece) ATR() []byte           { return p.atr }
func (piece) Power(emu.Power)         {}
func (piece) Transmit([]byte) []byte  { return []byte{0x90, 0x00} }
func pieceNumber(n byte) emu.CardSide { return piece{[]byte{0x3B, 0x02, n, n}} }
func placedText(n byte) string {
	return fmt.Sprintf("%v %s %X", drivers.CardPlaced, rig.Reader0, pieceNumber(n).ATR())
}
func liftedText() string                   { return fmt.Sprintf("%v %s ", drivers.CardLifted, rig.Reader0) }
func eventText(e drivers.CardEvent) string { return fmt.Sprintf("%v %s %X", e.Kind, e.Reader, e.ATR) }

func startRig(t *testing.T) {
	t.Helper()
	rig.Require(t)
	s, err := rig.StartPCSCD(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
}

// lay puts a card on the first reader and waits until it lies there.
func lay(t *testing.T, card emu.CardSide) (lift func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	placed, ended := make(chan struct{}, 10), make(chan struct{})
	go func() {
		defer close(ended)
		_ = emu.VPCD{Addr: rig.Addr0, Card: card, Placed: func() { placed <- struct{}{} }}.Serve(ctx) // ends when it is lifted
	}()
	<-placed
	return func() {
		cancel()
		<-ended
	}
}

// listenTo collects what a watch reports about cards.
func listenTo(t *testing.T, r *Readers) <-chan string {
	t.Helper()
	heard := make(chan string, 100)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = r.Watch(ctx, func(e drivers.CardEvent) {
			if e.Kind == drivers.CardPlaced || e.Kind == drivers.CardLifted {
				heard <- eventText(e)
			}
		}) // ends with the test
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return heard
}

func expect(t *testing.T, heard <-chan string, want ...string) {
	t.Helper()
	for _, w := range want {
		select {
		case got := <-heard:
			if got != w {
				t.Fatalf("told %q, want %q", got, w)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("not told %q", w)
		}
	}
}

// A card that was swapped for another between two looks is told as lifted and
// placed, with the new card's answer to reset. The listener is kept from looking by
// taking its gate.
func TestSwapBetweenTwoLooks(t *testing.T) {
	startRig(t)
	r := New()
	heard := listenTo(t, r)
	lift := lay(t, pieceNumber(1))
	expect(t, heard, placedText(1))
	gate <- struct{}{}
	seen := looks(t)
	lift()
	seen.wait(drivers.CardLifted)
	lift = lay(t, pieceNumber(2))
	seen.wait(drivers.CardPlaced)
	lift()
	seen.wait(drivers.CardLifted)
	lay(t, pieceNumber(3))
	seen.wait(drivers.CardPlaced)
	<-gate
	expect(t, heard, liftedText(), placedText(3))
	select {
	case more := <-heard:
		t.Errorf("told %q as well", more)
	default:
	}
}

// look asks pcscd for its state without waiting, which needs no gate: no event is
// waited for, and the reader's name is another string.
type look struct{ t *testing.T }

func looks(t *testing.T) look { return look{t} }

func (l look) wait(kind drivers.CardEventKind) {
	l.t.Helper()
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		sc, err := establish()
		if err != nil {
			l.t.Fatal(err)
		}
		card, err := sc.Connect(rig.Reader0, 2, 3) // shared, any protocol
		if err == nil {
			_ = card.Disconnect(0) // leave it
		}
		_ = sc.Release()
		if (err == nil) == (kind == drivers.CardPlaced) {
			return
		}
	}
	l.t.Fatalf("pcscd does not see %v", kind)
}

// However many watch, one wait at a time hands over the readers' names. Two at once
// would free each other's, and wake with readers that pcscd does not know.
func TestManyListenersOneWait(t *testing.T) {
	startRig(t)
	one, other := New(), New() // two in a process, which is one too many
	var heard []<-chan string
	for i := range 8 {
		heard = append(heard, listenTo(t, []*Readers{one, other}[i%2]))
	}
	var most, samples int
	count := func() {
		runtime.GC() // what was freed is filled anew
		most, samples = max(most, waiting()), samples+1
	}
	for n := range byte(2) {
		count()
		lift := lay(t, pieceNumber(n))
		for _, h := range heard {
			expect(t, h, placedText(n))
			count()
		}
		lift()
		for _, h := range heard {
			expect(t, h, liftedText())
			count()
		}
	}
	if most != 1 {
		t.Errorf("%d waits at once in %d looks, want one", most, samples)
	}
}

// waiting counts the goroutines that wait for events in the library.
func waiting() int {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return bytes.Count(stacks, []byte("scard.scardGetStatusChange("))
}

// A cancel that comes just before the wait is lost in libpcsclite. However early or
// late it comes here, the wait ends, and its context is let go: pcscd has 200.
func TestCancelIsNeverLost(t *testing.T) {
	startRig(t)
	before := runtime.NumGoroutine()
	const watches = 250
	for i := range watches {
		ctx, cancel := context.WithCancel(t.Context())
		r := New()
		if i%2 == 0 { // after some while, which differs
			time.AfterFunc(time.Duration(i)*20*time.Microsecond, cancel)
		}
		err := r.Watch(ctx, func(drivers.CardEvent) {
			if i%2 == 1 { // at the first event, which is just before the first wait ends
				cancel()
			}
		})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("watch %d: %v", i, err)
		}
	}
	if _, err := New().Readers(t.Context()); err != nil {
		t.Errorf("after %d watches: %v", watches, err)
	}
	for limit := time.Now().Add(wait); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%d goroutines are left, there were %d", runtime.NumGoroutine(), before)
		}
	}
}

// The longest answer to reset there is.
func TestLongestATR(t *testing.T) {
	startRig(t)
	long := slices.Concat([]byte{0x3B, 0x8F, 0x80, 0x01}, make([]byte, 28), []byte{0x8E})
	r := New()
	heard := listenTo(t, r)
	lay(t, piece{long})
	expect(t, heard, fmt.Sprintf("%v %s %X", drivers.CardPlaced, rig.Reader0, long))
}
