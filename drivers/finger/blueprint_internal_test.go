package finger

// This file is the blueprint of a driver: copy it to files named for the maker's
// protocol, and drivers/emu/finger/blueprint.go to an emulator. The protocol is
// invented, and as small as one can be. Both sides say frames:
//
//	start, command or code, length(2), bytes, sum(2) of all before
//
//	host A5         module 5A
//	?               ?  model,serial,firmware     the only answer that names its command
//	P place         0, or 1 no finger, 2 poor    takes a picture; its features go to a place
//	M               0 and a template, or 3       merges places 1 to 3; 3: different fingers
//	T template      0, or 4 unreadable
//	V               0, or 5 another finger       compares place 0 with the template
//	X               0                            forgets everything
//
// What else a new module needs: a case in open.go, its bytes with their source in an
// internal test, a fuzz target, a row in bench_internal_test.go, a tape, what the
// module itself does wrong (fault.go of the other emulators), and lines in
// docs/devices.md.

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	emu "motcua/drivers/emu/finger"
)

// Blueprint is the driver. Its comment says what the module cannot forget: this one
// forgets everything.
type Blueprint struct {
	module
	info drivers.Info
	told owed // answers to "?"
}

var _ drivers.FingerReader = (*Blueprint)(nil)

const (
	blueprintWait = 2 * time.Second
	blueprintGap  = 500 * time.Millisecond
)

// OpenBlueprint names the manual and its edition, brings the line into step, and
// empties the module: others may have left something there.
func OpenBlueprint(ctx context.Context, port periph.Port) (*Blueprint, error) {
	d := &Blueprint{module: module{name: "blueprint", port: port}}
	d.empty = d.forget
	tune := func(context.Context) error { return d.retune(57600) }
	if err := d.open(ctx, tune, d.settle, d.forget); err != nil {
		return nil, err
	}
	return d, nil
}

// BlueprintCode is the code of an answer that is not success. It unwraps to what it
// means to a caller; one that the manual does not name breaks the protocol.
type BlueprintCode byte

const (
	blueprintDone  BlueprintCode = 0
	blueprintNone  BlueprintCode = 1
	blueprintOther BlueprintCode = 5
	blueprintWho   BlueprintCode = '?'
)

var blueprintCodes = map[BlueprintCode]meaning{
	blueprintNone:  {"no finger", drivers.ErrNoFinger},
	2:              {"poor picture", drivers.ErrPoorFinger},
	3:              {"different fingers", drivers.ErrFingersDiffer},
	4:              {"unreadable template", drivers.ErrTemplate},
	blueprintOther: {"another finger", drivers.ErrProtocol}, // after V only, where it is no error
}

func (c BlueprintCode) Error() string {
	return fmt.Sprintf("module answered %02X: %s", byte(c), meant(blueprintCodes, c).Text)
}

// Unwrap is the meaning of the code.
func (c BlueprintCode) Unwrap() error { return meant(blueprintCodes, c).Means }

// Probe asks who it is.
func (d *Blueprint) Probe(ctx context.Context) (drivers.Info, error) {
	if err := d.settle(ctx); err != nil {
		return drivers.Info{}, d.fail("probing", err)
	}
	return d.info, nil
}

// WaitFinger ends by emptying the module, as every call does that may have had
// something of a person in it.
func (d *Blueprint) WaitFinger(ctx context.Context, on bool) (err error) {
	defer d.end(ctx, "waiting for a finger", &err, func() {})
	return d.await(ctx, on)
}

func (d *Blueprint) await(ctx context.Context, on bool) error {
	return until(ctx, func() (bool, error) {
		_, err := d.ask(ctx, 'P', 0)
		if again(err) {
			return errors.Is(err, blueprintNone) != on, nil
		}
		return on, err
	})
}

// picture waits for a finger and puts its features into a place.
func (d *Blueprint) picture(ctx context.Context, place int) error {
	return until(ctx, func() (bool, error) {
		_, err := d.ask(ctx, 'P', byte(place))
		if errors.Is(err, blueprintNone) {
			return false, nil
		}
		return true, err
	})
}

// Enrol gives the template away; nothing of it stays.
func (d *Blueprint) Enrol(ctx context.Context, progress func(drivers.EnrolStep)) (t drivers.Template, err error) {
	defer d.end(ctx, "enrolling", &err, t.Wipe)
	e := enrolment{of: 3, progress: progress, lifted: func() error { return d.await(ctx, false) }}
	if err := e.run(func(n int) error { return d.picture(ctx, n) }); err != nil {
		return t, err
	}
	data, err := d.ask(ctx, 'M')
	if err != nil {
		return t, err
	}
	return drivers.Template{Kind: d.kind(), Data: data}, nil
}

// kind names the maker's format and its size: templates fit no other module.
func (*Blueprint) kind() string { return fmt.Sprintf("blueprint-%d", emu.BlueprintTemplate) }

// Verify says "same" for one answer only, which answers this very question.
func (d *Blueprint) Verify(ctx context.Context, t drivers.Template) (m drivers.FingerMatch, err error) {
	if err := fits(t, d.kind(), emu.BlueprintTemplate); err != nil {
		return m, d.fail("verifying", err)
	}
	defer d.end(ctx, "verifying", &err, func() { m = drivers.FingerMatch{} })
	if _, err := d.ask(ctx, 'T', t.Data...); err != nil {
		return m, err
	}
	if err := d.picture(ctx, 0); err != nil {
		return m, err
	}
	_, err = d.ask(ctx, 'V')
	if errors.Is(err, blueprintOther) {
		return m, nil
	}
	return drivers.FingerMatch{Same: err == nil}, err
}

// Purge empties the module.
func (d *Blueprint) Purge(ctx context.Context) error { return d.fail("emptying", d.forget(ctx)) }

func (d *Blueprint) forget(ctx context.Context) error {
	_, err := d.ask(ctx, 'X')
	return err
}

// Close takes a last step where there is a light to put out.
func (d *Blueprint) Close() error { return d.close(func(context.Context) error { return nil }) }

// ask sends a command and takes its answer. Whatever goes wrong leaves the line
// unsure: then what comes next may answer this command, and not the next one.
func (d *Blueprint) ask(ctx context.Context, command byte, data ...byte) ([]byte, error) {
	if d.unsure {
		if err := d.settle(ctx); err != nil {
			return nil, err
		}
	}
	d.unsure = true
	if err := d.line.Drain(ctx, hush); err != nil { // a doubled answer must not be that to this command
		return nil, err
	}
	if err := d.write(ctx, appendBlueprint(d.out[:0], command, data)); err != nil {
		return nil, err
	}
	frame, err := d.line.Frame(ctx, blueprintWait, blueprintGap, splitBlueprint)
	if err != nil {
		return nil, err
	}
	code := BlueprintCode(frame[1])
	if code == blueprintWho {
		return nil, fmt.Errorf("a late answer: %w", drivers.ErrProtocol)
	}
	d.unsure = false
	if code != blueprintDone {
		return nil, code
	}
	return bytes.Clone(frame[4 : len(frame)-2]), nil
}

// settle lets the line fall silent and sends the command whose answer has a form of
// its own; everything before that answer is thrown away.
func (d *Blueprint) settle(ctx context.Context) error {
	d.unsure = true
	if err := d.silence(ctx); err != nil {
		return err
	}
	if err := d.write(ctx, appendBlueprint(d.out[:0], '?', nil)); err != nil {
		return err
	}
	d.told++
	err := d.told.settle(blueprintWait, func(wait time.Duration) (bool, error) {
		frame, err := d.line.Frame(ctx, wait, blueprintGap, splitBlueprint)
		if err != nil || BlueprintCode(frame[1]) != blueprintWho {
			return false, err
		}
		return true, d.introduce(frame[4 : len(frame)-2])
	})
	d.unsure = err != nil
	return err
}

func (d *Blueprint) introduce(said []byte) error {
	parts := bytes.Split(said, []byte(","))
	if len(parts) != 3 {
		return fmt.Errorf("it does not say who it is: %w", drivers.ErrProtocol)
	}
	d.info = drivers.Info{
		Class: drivers.ClassFinger, Vendor: "Nobody", Model: string(parts[0]), Serial: string(parts[1]), Firmware: string(parts[2]),
		Port: d.line.String(), Trust: drivers.TrustL0,
	}
	return nil
}

// The codecs are pure: bytes in, a frame or nothing out. They skip what is no frame
// and trust no length.

func appendBlueprint(dst []byte, command byte, data []byte) []byte {
	dst = append(dst, 0xA5, command)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(data)))
	dst = append(dst, data...)
	return binary.BigEndian.AppendUint16(dst, sum16(dst))
}

// splitBlueprint finds the next answer of a stream.
func splitBlueprint(b []byte, _ bool) (advance int, frame []byte, err error) {
	at := bytes.IndexByte(b, 0x5A)
	if at < 0 {
		return len(b), nil, nil
	}
	f := b[at:]
	if len(f) < 4 {
		return at, nil, nil
	}
	end := 4 + int(binary.BigEndian.Uint16(f[2:]))
	if end > 4+emu.BlueprintTemplate {
		return at + 1, nil, fmt.Errorf("an answer of %d bytes: %w", end, drivers.ErrProtocol)
	}
	if len(f) < end+2 {
		return at, nil, nil
	}
	if want, got := sum16(f[:end]), binary.BigEndian.Uint16(f[end:]); want != got {
		return at + 1, nil, fmt.Errorf("sum %04X, want %04X: %w", got, want, drivers.ErrProtocol)
	}
	return at + end + 2, f[:end+2], nil
}

func FuzzBlueprint(f *testing.F) {
	f.Add([]byte("\x5A\x00\x00\x00\x00\x5A"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, frame, err := splitBlueprint(b, true); n < 0 || n > len(b) || err == nil && len(frame) > n {
			t.Fatalf("%d of %d bytes, a frame of %d, %v", n, len(b), len(frame), err)
		}
	})
}
