package waveshare

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"motcua/drivers/emu/finger"
)

const (
	templateSize = 193
	side         = 140 // of a picture
	users        = 0xFFF
	// look is the time for one picture (manual, command 22: 0.2 to 0.3 s).
	look = 250 * time.Millisecond
)

// Module is an emulated module. It is a device of a line.
type Module struct {
	Glass finger.Glass
	finger.Script[byte, Fault]
	// Pace is the time that it takes for an answer.
	Pace time.Duration

	mu      sync.Mutex // guards the rest
	library map[int][]byte
	timeout int // in looks; 0 waits for ever
	level   byte
	ram     *memory // nil without power
}

// memory is what is lost without power.
type memory struct {
	picture  *finger.Touch
	features []finger.Minutia
	received []byte             // a template from the host
	prints   [][]finger.Minutia // of an enrolment under way
	unique   bool               // one finger, one user
}

// New makes a module without users.
func New() *Module {
	return &Module{library: map[int][]byte{}, timeout: 10, level: 5}
}

// Baud is the line's speed.
func (*Module) Baud() int { return 19200 }

// Left tells where in the module something of a person is, in flash and in memory.
// Zeros are nothing.
func (m *Module) Left() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var left []string
	for user := range m.library {
		left = append(left, fmt.Sprintf("user %d", user))
	}
	slices.Sort(left)
	if m.ram == nil {
		return left
	}
	if m.ram.picture != nil {
		left = append(left, "picture")
	}
	if len(m.ram.features) > 0 || len(m.ram.prints) > 0 {
		left = append(left, "features")
	}
	if slices.ContainsFunc(m.ram.received, func(b byte) bool { return b != 0 }) {
		left = append(left, "template")
	}
	return left
}

// Keep makes a finger a user, as somebody else may have done.
func (m *Module) Keep(user int, f finger.Finger) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.library[user] = finger.Encode(finger.Touch{Finger: f}.Minutiae(), templateSize)
}

// Run is the module under power.
func (m *Module) Run(ctx context.Context, wire io.ReadWriter) {
	m.mu.Lock()
	m.ram = &memory{unique: true}
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		m.ram = nil
		m.mu.Unlock()
	}()
	s := &session{Module: m, wire: wire, heard: make(chan []byte)}
	go func() {
		defer close(s.heard)
		for {
			chunk := make([]byte, 1024)
			n, err := wire.Read(chunk)
			if err != nil {
				return
			}
			select {
			case s.heard <- chunk[:n]:
			case <-ctx.Done():
				return
			}
		}
	}()
	for s.hear(ctx) {
	}
}

// session is the module between power-on and power-off.
type session struct {
	*Module
	wire  io.Writer
	heard chan []byte
	held  []byte // heard and not taken yet
}

// fill hears until n bytes are held.
func (s *session) fill(n int) bool {
	for len(s.held) < n {
		chunk, ok := <-s.heard
		if !ok {
			return false
		}
		s.held = append(s.held, chunk...)
	}
	return true
}

// hear takes one command with its data, or one byte that belongs to none. It
// reports false when the power goes.
func (s *session) hear(ctx context.Context) bool {
	if !s.fill(1) {
		return false
	}
	if s.held[0] != edge {
		s.held = s.held[1:]
		return true
	}
	if !s.fill(8) {
		return false
	}
	if s.held[7] != edge || s.held[6] != xor(s.held[1:6]) {
		s.held = s.held[1:]
		return true
	}
	p := call{session: s, command: s.held[1], p1: s.held[2], p2: s.held[3], p3: s.held[4]}
	s.held = s.held[8:]
	if p.command == 0x41 || p.command == 0x42 || p.command == 0x43 || p.command == 0x44 {
		n := int(p.p1)<<8 | int(p.p2)
		if !s.fill(n + 3) {
			return false
		}
		packet := s.held[:n+3]
		s.held = s.held[n+3:]
		if packet[0] != edge || packet[n+2] != edge || packet[n+1] != xor(packet[1:n+1]) || n != 3+templateSize {
			s.say(answer(p.command, 0, 0, failed))
			return true
		}
		p.data = slices.Clone(packet[1 : n+1])
	}
	s.obey(ctx, p)
	return true
}

func (s *session) obey(ctx context.Context, p call) {
	fault := s.Next(p.command)
	finger.Pause(ctx, s.Pace)
	if fault.Kind == FaultSlow {
		finger.Pause(ctx, finger.Slow)
	}
	frames := [][]byte{answer(p.command, 0, 0, fault.Code)}
	if fault.Kind != FaultCode {
		frames = p.do(ctx)
	}
	for _, frame := range fault.spoil(frames) {
		s.say(frame)
	}
}

func (s *session) say(frame []byte) { _, _ = s.wire.Write(frame) }

// await waits for a finger as long as the setting says, deaf to the host.
func (s *session) await(ctx context.Context) (finger.Touch, bool) {
	s.mu.Lock()
	wait := time.Duration(s.timeout) * look
	s.mu.Unlock()
	var end <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		end = t.C
	}
	for {
		touch, touched, changed := s.Glass.Touch()
		if touched {
			return touch, true
		}
		select {
		case <-changed:
		case <-s.heard: // and not listened to
			if ctx.Err() != nil {
				return touch, false
			}
		case <-end:
			return touch, false
		case <-ctx.Done():
			return touch, false
		}
	}
}
