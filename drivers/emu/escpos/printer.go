package escpos

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
)

// Clearing is what a printer understands that clears its buffers.
type Clearing int

// Ways of clearing.
const (
	ClearByDC4 Clearing = iota // DLE DC4 fn 8, and DLE ENQ 2 after an error, as Epson's
	ClearByENQ                 // DLE ENQ 2, at any time
	ClearNever
)

// Options say what a printer is like. Zero values are those of a printer for 80 mm
// with a buffer of 4 KB.
type Options struct {
	Width  int // dots of the head; 576
	Buffer int // bytes; 4096
	// Handshake: what does not fit the buffer waits at the sender. Without, it is
	// lost.
	Handshake bool
	Clear     Clearing
	// Mute: it does not tell who it is.
	Mute bool
	// LowAt is how many rows of paper are left when the near-end sensor trips; 0:
	// there is none.
	LowAt int
}

// gap is the way from the head to the cutter, in rows: 12 mm.
const gap = 96

// Printer is an emulated printer. All methods may be called at any time from any
// goroutine. It begins with a full roll and a closed cover.
type Printer struct {
	options Options

	mu      sync.Mutex
	changed *sync.Cond // anything below
	wire    io.Writer  // nil while nobody is connected
	off     bool       // without power
	buffer  []byte     // received and not processed
	cleared int        // how often the buffers were cleared
	coming  int        // bytes that have arrived and are not in the buffer yet
	lost    int        // bytes that did not fit
	recent  []byte     // the beginning of a real-time command
	strange []string

	paper  int // rows left on the roll
	cover  bool
	jam    bool // something blocks the cutter
	jammed bool // the cutter has failed for it
	broken bool
	hot    bool
	hold   bool
	holdAt int // rows until the head stands still; -1: it does not
	held   chan struct{}
	waits  func() bool // what the head waits for, beside being able to print; nil while it works

	strip  *strip
	sheets []*Sheet
	line   composition
}

// fullRoll is 80 m of paper.
const fullRoll = 640_000

// New makes a printer.
func New(o Options) *Printer {
	if o.Width == 0 {
		o.Width = 576
	}
	if o.Buffer == 0 {
		o.Buffer = 4096
	}
	p := &Printer{options: o, off: true, paper: fullRoll, holdAt: -1, strip: newStrip(o.Width)}
	p.changed = sync.NewCond(&p.mu)
	return p
}

// Run is the printer at the end of a cable, from power on to power off: see
// [motcua/drivers/emu/line.Device].
func (p *Printer) Run(_ context.Context, wire io.ReadWriter) {
	stop := p.powerOn()
	defer stop()
	p.talk(wire)
}

// Serve is the printer on a network, until ctx ends: one call after the other.
func (p *Printer) Serve(ctx context.Context, l net.Listener) error {
	stop := p.powerOn()
	defer stop()
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	for {
		c, err := l.Accept()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("escpos: waiting for a call: %w", err)
		}
		hangUp := context.AfterFunc(ctx, func() { _ = c.Close() })
		p.talk(c)
		hangUp()
		_ = c.Close()
	}
}

// powerOn starts the head; the function that it returns ends it.
func (p *Printer) powerOn() (stop func()) {
	p.change(func() {
		p.off, p.jammed = false, false
		p.buffer, p.recent = nil, nil
		p.line = composition{}
	})
	var head sync.WaitGroup
	head.Go(p.head)
	return func() {
		p.change(func() { p.off = true })
		head.Wait()
	}
}

func (p *Printer) change(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
	p.changed.Broadcast()
}

// talk receives until the line ends.
func (p *Printer) talk(wire io.ReadWriter) {
	p.change(func() { p.wire = wire })
	defer p.change(func() { p.wire = nil })
	chunk := make([]byte, 1024)
	for {
		n, err := wire.Read(chunk)
		for i, b := range chunk[:n] {
			p.receive(b, n-i-1)
		}
		if err != nil {
			return
		}
	}
}

// say answers. Callers hold the lock.
func (p *Printer) say(answer ...byte) {
	if p.wire != nil {
		_, _ = p.wire.Write(answer) // whoever asked may have gone
	}
}
