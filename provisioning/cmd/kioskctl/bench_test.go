package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers"
	"motcua/drivers/emu"
	"motcua/drivers/pcsc"
	"motcua/drivers/rig"
)

// bench is a rig with hands: one pcscd, two slots, cards of one issuer.
type bench struct {
	issuer  *emu.Issuer
	service *rig.Service
	stop    context.CancelFunc

	mu      sync.Mutex
	lift    map[string]context.CancelFunc // by reader
	present map[string]bool               // by reader, as pcscd sees it
	changed chan struct{}                 // closed at the next change of present
}

type benchKey struct{}

var slots = map[string]string{rig.Reader0: rig.Addr0, rig.Reader1: rig.Addr1}

func newBench(issuer *emu.Issuer) (*bench, error) {
	service, err := rig.StartPCSCD(context.Background())
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	b := &bench{
		issuer: issuer, service: service, stop: stop,
		lift: map[string]context.CancelFunc{}, present: map[string]bool{}, changed: make(chan struct{}),
	}
	go func() { _ = pcsc.New().Watch(ctx, b.note) }() // ends with the bench
	return b, nil
}

func (b *bench) note(e drivers.CardEvent) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e.Kind {
	case drivers.CardPlaced:
		b.present[e.Reader] = true
	case drivers.CardLifted:
		b.present[e.Reader] = false
	default:
		return
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

// await waits until pcscd sees that a card is there, or that none is.
func (b *bench) await(reader string, want bool) error {
	limit := time.After(10 * time.Second)
	for {
		b.mu.Lock()
		present, changed := b.present[reader], b.changed
		b.mu.Unlock()
		if present == want {
			return nil
		}
		select {
		case <-changed:
		case <-limit:
			return fmt.Errorf("card on %s: %v, want %v", reader, present, want)
		}
	}
}

func (b *bench) close() {
	for _, reader := range b.service.Readers() {
		b.take(reader)
	}
	b.stop()
	_ = b.service.Stop() // some script has stopped it already
}

// lay puts a card where none is any more, and waits until pcscd has seen it.
func (b *bench) lay(reader string, card emu.CardSide) error {
	if err := b.await(reader, false); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.mu.Lock()
	b.lift[reader] = cancel
	b.mu.Unlock()
	go func() { _ = emu.VPCD{Addr: slots[reader], Card: card}.Serve(ctx) }() // ends when the card is lifted
	return b.await(reader, true)
}

func (b *bench) take(reader string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if lift := b.lift[reader]; lift != nil {
		lift()
		delete(b.lift, reader)
	}
}

// torn is a card that is lifted at one of its commands.
type torn struct {
	emu.CardSide
	left int
	tear func()
}

func (t *torn) Transmit(command []byte) []byte {
	if t.left--; t.left == 0 {
		t.tear()
	}
	return t.CardSide.Transmit(command)
}

func benchOf(ts *testscript.TestScript) *bench {
	b, ok := ts.Value(benchKey{}).(*bench)
	if !ok {
		ts.Fatalf("no bench")
	}
	return b
}

func persona(ts *testscript.TestScript, id string) *emu.Persona {
	all, err := emu.LoadPersonas()
	ts.Check(err)
	p, err := emu.FindPersona(all, id)
	ts.Check(err)
	return p
}

// The secret numbers of the cards that are placed.
const (
	secretPIN = "099099"
	secretPUK = "0990990990"
)

// place lays a persona's card on a reader, and sets NUMBER, CAN, QR and MRZ to what
// opens it.
func place(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: place persona [slot=N] [tear=N] [tries=N] [revoked=1]")
	}
	b, p := benchOf(ts), persona(ts, args[0])
	profile := p.Chip
	profile.PIN, profile.PUK = secretPIN, secretPUK
	reader, tear := rig.Reader0, 0
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		n, err := strconv.Atoi(value)
		ts.Check(err)
		switch name {
		case "slot":
			reader = b.service.Readers()[n]
		case "tear":
			tear = n
		case "tries":
			profile.Tries = n
		case "revoked":
			profile.Signer.Revoked = true
		default:
			ts.Fatalf("place: what is %s?", arg)
		}
	}
	chip, err := b.issuer.Issue(p, emu.CardOptions{Profile: &profile})
	ts.Check(err)
	card := emu.CardSide(chip)
	if tear > 0 {
		card = &torn{CardSide: chip, left: tear, tear: func() { b.take(reader) }}
	}
	ts.Check(b.lay(reader, card))
	ts.Setenv("NUMBER", p.Number)
	ts.Setenv("CAN", p.CAN())
	ts.Setenv("QR", p.QR())
	document, birth, expiry := p.MRZKey()
	ts.Setenv("MRZ", strings.Join([]string{document, birth, expiry}, ","))
}

func lift(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: lift")
	}
	b := benchOf(ts)
	for _, reader := range b.service.Readers() {
		b.take(reader)
	}
}

func pcscd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || args[0] != "stop" {
		ts.Fatalf("usage: pcscd stop")
	}
	ts.Check(benchOf(ts).service.Stop())
}
