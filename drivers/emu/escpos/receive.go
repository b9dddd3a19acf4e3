package escpos

import (
	"bytes"
	"slices"
)

// receive takes one byte off the line, behind which so many more have arrived: a
// real-time command is acted on at once, be it in the middle of a picture, and goes
// the way of all bytes besides.
func (p *Printer) receive(b byte, more int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coming = more
	p.recent = append(p.recent, b)
	if p.realTime() {
		p.recent = nil
		p.changed.Broadcast()
		return
	}
	for p.options.Handshake && len(p.buffer) >= p.options.Buffer && !p.off {
		p.changed.Wait()
	}
	if len(p.buffer) >= p.options.Buffer {
		p.lost++
		return
	}
	p.buffer = append(p.buffer, b)
	p.changed.Broadcast()
}

// clearCommand is DLE DC4 fn 8.
var clearCommand = []byte{0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8}

// realTime acts on a real-time command that p.recent ends with, and keeps of it
// only what may become one. It tells whether the buffers were cleared, the command
// itself included.
func (p *Printer) realTime() (cleared bool) {
	r := p.recent
	switch {
	case p.options.Clear == ClearByDC4 && bytes.HasSuffix(r, clearCommand):
		p.clear()
		p.jammed = p.jam
		p.say(0x37, 0x25, 0)
		return true
	case len(r) >= 3 && slices.Equal(r[len(r)-3:len(r)-1], []byte{0x10, 4}):
		if n := r[len(r)-1]; n >= 1 && n <= 4 {
			p.say(p.status(n))
		}
	case len(r) >= 3 && slices.Equal(r[len(r)-3:], []byte{0x10, 5, 1}) && p.options.Clear != ClearNever:
		p.jammed = p.jam
	case len(r) >= 3 && slices.Equal(r[len(r)-3:], []byte{0x10, 5, 2}):
		if cleared = p.options.Clear == ClearByENQ || p.options.Clear == ClearByDC4 && p.jammed; cleared {
			p.clear()
			p.jammed = p.jam
		}
		return cleared
	case len(r) >= 3 && slices.Equal(r[len(r)-3:len(r)-1], []byte{0x10, 0x14}) && slices.Contains([]byte{1, 2, 3}, r[len(r)-1]):
		p.strangeness("a pulse, buzzer or power off in real time")
	}
	if n := len(clearCommand); len(r) > n {
		p.recent = r[len(r)-n:]
	}
	return false
}

// clear empties the receive buffer and ends the command in hand.
func (p *Printer) clear() {
	p.buffer = nil
	p.cleared++
	p.line = composition{}
}

// status is the answer to DLE EOT n.
func (p *Printer) status(n byte) byte {
	out := byte(0x12)
	set := func(bit int, on bool) {
		if on {
			out |= 1 << bit
		}
	}
	switch n {
	case 1:
		set(3, !p.online())
	case 2:
		set(2, p.cover)
		set(5, p.paper == 0)
		set(6, p.jammed || p.broken || p.hot)
	case 3:
		set(2, p.jammed)
		set(3, p.jammed)
		set(5, p.broken)
		set(6, p.hot)
	case 4:
		low := p.paper < p.options.LowAt || p.paper == 0 && p.options.LowAt > 0
		set(2, low)
		set(3, low)
		set(5, p.paper == 0)
		set(6, p.paper == 0)
	}
	return out
}

// sensors is the answer to GS r 1.
func (p *Printer) sensors() byte {
	var out byte
	if p.paper < p.options.LowAt {
		out |= 0x03
	}
	if p.paper == 0 {
		out |= 0x0C
	}
	return out
}

func (p *Printer) online() bool {
	return !p.cover && p.paper > 0 && !p.jammed && !p.broken && !p.hot
}

func (p *Printer) strangeness(what string) {
	const most = 100
	if len(p.strange) < most {
		p.strange = append(p.strange, what)
	}
}
