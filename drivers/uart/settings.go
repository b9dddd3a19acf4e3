package uart

import (
	"cmp"
	"fmt"

	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"
)

// Settings are a line's speed and frame. Baud must be given; all else that is
// zero means 8N1 without flow control.
type Settings struct {
	Baud   int // bits per second
	Bits   int // per character, 5 to 8
	Parity periph.Parity
	Stop   periph.Stop
	Flow   periph.Flow
}

// maxBaud is more than any UART of a kiosk does; it keeps sums of bit times
// within 32 bits.
const maxBaud = 20_000_000

func (s Settings) filled() Settings {
	s.Bits = cmp.Or(s.Bits, 8)
	s.Parity = cmp.Or(s.Parity, periph.NoParity)
	s.Stop = cmp.Or(s.Stop, periph.One)
	s.Flow = cmp.Or(s.Flow, periph.NoFlow)
	return s
}

// String is the usual short form, such as "115200 8N1".
func (s Settings) String() string {
	s = s.filled()
	stop := "1"
	switch s.Stop {
	case periph.OneHalf:
		stop = "1.5"
	case periph.Two:
		stop = "2"
	}
	text := fmt.Sprintf("%d %d%c%s", s.Baud, s.Bits, s.Parity, stop)
	if s.Flow != periph.NoFlow {
		text += " " + s.Flow.String()
	}
	return text
}

// settingsOf checks what periph's Connect is given.
func settingsOf(f physic.Frequency, stop periph.Stop, parity periph.Parity, flow periph.Flow, bits int) (Settings, error) {
	s := Settings{Bits: bits, Parity: parity, Stop: stop, Flow: flow}
	if f < physic.Hertz || f > maxBaud*physic.Hertz {
		return s, fmt.Errorf("no speed for a serial line: %s", f)
	}
	s.Baud = int(f / physic.Hertz)
	switch stop {
	case periph.One, periph.OneHalf, periph.Two:
	default:
		return s, fmt.Errorf("no number of stop bits: %d", stop)
	}
	switch parity {
	case periph.NoParity, periph.Odd, periph.Even, periph.Mark, periph.Space:
	default:
		return s, fmt.Errorf("no parity: %q", parity)
	}
	if bits < 5 || bits > 8 {
		return s, fmt.Errorf("%d bits a character: not 5 to 8", bits)
	}
	// A UART sends one and a half stop bits for characters of 5 bits where it
	// sends two for longer ones.
	if (bits == 5) == (stop == periph.Two) && stop != periph.One {
		return s, fmt.Errorf("%s: no UART sends that", s)
	}
	if flow != periph.NoFlow && flow != periph.RTSCTS && flow&0xFFFF0000 != periph.XOnXOff {
		return s, fmt.Errorf("no flow control: %s", flow)
	}
	return s, nil
}
