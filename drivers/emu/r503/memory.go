package r503

import (
	"bytes"
	"fmt"
	"slices"

	"motcua/drivers/emu/finger"
)

// memory is what is lost without power.
type memory struct {
	old      bool
	unlocked bool          // the password was verified
	picture  *finger.Touch // in the picture buffer; drawn when it is asked for
	features [][]byte      // by buffer, from 1; an old module's templates, too
	latest   int           // buffer of the last features
	template []byte        // the R503's ModelBuffer
	random   uint16
}

func newMemory(o Options) *memory {
	return &memory{old: o.Old, features: make([][]byte, o.Buffers+1)}
}

// templateBuffer is where a template of this number lies. The R503 has one only
// (manual, UpChar and DownChar: any number will do).
func (m *memory) templateBuffer(n int) *[]byte {
	if m.old {
		return &m.features[n]
	}
	return &m.template
}

// Left tells where in the module something of a person is, in flash and in memory.
// A buffer of zeros is nothing.
func (m *Module) Left() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var left []string
	for place := range m.flash.library {
		left = append(left, fmt.Sprintf("library %d", place))
	}
	slices.Sort(left)
	if m.ram == nil {
		return left
	}
	if m.ram.picture != nil {
		left = append(left, "picture")
	}
	for i, f := range m.ram.features {
		if anything(f) {
			left = append(left, fmt.Sprintf("buffer %d", i))
		}
	}
	if anything(m.ram.template) {
		left = append(left, "template")
	}
	return left
}

func anything(b []byte) bool { return len(bytes.Trim(b, "\x00")) > 0 }

// Keep puts a finger into the library, as somebody else may have done.
func (m *Module) Keep(place int, f finger.Finger) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.flash.library[place] = finger.Encode(finger.Touch{Finger: f}.Minutiae(), m.options.Template)
}

// Light is what the ring was last set to: control, speed, colour, times.
func (m *Module) Light() [4]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.light
}
