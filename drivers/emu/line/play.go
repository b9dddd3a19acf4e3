package line

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Player is a device that says what a tape says, as long as the host says what
// stands there, byte for byte. Speeds it does not look at.
type Player struct {
	mu   sync.Mutex // guards the rest
	tape Tape
	next int
	err  error
}

// NewPlayer makes a device of a tape.
func NewPlayer(t Tape) *Player {
	p := &Player{tape: t}
	p.skip()
	return p
}

// Err tells where the host departed from the tape, or that not all was played.
func (p *Player) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil && p.next < len(p.tape) {
		return fmt.Errorf("line: the tape was not played to its end; next is entry %d, %s", p.next+1, p.tape[p.next])
	}
	return p.err
}

// skip goes on to the next thing that is said or waited for. Callers hold the lock.
func (p *Player) skip() {
	for p.next < len(p.tape) && strings.IndexByte("><~", p.tape[p.next].Kind) < 0 {
		p.next++
	}
}

// Run plays the tape.
func (p *Player) Run(ctx context.Context, wire io.ReadWriter) {
	for {
		e, ok := p.entry()
		if !ok {
			p.expectNothing(wire)
			return
		}
		switch e.Kind {
		case '>':
			if !p.expect(wire, e.Data) {
				return
			}
		case '<':
			_, _ = wire.Write(e.Data)
		case '~':
			select {
			case <-time.After(e.Wait):
			case <-ctx.Done():
				return
			}
		}
		p.advance()
	}
}

func (p *Player) entry() (e Entry, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == len(p.tape) {
		return Entry{}, false
	}
	return p.tape[p.next], true
}

func (p *Player) advance() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next++
	p.skip()
}

func (p *Player) expect(wire io.Reader, want []byte) bool {
	got := make([]byte, len(want))
	n, err := io.ReadFull(wire, got)
	if err != nil {
		return false // its power went; Err tells what was not played
	}
	if !bytes.Equal(got, want) {
		p.fail(fmt.Errorf("line: the host said % X where the tape has % X", got[:n], want))
		return false
	}
	return true
}

func (p *Player) expectNothing(wire io.Reader) {
	more := make([]byte, 64)
	if n, err := wire.Read(more); n > 0 || !errors.Is(err, io.EOF) {
		p.fail(fmt.Errorf("line: the host said % X after the tape's end", more[:n]))
	}
}

func (p *Player) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}
