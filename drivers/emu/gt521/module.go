package gt521

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"motcua/drivers/emu/finger"
)

// Sizes of a GT-521F32.
const (
	capacity     = 200
	templateSize = 498
	width        = 258
	height       = 202
	firstBaud    = 9600
)

// Module is an emulated module. It is a device of a line.
type Module struct {
	Glass finger.Glass
	finger.Script[uint16, Fault]
	// Pace is the time that it takes for an answer.
	Pace time.Duration

	mu      sync.Mutex // guards the rest
	library map[uint32][]byte
	ram     *memory // nil without power
}

// memory is what is lost without power.
type memory struct {
	baud    int
	lit     bool
	picture *finger.Touch
	prints  [][]finger.Minutia // of an enrolment under way
	place   uint32             // that it is for
	turn    int                // the last step of it; -1 outside one
}

// New makes a module with an empty library.
func New() *Module { return &Module{library: map[uint32][]byte{}} }

// Baud is the line's speed.
func (m *Module) Baud() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ram == nil {
		return firstBaud
	}
	return m.ram.baud
}

// Left tells where in the module something of a person is, in flash and in memory.
func (m *Module) Left() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var left []string
	for place := range m.library {
		left = append(left, fmt.Sprintf("library %d", place))
	}
	slices.Sort(left)
	if m.ram != nil && m.ram.picture != nil {
		left = append(left, "picture")
	}
	if m.ram != nil && len(m.ram.prints) > 0 {
		left = append(left, "enrolment")
	}
	return left
}

// Keep puts a finger into the library, as somebody else may have done.
func (m *Module) Keep(place uint32, f finger.Finger) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.library[place] = finger.Encode(finger.Touch{Finger: f}.Minutiae(), templateSize)
}

// Leave sets the speed, as a program does that ends without setting it back. A power
// cut ends it.
func (m *Module) Leave(baud int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ram != nil {
		m.ram.baud = baud
	}
}

// Lit tells whether the light is on.
func (m *Module) Lit() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ram != nil && m.ram.lit
}

// Run is the module under power.
func (m *Module) Run(ctx context.Context, wire io.ReadWriter) {
	m.mu.Lock()
	m.ram = &memory{baud: firstBaud, turn: -1}
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		m.ram = nil
		m.mu.Unlock()
	}()
	s := &session{Module: m, wire: wire}
	for r := bufio.NewReader(wire); ; {
		if err := s.hear(ctx, r); err != nil {
			return
		}
	}
}

// session is the module between power-on and power-off.
type session struct {
	*Module
	wire io.Writer
	data func([]byte) reply // what data is for that the host was told to send
}

// hear takes one packet, or one byte that belongs to none.
func (s *session) hear(ctx context.Context, r *bufio.Reader) error {
	head, err := r.Peek(2)
	if err != nil {
		return err
	}
	switch size := 12; {
	case head[0] == 0x5A && head[1] == 0xA5 && s.data != nil:
		size = templateSize + 6
		fallthrough
	case head[0] == 0x55 && head[1] == 0xAA:
		packet := make([]byte, size)
		if _, err := io.ReadFull(r, packet); err != nil {
			return err
		}
		s.take(ctx, packet)
	default:
		_, err = r.Discard(1)
	}
	return err
}

func (s *session) take(ctx context.Context, packet []byte) {
	end := len(packet) - 2
	intact := binary.LittleEndian.Uint16(packet[end:]) == sum(packet[:end]) && packet[2] == 1 && packet[3] == 0
	data := s.data
	s.data = nil
	command := binary.LittleEndian.Uint16(packet[8:])
	if packet[0] == 0x5A {
		command = dataCommand
	}
	fault := s.Next(command)
	finger.Pause(ctx, s.Pace)
	if fault.Kind == FaultSlow {
		finger.Pause(ctx, finger.Slow)
	}
	var r reply
	switch {
	case !intact:
		r = refuse(commError)
	case fault.Kind == FaultCode:
		r = refuse(fault.Code)
	case packet[0] == 0x5A:
		r = s.locked(func() reply { return data(packet[4:end]) })
	default:
		r = s.answer(command, binary.LittleEndian.Uint32(packet[4:]))
	}
	for _, frame := range fault.spoil(r.frames()) {
		_, _ = s.wire.Write(frame)
	}
	if r.then != nil {
		s.locked(func() reply { r.then(); return r })
	}
	s.data = r.expect
}

func (s *session) locked(do func() reply) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return do()
}

func sum(b []byte) (n uint16) {
	for _, v := range b {
		n += uint16(v)
	}
	return n
}
