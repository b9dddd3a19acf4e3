package line

import (
	"fmt"
	"sync"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers/uart"
)

// Recorder tapes what is said on lines.
type Recorder struct {
	mu   sync.Mutex
	tape Tape
	last time.Time // when something was said
}

// pause is a quiet time that a tape tells of.
const pause = 300 * time.Millisecond

// Tape is what was taped so far.
func (r *Recorder) Tape() Tape {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append(Tape(nil), r.tape...)
}

// Step notes what the host sets out to do. What came of it may be noted later in
// the same place.
func (r *Recorder) Step(text string) (became func(text string)) {
	r.add(Entry{Kind: '.', Text: text})
	r.mu.Lock()
	defer r.mu.Unlock()
	at := len(r.tape) - 1
	return func(text string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.tape[at].Text = text
	}
}

// Port tapes what is said through a port.
func (r *Recorder) Port(p periph.PortCloser) periph.PortCloser { return recordedPort{p, r} }

func (r *Recorder) add(e Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	quiet := now.Sub(r.last)
	if e.Kind == '<' {
		if n := len(r.tape); n > 0 && r.tape[n-1].Kind == '<' && quiet < pause { // one word in pieces
			r.tape[n-1].Data = append(r.tape[n-1].Data, e.Data...)
			r.last = now
			return
		}
		if !r.last.IsZero() && quiet >= pause {
			r.tape = append(r.tape, Entry{Kind: '~', Wait: quiet.Round(100 * time.Millisecond)})
		}
	}
	r.tape = append(r.tape, e)
	r.last = now
}

type recordedPort struct {
	periph.PortCloser
	recorder *Recorder
}

func (p recordedPort) Connect(f physic.Frequency, stop periph.Stop, parity periph.Parity, flow periph.Flow, bits int) (conn.Conn, error) {
	c, err := p.PortCloser.Connect(f, stop, parity, flow, bits)
	if err != nil {
		return nil, err
	}
	s, ok := c.(uart.Stream)
	if !ok {
		return nil, fmt.Errorf("line: taping %s: its reads have no deadlines", p)
	}
	p.recorder.add(Entry{Kind: '=', Text: uart.Settings{Baud: int(f / physic.Hertz), Bits: bits, Parity: parity, Stop: stop, Flow: flow}.String()})
	return recordedConn{c, s, p.recorder}, nil
}

type recordedConn struct {
	conn.Conn
	uart.Stream
	recorder *Recorder
}

func (c recordedConn) Read(p []byte) (int, error) {
	n, err := c.Stream.Read(p)
	if n > 0 {
		c.recorder.add(Entry{Kind: '<', Data: append([]byte(nil), p[:n]...)})
	}
	return n, err
}

func (c recordedConn) Write(p []byte) (int, error) {
	c.recorder.add(Entry{Kind: '>', Data: append([]byte(nil), p...)})
	return c.Stream.Write(p)
}
