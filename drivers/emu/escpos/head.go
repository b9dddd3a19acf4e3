package escpos

import (
	"errors"
	"fmt"
)

// Why a command is not finished.
var (
	errOff     = errors.New("power off")
	errCleared = errors.New("buffers cleared")
)

// head processes what was received, until the power goes.
func (p *Printer) head() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		epoch := p.cleared
		if err := p.command(epoch); errors.Is(err, errOff) {
			return
		}
	}
}

// wait waits until ready, and for the printer to be able to print.
func (p *Printer) wait(epoch int, ready func() bool) error {
	for {
		switch {
		case p.off:
			return errOff
		case p.cleared != epoch:
			return errCleared
		case p.online() && !p.hold && ready():
			return nil
		}
		p.waits = ready
		p.changed.Broadcast()
		p.changed.Wait()
		p.waits = nil
	}
}

// next takes a byte off the buffer.
func (p *Printer) next(epoch int) (byte, error) {
	if err := p.wait(epoch, func() bool { return len(p.buffer) > 0 }); err != nil {
		return 0, err
	}
	b := p.buffer[0]
	p.buffer = p.buffer[1:]
	p.changed.Broadcast()
	return b, nil
}

// take takes n bytes.
func (p *Printer) take(epoch, n int) ([]byte, error) {
	out := make([]byte, 0, min(n, 1<<16))
	for range n {
		b, err := p.next(epoch)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// burn puts one row of dots on the paper; nil is white.
func (p *Printer) burn(epoch int, row []byte) error {
	if err := p.wait(epoch, func() bool { return true }); err != nil {
		return err
	}
	p.strip.add(row)
	p.paper--
	if p.holdAt > 0 {
		if p.holdAt--; p.holdAt == 0 {
			p.hold, p.holdAt = true, -1
			close(p.held)
		}
	}
	p.changed.Broadcast()
	return nil
}

func (p *Printer) feed(epoch, rows int) error {
	for range rows {
		if err := p.burn(epoch, nil); err != nil {
			return err
		}
	}
	return nil
}

// cut cuts off what has passed the cutter.
func (p *Printer) cut(epoch int) error {
	for p.jam { // the blades are tried again when the printer is told to
		p.jammed = true
		p.changed.Broadcast()
		if err := p.wait(epoch, func() bool { return true }); err != nil {
			return err
		}
	}
	if s := p.strip.cut(); s != nil {
		p.sheets = append(p.sheets, s)
	}
	p.changed.Broadcast()
	return nil
}

// command processes one command or letter.
func (p *Printer) command(epoch int) error {
	b, err := p.next(epoch)
	if err != nil {
		return err
	}
	switch b {
	case 0x00, '\r', 0x18: // NUL; CR and CAN do nothing in standard mode
		return nil
	case '\n':
		return p.printLine(epoch)
	case 0x10:
		return p.passed(epoch)
	case 0x1B:
		return p.escCommand(epoch)
	case 0x1D:
		return p.gsCommand(epoch)
	}
	if b < ' ' || b > '~' {
		p.strangeness(fmt.Sprintf("byte %02X", b))
		return nil
	}
	return p.letter(epoch, b)
}

// passed skips a real-time command that was acted on when it arrived.
func (p *Printer) passed(epoch int) error {
	b, err := p.take(epoch, 2)
	if err != nil {
		return err
	}
	switch {
	case b[0] == 4, b[0] == 5:
		return nil
	case b[0] == 0x14 && b[1] == 8:
		_, err := p.take(epoch, 7) // one that this printer does not know
		return err
	}
	p.strangeness(fmt.Sprintf("DLE %02X %02X", b[0], b[1]))
	return nil
}
