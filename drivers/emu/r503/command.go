package r503

import (
	"encoding/binary"
	"hash/crc32"
)

// Confirmation codes (manual v1.2.2, page 10).
const (
	done          = 0x00
	packetError   = 0x01
	noFinger      = 0x02
	messy         = 0x06
	fewFeatures   = 0x07
	noMatch       = 0x08
	notFound      = 0x09
	notMerged     = 0x0A
	outside       = 0x0B
	badTemplate   = 0x0C
	notSent       = 0x0D
	wrongPassword = 0x13
	noPicture     = 0x15
	badRegister   = 0x1A
	badValue      = 0x1B
	badPage       = 0x1C
	full          = 0x1F
	locked        = 0x21
	emptyPlace    = 0x22
	emptyLibrary  = 0x24
	timeIsUp      = 0x26
	known         = 0x27
	unsupported   = 0xFC
)

// reply is what a command leads to.
type reply struct {
	code    byte
	content []byte // behind the code
	data    []byte // sent after it, in packets
	stream  bool   // there is data, even if it is empty
	then    func() // afterwards, under the lock
	restart bool   // afterwards
	auto    *automatic
}

// frames are the packets of the reply.
func (r reply) frames(address uint32, size int) [][]byte {
	if r.auto != nil {
		return nil
	}
	frames := [][]byte{say(address, pidAck, append([]byte{r.code}, r.content...))}
	for rest := r.data; r.stream; {
		if len(rest) <= size {
			return append(frames, say(address, pidEnd, rest))
		}
		frames = append(frames, say(address, pidData, rest[:size]))
		rest = rest[size:]
	}
	return frames
}

// call is one command with its arguments, of the length that it has.
type call struct {
	*session
	args []byte
}

func (c call) u16(at int) int { return int(binary.BigEndian.Uint16(c.args[at:])) }

// commands are those of the manual, chapter V: the length of their arguments and
// what they do. Old modules know those below 28.
var commands = map[byte]struct {
	args int
	do   func(call) reply
}{
	0x01: {0, call.getImage},
	0x02: {1, call.genChar},
	0x03: {0, call.match},
	0x04: {5, call.search},
	0x05: {0, call.regModel},
	0x06: {3, call.store},
	0x07: {3, call.loadChar},
	0x08: {1, call.upChar},
	0x09: {1, call.downChar},
	0x0A: {0, call.upImage},
	0x0C: {4, call.deletChar},
	0x0D: {0, call.empty},
	0x0E: {2, call.setSysPara},
	0x0F: {0, call.readSysPara},
	0x12: {4, call.setPwd},
	0x13: {4, call.vfyPwd},
	0x14: {0, call.getRandomCode},
	0x15: {4, call.setAdder},
	0x18: {33, call.writeNotepad},
	0x19: {1, call.readNotepad},
	0x1D: {0, call.templeteNum},
	0x1F: {1, call.readIndexTable},
	0x28: {0, call.getImageEx},
	0x30: {0, call.nothing}, // Cancel, while there is nothing to cancel
	0x31: {5, call.autoEnroll},
	0x32: {5, call.autoIdentify},
	0x35: {4, call.auraLed},
	0x36: {0, call.nothing}, // CheckSensor: it is sound
	0x39: {0, call.version},
	0x3A: {0, call.version},
	0x3C: {0, call.readProdInfo},
	0x3D: {0, call.softRst},
	0x40: {0, call.nothing}, // HandShake
}

func (s *session) answer(code byte, args []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	command, ok := commands[code]
	switch {
	case !ok || s.options.Old && code >= 0x28:
		return reply{code: unsupported}
	case len(args) != command.args:
		return reply{code: packetError}
	case s.flash.password != 0 && !s.ram.unlocked && code != 0x13:
		return reply{code: locked}
	}
	return command.do(call{s, args})
}

func (c call) nothing() reply { return reply{} }

func (c call) vfyPwd() reply {
	if binary.BigEndian.Uint32(c.args) != c.flash.password {
		return reply{code: wrongPassword}
	}
	c.ram.unlocked = true
	return reply{}
}

func (c call) setPwd() reply {
	c.flash.password = binary.BigEndian.Uint32(c.args)
	return reply{}
}

func (c call) setAdder() reply {
	c.flash.address = binary.BigEndian.Uint32(c.args)
	return reply{}
}

func (c call) setSysPara() reply {
	value := c.args[1]
	switch c.args[0] {
	case 4:
		if value != 1 && value != 2 && value != 4 && value != 6 && value != 12 {
			return reply{code: badValue}
		}
		return reply{then: func() { c.flash.baud = int(value) }} // the answer still comes at the old speed
	case 5:
		if value < 1 || value > 5 {
			return reply{code: badValue}
		}
		c.flash.security = value
	case 6:
		if value > 3 {
			return reply{code: badValue}
		}
		c.flash.packet = value
	default:
		return reply{code: badRegister}
	}
	return reply{}
}

func (c call) readSysPara() reply {
	b := []byte{0, c.status(), 0, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(c.options.Capacity))
	b = append(b, 0, c.flash.security)
	b = binary.BigEndian.AppendUint32(b, c.flash.address)
	return reply{content: append(b, 0, c.flash.packet, 0, byte(c.flash.baud))}
}

// status is the low byte of the status register: busy, match passed, password
// verified, picture valid.
func (c call) status() (s byte) {
	if c.ram.unlocked {
		s |= 1 << 2
	}
	if c.ram.picture != nil {
		s |= 1 << 3
	}
	return s
}

// getRandomCode is no more than a number that changes.
func (c call) getRandomCode() reply {
	c.ram.random++
	return reply{content: binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte{byte(c.ram.random), byte(c.ram.random >> 8)}))}
}

func (c call) writeNotepad() reply {
	if int(c.args[0]) >= len(c.flash.notes) {
		return reply{code: badPage}
	}
	c.flash.notes[c.args[0]] = [32]byte(c.args[1:])
	return reply{}
}

func (c call) readNotepad() reply {
	if int(c.args[0]) >= len(c.flash.notes) {
		return reply{code: badPage}
	}
	return reply{content: c.flash.notes[c.args[0]][:]}
}

func (c call) auraLed() reply {
	c.light = [4]byte(c.args)
	return reply{}
}

func (c call) version() reply { return reply{content: field(c.options.Firmware, 32)} }

func (c call) readProdInfo() reply {
	b := field(c.options.Model, 16)
	b = append(b, field("BN01", 4)...)
	b = append(b, field(c.options.Serial, 8)...)
	b = append(b, 1, 2)
	b = append(b, field("EMU", 8)...)
	for _, v := range []int{c.options.Width, c.options.Height, c.options.Template, c.options.Capacity} {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	return reply{content: b}
}

func (c call) softRst() reply { return reply{restart: true} }

// field is a text in a field of n bytes, filled up with zeros.
func field(text string, n int) []byte {
	b := make([]byte, n)
	copy(b, text)
	return b
}
