package waveshare

import (
	"context"

	"motcua/drivers/emu/finger"
)

// edge begins and ends each packet.
const edge = 0xF5

// Codes of the fifth byte (manual V1.0, "Definition of ACK").
const (
	success    = 0x00
	failed     = 0x01
	full       = 0x04
	noUser     = 0x05
	userTaken  = 0x06
	fingerKept = 0x07
	timeIsUp   = 0x08
)

func xor(b []byte) (x byte) {
	for _, v := range b {
		x ^= v
	}
	return x
}

// answer is a packet of eight bytes.
func answer(command, p1, p2, code byte) []byte {
	b := []byte{edge, command, p1, p2, code, 0}
	return append(b, xor(b[1:]), edge)
}

// answerData is an answer that tells a length, and the data behind it.
func answerData(command byte, data []byte) [][]byte {
	packet := append([]byte{edge}, data...)
	return [][]byte{answer(command, byte(len(data)>>8), byte(len(data)), success), append(packet, xor(data), edge)}
}

// call is one command.
type call struct {
	*session
	command, p1, p2, p3 byte
	data                []byte
}

// code is an answer without anything but a code.
func (c call) code(code byte) [][]byte { return [][]byte{answer(c.command, 0, 0, code)} }

// user is the user that the command is about.
func (c call) user() int { return int(c.p1)<<8 | int(c.p2) }

// do does what the manual's chapter "Command types" says.
func (c call) do(ctx context.Context) [][]byte {
	switch c.command {
	case 0x01, 0x02, 0x03, 0x06, 0x0B, 0x0C, 0x23, 0x24, 0x44:
		return c.withFinger(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.command {
	case 0x2A: // serial number
		return [][]byte{answer(c.command, 0x0E, 0x3A, 0x57)}
	case 0x2C: // sleep
		return c.code(success)
	case 0x2D: // one finger, several users?
		return c.set(func() { c.ram.unique = c.p2 == 1 }, b2b(c.ram.unique))
	case 0x28:
		return c.set(func() { c.level = c.p2 }, c.level)
	case 0x2E:
		return c.set(func() { c.timeout = int(c.p2) }, byte(c.timeout))
	case 0x04, 0x0A, 0x31:
		return c.ofUser()
	case 0x05:
		clear(c.library)
		return c.code(success)
	case 0x09:
		return [][]byte{answer(c.command, byte(len(c.library)>>8), byte(len(c.library)), success)}
	case 0x41:
		return c.keep()
	case 0x42, 0x43:
		return c.compare()
	}
	return nil // not a command, and not answered
}

func b2b(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// set sets a value, or tells it.
func (c call) set(set func(), now byte) [][]byte {
	if c.p3 == 0 {
		set()
		now = c.p2
	}
	return [][]byte{answer(c.command, 0, now, success)}
}

func (c call) ofUser() [][]byte {
	kept := c.library[c.user()]
	switch {
	case kept == nil:
		return c.code(noUser)
	case c.command == 0x04:
		delete(c.library, c.user())
		return c.code(success)
	case c.command == 0x0A:
		return c.code(1)
	}
	return answerData(c.command, append([]byte{c.p1, c.p2, 1}, kept...))
}

// keep makes a template from the host a user.
func (c call) keep() [][]byte {
	user := int(c.data[0])<<8 | int(c.data[1])
	if user < 1 || user > users {
		return c.code(failed)
	}
	c.ram.received = c.data[3:]
	c.library[user] = c.data[3:]
	return [][]byte{answer(c.command, c.data[0], c.data[1], success)}
}

// compare compares a template from the host with a user, or with all. The manual
// prints 43 for the answers to both, and so it is.
func (c call) compare() [][]byte {
	c.ram.received = c.data[3:]
	given, err := finger.Decode(c.data[3:])
	for user, kept := range c.library {
		if c.command == 0x42 && user != int(c.data[0])<<8|int(c.data[1]) {
			continue
		}
		if m, e := finger.Decode(kept); err == nil && e == nil && finger.Score(given, m) >= finger.Alike {
			if c.command == 0x42 {
				return [][]byte{answer(0x43, 0, 0, success)}
			}
			return [][]byte{answer(0x43, byte(user>>8), byte(user), 1)}
		}
	}
	if c.command == 0x42 {
		return [][]byte{answer(0x43, 0, 0, failed)}
	}
	return [][]byte{answer(0x43, 0, 0, noUser)}
}
