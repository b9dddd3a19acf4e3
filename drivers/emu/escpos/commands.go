package escpos

import "fmt"

// spacing is the line feed of 1/6 inch, in rows.
const spacing = 34

func (p *Printer) escCommand(epoch int) error {
	name, err := p.next(epoch)
	if err != nil {
		return err
	}
	if name == '@' {
		p.line = composition{}
		return nil
	}
	n, err := p.next(epoch)
	if err != nil {
		return err
	}
	switch name {
	case 'a':
		p.line.align = n % 48 // 0 to 2, or the digits
	case 'E':
		p.line.bold = n&1 != 0
	case 'd':
		if err := p.printLine(epoch); err != nil {
			return err
		}
		return p.feed(epoch, (int(n)-1)*spacing)
	case 'J':
		return p.feed(epoch, int(n))
	default:
		p.strangeness(fmt.Sprintf("ESC %q %02X", name, n))
	}
	return nil
}

func (p *Printer) gsCommand(epoch int) error {
	name, err := p.next(epoch)
	if err != nil {
		return err
	}
	n, err := p.next(epoch)
	if err != nil {
		return err
	}
	switch name {
	case '!':
		p.line.wide, p.line.high = int(n>>4&7), int(n&7)
	case 'r':
		return p.tell(n)
	case 'I':
		p.identify(n)
	case 'V':
		return p.cutCommand(epoch, n)
	case 'v':
		if n == '0' {
			return p.raster(epoch)
		}
		fallthrough
	default:
		p.strangeness(fmt.Sprintf("GS %q %02X", name, n))
	}
	return nil
}

// tell answers GS r.
func (p *Printer) tell(n byte) error {
	switch n {
	case 1, '1':
		p.say(p.sensors())
	case 2, '2':
		p.say(0)
	default:
		p.strangeness(fmt.Sprintf("GS r %02X", n))
	}
	return nil
}

// identify answers GS I.
func (p *Printer) identify(n byte) {
	text, known := map[byte]string{65: "1.00 ESC/POS", 66: "Motcua", 67: "Emulated-80", 68: "EMU0001"}[n]
	if p.options.Mute || !known {
		return
	}
	p.say(append(append([]byte{0x5F}, text...), 0)...)
}

// cutCommand is GS V: at once, or after feeding past the cutter.
func (p *Printer) cutCommand(epoch int, m byte) error {
	switch m {
	case 0, 1, '0', '1':
	case 65, 66:
		n, err := p.next(epoch)
		if err != nil {
			return err
		}
		if err := p.feed(epoch, gap+int(n)); err != nil {
			return err
		}
	default:
		p.strangeness(fmt.Sprintf("GS V %02X", m))
		return nil
	}
	return p.cut(epoch)
}

// raster is GS v 0: rows are burnt as they come.
func (p *Printer) raster(epoch int) error {
	h, err := p.take(epoch, 5)
	if err != nil {
		return err
	}
	width, rows := int(h[1])|int(h[2])<<8, int(h[3])|int(h[4])<<8
	if h[0]%48 != 0 || width == 0 || width > (p.options.Width+7)/8 {
		p.strangeness(fmt.Sprintf("GS v 0 of mode %d, %d bytes wide", h[0], width))
	}
	for range rows {
		row, err := p.take(epoch, width)
		if err != nil {
			return err
		}
		if err := p.burn(epoch, p.aligned(row)); err != nil {
			return err
		}
	}
	return nil
}
