package finger

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"sync"
	"time"
)

// Blueprint is an invented module, the blueprint of an emulator: copy it, into a
// folder of its own beside r503, with drivers/finger/blueprint_internal_test.go,
// where its protocol stands. Write the copy from the module's manual and not from
// the driver, so that a mistake in one shows.
type Blueprint struct {
	Glass Glass
	// Pace is the time that it takes for an answer.
	Pace time.Duration

	mu      sync.Mutex // guards the rest
	library []Finger   // what others have kept in the flash
	ram     *blueprintMemory
}

// blueprintMemory is what is lost without power.
type blueprintMemory struct {
	features [4][]Minutia // the first is of a comparison, the others of an enrolment
	template []Minutia
}

// BlueprintTemplate is the size of its templates in bytes.
const BlueprintTemplate = 200

// Codes of answers.
const (
	blueprintDone = iota
	blueprintNoFinger
	blueprintPoor
	blueprintDiffer
	blueprintUnreadable
	blueprintOther
	blueprintWho = '?'
)

// Baud is the line's speed. With it the host hears noise at any other.
func (*Blueprint) Baud() int { return 57600 }

// Left tells where something of a person is: the stories look here after every call.
func (b *Blueprint) Left() (left []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.library) > 0 {
		left = append(left, "library")
	}
	if b.ram == nil {
		return left
	}
	if len(b.ram.template) > 0 {
		left = append(left, "template")
	}
	for _, f := range b.ram.features {
		if len(f) > 0 {
			left = append(left, "features")
		}
	}
	return left
}

// Keep puts a finger into the flash, as somebody else may have done.
func (b *Blueprint) Keep(f Finger) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.library = append(b.library, f)
}

// Run is called each time the power comes on. What is made here is lost with it.
func (b *Blueprint) Run(ctx context.Context, wire io.ReadWriter) {
	b.setMemory(&blueprintMemory{})
	defer b.setMemory(nil)
	var held []byte
	chunk := make([]byte, 256)
	for {
		n, err := wire.Read(chunk) // in any pieces
		if err != nil {
			return
		}
		held = append(held, chunk[:n]...)
		for {
			command, data, rest, ok := cutBlueprint(held)
			if held = rest; !ok {
				break
			}
			Pause(ctx, b.Pace)
			code, said := b.obey(command, data)
			if _, err := wire.Write(appendBlueprint(nil, 0x5A, code, said)); err != nil {
				return
			}
		}
	}
}

func (b *Blueprint) setMemory(m *blueprintMemory) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ram = m
}

// cutBlueprint takes the first whole command off what was heard, and gives what is
// left. Bytes that begin none are thrown away.
func cutBlueprint(heard []byte) (command byte, data, rest []byte, ok bool) {
	for {
		at := bytes.IndexByte(heard, 0xA5)
		if at < 0 {
			return 0, nil, nil, false
		}
		if heard = heard[at:]; len(heard) < 4 {
			return 0, nil, heard, false
		}
		end := 4 + int(binary.BigEndian.Uint16(heard[2:]))
		if end <= 4+BlueprintTemplate && len(heard) < end+2 {
			return 0, nil, heard, false
		}
		if end <= 4+BlueprintTemplate && binary.BigEndian.Uint16(heard[end:]) == blueprintSum(heard[:end]) {
			return heard[1], heard[4:end], heard[end+2:], true
		}
		heard = heard[1:]
	}
}

func appendBlueprint(dst []byte, start, what byte, data []byte) []byte {
	dst = append(dst, start, what)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(data)))
	dst = append(dst, data...)
	return binary.BigEndian.AppendUint16(dst, blueprintSum(dst))
}

func blueprintSum(b []byte) (sum uint16) {
	for _, c := range b {
		sum += uint16(c)
	}
	return sum
}

func (b *Blueprint) obey(command byte, data []byte) (code byte, said []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.ram == nil:
		return blueprintDone, nil // the power has gone, and nobody hears it
	case command == '?':
		return blueprintWho, []byte("Blueprint,0001,1.0")
	case command == 'P' && len(data) == 1 && int(data[0]) < len(b.ram.features):
		return b.picture(int(data[0])), nil
	case command == 'M':
		return b.merge()
	case command == 'T':
		template, err := Decode(data)
		if err != nil {
			return blueprintUnreadable, nil
		}
		b.ram.template = template
	case command == 'V':
		if Score(b.ram.features[0], b.ram.template) < Alike {
			return blueprintOther, nil
		}
	case command == 'X':
		*b.ram, b.library = blueprintMemory{}, nil
	default:
		return blueprintUnreadable, nil
	}
	return blueprintDone, nil
}

func (b *Blueprint) picture(place int) byte {
	touch, touched, _ := b.Glass.Touch()
	switch {
	case !touched:
		return blueprintNoFinger
	case !touch.Usable():
		return blueprintPoor
	}
	b.ram.features[place] = touch.Minutiae()
	return blueprintDone
}

func (b *Blueprint) merge() (byte, []byte) {
	merged, ok := Merge(b.ram.features[1:])
	if !ok {
		return blueprintDiffer, nil
	}
	return blueprintDone, Encode(merged, BlueprintTemplate)
}
