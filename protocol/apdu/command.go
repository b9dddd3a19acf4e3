package apdu

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Instruction bytes used with travel documents (ISO/IEC 7816-4, table 4.2).
const (
	InsSelect               byte = 0xA4
	InsReadBinary           byte = 0xB0
	InsReadBinaryOdd        byte = 0xB1
	InsGetChallenge         byte = 0x84
	InsExternalAuthenticate byte = 0x82
	InsInternalAuthenticate byte = 0x88
	InsManageSecurityEnv    byte = 0x22
	InsGeneralAuthenticate  byte = 0x86
	InsPerformSecurityOp    byte = 0x2A
	InsGetResponse          byte = 0xC0
)

// Limits of the wire form (ISO/IEC 7816-4, 5.2).
const (
	MaxShortLe    = 256   // encoded as 00
	MaxExtendedLe = 65536 // encoded as 00 00
	MaxShortData  = 255
	MaxData       = 65535
)

// ErrMalformed is wrapped by every error about bytes that are not a command or
// a response.
var ErrMalformed = errors.New("malformed APDU")

// Command is one command APDU.
type Command struct {
	CLA, INS, P1, P2 byte
	Data             []byte
	// Le is the greatest number of answer bytes wanted: 0 for none, up to
	// [MaxShortLe] in the short form and [MaxExtendedLe] in the extended one.
	Le int
	// Extended asks for the extended form even where the short one would do;
	// a command that needs it gets it anyway.
	Extended bool
}

// Bytes returns the wire form. It fails when Data or Le exceed what the
// extended form can carry.
func (c Command) Bytes() ([]byte, error) {
	if len(c.Data) > MaxData {
		return nil, fmt.Errorf("encoding command %02X: %d data bytes: %w", c.INS, len(c.Data), ErrMalformed)
	}
	if c.Le < 0 || c.Le > MaxExtendedLe {
		return nil, fmt.Errorf("encoding command %02X: Le %d: %w", c.INS, c.Le, ErrMalformed)
	}
	b := make([]byte, 4, 4+3+len(c.Data)+3)
	b[0], b[1], b[2], b[3] = c.CLA, c.INS, c.P1, c.P2
	if c.Extended || len(c.Data) > MaxShortData || c.Le > MaxShortLe {
		return c.appendExtended(b), nil
	}
	if len(c.Data) > 0 {
		b = append(b, byte(len(c.Data)))
		b = append(b, c.Data...)
	}
	if c.Le > 0 {
		b = append(b, byte(c.Le)) // 256 wraps to 00, as the standard wants
	}
	return b, nil
}

func (c Command) appendExtended(b []byte) []byte {
	if len(c.Data) > 0 {
		b = append(b, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(len(c.Data)))
		b = append(b, c.Data...)
	}
	if c.Le > 0 {
		if len(c.Data) == 0 {
			b = append(b, 0)
		}
		b = binary.BigEndian.AppendUint16(b, uint16(c.Le)) // 65536 wraps to 00 00
	}
	return b
}

// ParseCommand reads the wire form; the data it returns aliases b.
func ParseCommand(b []byte) (Command, error) {
	if len(b) < 4 {
		return Command{}, fmt.Errorf("command of %d bytes: %w", len(b), ErrMalformed)
	}
	c := Command{CLA: b[0], INS: b[1], P1: b[2], P2: b[3]}
	body := b[4:]
	switch {
	case len(body) == 0: // case 1
		return c, nil
	case len(body) == 1: // case 2 short
		c.Le = shortLe(body[0])
		return c, nil
	case body[0] != 0:
		return c.parseShort(body)
	case len(body) >= 3:
		return c.parseExtended(body)
	}
	return Command{}, fmt.Errorf("command body of %d bytes: %w", len(body), ErrMalformed)
}

func (c Command) parseShort(body []byte) (Command, error) {
	n := int(body[0])
	rest := body[1:]
	switch len(rest) {
	case n: // case 3
	case n + 1: // case 4
		c.Le = shortLe(rest[n])
	default:
		return Command{}, fmt.Errorf("short command: Lc %d but %d bytes follow: %w", n, len(rest), ErrMalformed)
	}
	c.Data = rest[:n]
	return c, nil
}

func (c Command) parseExtended(body []byte) (Command, error) {
	c.Extended = true
	n := int(binary.BigEndian.Uint16(body[1:3]))
	rest := body[3:]
	if len(rest) == 0 { // case 2 extended
		c.Le = extendedLe(n)
		return c, nil
	}
	if n == 0 {
		return Command{}, fmt.Errorf("extended command: Lc 0 with %d bytes: %w", len(rest), ErrMalformed)
	}
	switch len(rest) {
	case n:
	case n + 2:
		c.Le = extendedLe(int(binary.BigEndian.Uint16(rest[n:])))
	default:
		return Command{}, fmt.Errorf("extended command: Lc %d but %d bytes follow: %w", n, len(rest), ErrMalformed)
	}
	c.Data = rest[:n]
	return c, nil
}

func shortLe(b byte) int {
	if b == 0 {
		return MaxShortLe
	}
	return int(b)
}

func extendedLe(n int) int {
	if n == 0 {
		return MaxExtendedLe
	}
	return n
}
