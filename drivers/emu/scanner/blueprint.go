package scanner

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"
)

// Blueprint is an invented reader, the blueprint of an emulator: copy it with
// drivers/qr/blueprint_internal_test.go, where its protocol stands. Write the copy
// from the reader's manual and not from the driver, so that a mistake in one shows.
type Blueprint struct {
	View
	lamp
}

// Baud is optional: with it the host hears noise at any other speed.
func (b *Blueprint) Baud() int { return 9600 }

// Run is called each time the power comes on. What is made here is lost with it;
// what a reader keeps in flash would be a field of Blueprint.
func (b *Blueprint) Run(ctx context.Context, wire io.ReadWriter) {
	run(ctx, wire, &b.View, &b.lamp, &blueprintFirmware{reader: b, lasts: 5 * time.Second})
}

type blueprintFirmware struct {
	mouth  // says frames once the light is as it should be
	reader *Blueprint
	lasts  time.Duration
	ends   time.Time // of the trigger; zero: there is none
	inbox  []byte
}

// hear gets bytes in any pieces.
func (f *blueprintFirmware) hear(chunk []byte) {
	f.inbox = append(f.inbox, chunk...)
	for {
		command, rest, ok := bytes.Cut(f.inbox, []byte("\r"))
		if !ok {
			return
		}
		f.inbox = rest
		f.obey(string(command))
	}
}

func (f *blueprintFirmware) obey(command string) {
	answer := "OK\r"
	switch {
	case command == "?":
		answer = "!BP-1,099BP0001,1.0\r"
	case command == "R":
		f.ends = time.Now().Add(f.lasts)
	case command == "X":
		f.ends = time.Time{}
	case command != "" && command[0] == 'T':
		seconds, err := strconv.Atoi(command[1:])
		if err != nil {
			return
		}
		f.lasts = time.Duration(seconds) * time.Second
	default:
		return
	}
	f.say([]byte(answer)...)
}

// reading says whether the light is on, and until when.
func (f *blueprintFirmware) reading() (bool, time.Time) { return !f.ends.IsZero(), f.ends }

// timeout is called at the time that reading named.
func (f *blueprintFirmware) timeout() { f.ends = time.Time{} }

// look is called when there is a code to be read. Each say is a frame, which is
// what faults befall.
func (f *blueprintFirmware) look() {
	code, ok := f.reader.read()
	if !ok {
		return
	}
	f.ends = time.Time{}
	n, sum := len(code.Raw), byte(0)
	for _, c := range code.Raw {
		sum += c
	}
	f.say(append(append([]byte{'C', byte(n >> 8), byte(n)}, code.Raw...), sum)...)
}
