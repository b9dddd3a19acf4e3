package gt521

import (
	"encoding/binary"

	"motcua/drivers/emu/finger"
)

// Error codes (datasheet V1.1, chapter 4).
const (
	badPlace     = 0x1003
	unused       = 0x1004
	used         = 0x1005
	commError    = 0x1006
	notVerified  = 0x1007
	notFound     = 0x1008
	emptyLibrary = 0x100A
	outOfTurn    = 0x100B
	badFinger    = 0x100C
	notMerged    = 0x100D
	unsupported  = 0x100E
	notPressed   = 0x1012
	badBaud      = 0x1002
)

// dataCommand stands for a data packet in [Module.On].
const dataCommand = 0xA55A

// nowhere is the place of an enrolment whose template goes to the host.
const nowhere = 0xFFFFFFFF

// reply is what a packet leads to.
type reply struct {
	refused   bool
	parameter uint32
	data      []byte             // sent after it
	expect    func([]byte) reply // data that the host sends next
	then      func()             // afterwards, under the lock
}

func refuse(code uint32) reply { return reply{refused: true, parameter: code} }

func (r reply) frames() [][]byte {
	code := byte(0x30)
	if r.refused {
		code = 0x31
	}
	b := binary.LittleEndian.AppendUint32([]byte{0x55, 0xAA, 1, 0}, r.parameter)
	frames := [][]byte{seal(append(b, code, 0))}
	if r.data != nil {
		frames = append(frames, seal(append([]byte{0x5A, 0xA5, 1, 0}, r.data...)))
	}
	return frames
}

// seal adds the checksum.
func seal(b []byte) []byte { return binary.LittleEndian.AppendUint16(b, sum(b)) }

// commands are those of the datasheet, chapter 3, that a module without USB knows.
var commands = map[uint16]func(*session, uint32) reply{
	0x01: (*session).open,
	0x02: (*session).nothing, // Close
	0x04: (*session).changeBaudrate,
	0x12: (*session).cmosLed,
	0x20: (*session).getEnrollCount,
	0x21: (*session).checkEnrolled,
	0x22: (*session).enrollStart,
	0x23: func(s *session, _ uint32) reply { return s.enroll(1) },
	0x24: func(s *session, _ uint32) reply { return s.enroll(2) },
	0x25: func(s *session, _ uint32) reply { return s.enroll(3) },
	0x26: (*session).isPressFinger,
	0x40: (*session).deleteID,
	0x41: (*session).deleteAll,
	0x50: (*session).verify,
	0x51: (*session).identify,
	0x52: (*session).verifyTemplate,
	0x60: (*session).captureFinger,
	0x61: (*session).makeTemplate,
	0x62: (*session).getImage,
	0x70: (*session).getTemplate,
	0x71: (*session).setTemplate,
}

func (s *session) answer(command uint16, parameter uint32) reply {
	do, ok := commands[command]
	if !ok {
		return refuse(unsupported)
	}
	return s.locked(func() reply { return do(s, parameter) })
}

func (s *session) nothing(uint32) reply { return reply{} }

// open tells what the module is, if it is asked to.
func (s *session) open(tell uint32) reply {
	if tell == 0 {
		return reply{}
	}
	info := binary.LittleEndian.AppendUint32(nil, 0x20161001) // firmware
	info = binary.LittleEndian.AppendUint32(info, 0)          // size of the USB area
	return reply{data: append(info, "EMULATED GT-521F"...)}
}

func (s *session) changeBaudrate(baud uint32) reply {
	switch baud {
	case 9600, 19200, 38400, 57600, 115200:
		return reply{then: func() { s.ram.baud = int(baud) }} // the answer still comes at the old speed
	}
	return refuse(badBaud)
}

func (s *session) cmosLed(on uint32) reply {
	s.ram.lit = on != 0
	return reply{}
}

func (s *session) isPressFinger(uint32) reply {
	if _, touched, _ := s.Glass.Touch(); touched && s.ram.lit {
		return reply{}
	}
	return reply{parameter: notPressed}
}

func (s *session) captureFinger(uint32) reply {
	touch, touched, _ := s.Glass.Touch()
	if !touched || !s.ram.lit {
		return refuse(notPressed)
	}
	s.ram.picture = &touch
	return reply{}
}

func (s *session) getImage(uint32) reply {
	if s.ram.picture == nil {
		return refuse(notPressed)
	}
	rows := s.ram.picture.Picture(width, height)
	columns := make([]byte, 0, len(rows))
	for x := range width {
		for y := range height {
			columns = append(columns, rows[y*width+x])
		}
	}
	return reply{data: columns}
}

// print is what the module makes of the picture.
func (s *session) print() ([]finger.Minutia, uint32) {
	switch {
	case s.ram.picture == nil:
		return nil, notPressed
	case !s.ram.picture.Usable():
		return nil, badFinger
	}
	return s.ram.picture.Minutiae(), 0
}

func (s *session) makeTemplate(uint32) reply {
	m, code := s.print()
	if code != 0 {
		return refuse(code)
	}
	return reply{data: finger.Encode(m, templateSize)}
}

func (s *session) enrollStart(place uint32) reply {
	switch {
	case place == nowhere:
	case place >= capacity:
		return refuse(badPlace)
	case s.library[place] != nil:
		return refuse(used)
	}
	s.ram.place, s.ram.turn, s.ram.prints = place, 0, nil
	return reply{}
}

func (s *session) enroll(turn int) reply {
	if s.ram.turn != turn-1 {
		return refuse(outOfTurn)
	}
	m, code := s.print()
	if code != 0 {
		return refuse(code)
	}
	s.ram.prints = append(s.ram.prints, m)
	s.ram.turn = turn
	if turn < 3 {
		return reply{}
	}
	s.ram.turn = -1
	merged, ok := finger.Merge(s.ram.prints)
	if !ok {
		return refuse(notMerged)
	}
	template := finger.Encode(merged, templateSize)
	if s.ram.place == nowhere {
		return reply{data: template}
	}
	s.library[s.ram.place] = template
	return reply{}
}
