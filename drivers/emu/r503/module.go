package r503

import (
	"bufio"
	"context"
	"io"
	"sync"
	"time"

	"motcua/drivers/emu/finger"
)

// Options are what a module is made as.
type Options struct {
	Model    string // up to 16 letters, told by ReadProdInfo
	Serial   string // up to 8
	Firmware string // up to 32
	// Width and Height are those of a picture; Template and Features the sizes of a
	// template and of the features of one picture, in bytes.
	Width, Height, Template, Features int
	Buffers                           int // for features
	Capacity                          int // of the library
	// Old modules know none of the commands from 28 on, keep templates in the same
	// buffers as features, and merge two pictures.
	Old bool
	// Pace is the time that it takes for an answer.
	Pace time.Duration
	// ForgetsNothing keeps the memory through a soft reset. No manual says what one
	// does to it.
	ForgetsNothing bool
}

// R503 is the module of that name.
var R503 = Options{
	Model: "R503", Serial: "EMU00001", Firmware: "EMU 1.2.2", Width: 192, Height: 192,
	Template: 1536, Features: 512, Buffers: 6, Capacity: 200,
}

// ZFM20 is an older optical module.
var ZFM20 = Options{Width: 256, Height: 288, Template: 512, Features: 512, Buffers: 2, Capacity: 120, Old: true}

// Module is an emulated module. It is a device of a line.
type Module struct {
	Glass finger.Glass
	finger.Script[byte, Fault]

	options Options

	mu    sync.Mutex // guards the rest
	flash flash
	ram   *memory // nil without power
	light [4]byte // of the last AuraLedConfig
}

// flash is what outlasts a power cut.
type flash struct {
	address, password uint32
	baud              int // in 9600 bits a second
	security          byte
	packet            byte // size code
	library           map[int][]byte
	notes             [16][32]byte
}

// New makes a module with its maker's settings.
func New(o Options) *Module {
	return &Module{options: o, flash: flash{address: 0xFFFFFFFF, baud: 6, security: 3, packet: 2, library: map[int][]byte{}}}
}

// Baud is the line's speed.
func (m *Module) Baud() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return 9600 * m.flash.baud
}

// Run is the module under power.
func (m *Module) Run(ctx context.Context, wire io.ReadWriter) {
	m.mu.Lock()
	m.ram = newMemory(m.options)
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		m.ram = nil
		m.mu.Unlock()
	}()
	s := &session{Module: m, wire: wire, heard: make(chan packet)}
	s.ready()
	go func() {
		defer close(s.heard)
		for r := bufio.NewReader(wire); ; {
			p, err := hear(r)
			if err != nil {
				return
			}
			select {
			case s.heard <- p:
			case <-ctx.Done():
				return
			}
		}
	}()
	for p := range s.heard {
		s.take(ctx, p)
	}
}

// session is the module between power-on and power-off.
type session struct {
	*Module
	wire  io.Writer
	heard chan packet
	data  *download // that the host was told to send
}

// download is data that the host sends behind a command.
type download struct {
	buffer  int
	content []byte
}

// ready says that the module is.
func (s *session) ready() { _, _ = s.wire.Write([]byte{0x55}) }

// take acts on one packet.
func (s *session) take(ctx context.Context, p packet) {
	address := s.address()
	switch {
	case p.address != address:
		return // another module's ("at wrong adder value, module will reject to transfer")
	case (p.pid == pidData || p.pid == pidEnd) && s.data != nil:
		s.receive(p)
	case p.pid != pidCommand:
		return
	case !p.intact:
		s.write(say(address, pidAck, []byte{packetError}))
	default:
		s.data = nil
		s.obey(ctx, address, p.body[0], p.body[1:])
	}
}

func (s *session) address() uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flash.address
}

func (s *session) write(frame []byte) { _, _ = s.wire.Write(frame) }

// obey answers one command. An answer comes from the address that it was sent to.
func (s *session) obey(ctx context.Context, address uint32, command byte, args []byte) {
	fault := s.Next(command)
	finger.Pause(ctx, s.options.Pace)
	if fault.Kind == FaultSlow {
		finger.Pause(ctx, finger.Slow)
	}
	if fault.Kind == FaultCode {
		s.write(say(address, pidAck, []byte{fault.Code}))
		return
	}
	r := s.answer(command, args)
	for _, frame := range fault.spoil(r.frames(address, s.packetSize())) {
		s.write(frame)
	}
	if r.then != nil {
		s.mu.Lock()
		r.then()
		s.mu.Unlock()
	}
	if r.restart {
		s.restart()
	}
	if r.auto != nil {
		s.automatic(ctx, address, r.auto, fault)
	}
}

func (s *session) packetSize() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return 32 << s.flash.packet
}

// restart is a soft reset.
func (s *session) restart() {
	s.mu.Lock()
	if s.options.ForgetsNothing {
		s.ram.unlocked = false
	} else {
		s.ram = newMemory(s.options)
	}
	s.mu.Unlock()
	s.ready()
}

// receive takes one data packet of a download.
func (s *session) receive(p packet) {
	if !p.intact {
		s.data = nil
		return
	}
	s.data.content = append(s.data.content, p.body...)
	if p.pid != pidEnd {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.data.content) == s.options.Template {
		*s.ram.templateBuffer(s.data.buffer) = s.data.content
	}
	s.data = nil
}
