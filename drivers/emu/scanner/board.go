package scanner

import (
	"context"
	"io"
	"sync/atomic"
	"time"
)

// firmware is what a serial reader does with the power on.
type firmware interface {
	// hear takes bytes from the host.
	hear(chunk []byte)
	// reading tells whether the reader looks for a code now, and until when; zero is
	// without an end.
	reading() (bool, time.Time)
	// look is called when a code is in view while the reader reads.
	look()
	// timeout is called when the time that reading named has come.
	timeout()
	// words gives what the firmware has said since it was last asked, a frame each.
	words() [][]byte
}

// mouth keeps what firmware says until the light is as it should be: a host that
// hears an answer may rely on it.
type mouth struct{ said [][]byte }

func (m *mouth) say(frame ...byte) { m.said = append(m.said, frame) }

func (m *mouth) words() [][]byte {
	said := m.said
	m.said = nil
	return said
}

// lamp is a reader's light.
type lamp struct{ on atomic.Bool }

// Lit tells whether the light is on.
func (l *lamp) Lit() bool { return l.on.Load() }

// run lets firmware work until the power goes: what it hears, sees, and what its
// clock tells come one at a time.
func run(ctx context.Context, wire io.ReadWriter, v *View, l *lamp, f firmware) {
	heard := listen(ctx, wire)
	defer l.on.Store(false)
	for {
		on, until := f.reading()
		l.on.Store(on)
		for _, frame := range f.words() {
			_, _ = wire.Write(frame)
		}
		codes, changed := v.look()
		if on && codes > 0 {
			f.look()
			continue
		}
		var clock <-chan time.Time
		var timer *time.Timer
		if !until.IsZero() {
			timer = time.NewTimer(time.Until(until))
			clock = timer.C
		}
		select {
		case chunk, ok := <-heard:
			if !ok {
				return
			}
			f.hear(chunk)
		case <-changed:
		case <-clock:
			f.timeout()
		}
		if timer != nil {
			timer.Stop()
		}
	}
}

// listen reads until the wire ends.
func listen(ctx context.Context, wire io.Reader) <-chan []byte {
	heard := make(chan []byte)
	go func() {
		defer close(heard)
		for {
			buf := make([]byte, 512)
			n, err := wire.Read(buf)
			if err != nil {
				return
			}
			select {
			case heard <- buf[:n]:
			case <-ctx.Done():
				return
			}
		}
	}()
	return heard
}
