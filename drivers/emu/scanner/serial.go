package scanner

import (
	"bytes"
	"context"
	"io"
	"time"
)

// Serial is a scanner that says whatever is held before it, and a tail.
type Serial struct {
	View
	lamp
	Tail string
}

// Run is the scanner's firmware.
func (s *Serial) Run(ctx context.Context, wire io.ReadWriter) {
	run(ctx, wire, &s.View, &s.lamp, &serialFirmware{scanner: s})
}

type serialFirmware struct {
	mouth
	scanner *Serial
}

func (f *serialFirmware) hear([]byte)                {}
func (f *serialFirmware) timeout()                   {}
func (f *serialFirmware) reading() (bool, time.Time) { return true, time.Time{} }

func (f *serialFirmware) look() {
	if code, ok := f.scanner.read(); ok {
		f.say(append(bytes.Clone(code.Raw), f.scanner.Tail...)...)
	}
}
