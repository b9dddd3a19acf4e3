package scanner

import (
	"context"
	"encoding/binary"
	"io"
	"strings"
	"time"
)

// Keyboard is a scanner that types, as the kernel's input layer tells of it.
type Keyboard struct {
	View
	lamp

	// Word is the size of a long, which the time stamps of events have: 8 or 4.
	Word int
	// AltCodes: letters that no key has are typed as numbers on the number pad, with
	// Alt held down; else they are left out.
	AltCodes bool
}

// rows are the keys of a US keyboard: the code of the first, and what they type
// without and with Shift.
var rows = []struct {
	first          uint16
	plain, shifted string
}{
	{2, "1234567890-=", "!@#$%^&*()_+"},
	{15, "\tqwertyuiop[]", "\tQWERTYUIOP{}"},
	{30, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
	{43, "\\zxcvbnm,./", "|ZXCVBNM<>?"},
	{57, " ", " "},
	{28, "\n", "\n"},
}

// Run is the scanner's firmware and the kernel's part.
func (k *Keyboard) Run(ctx context.Context, wire io.ReadWriter) {
	run(ctx, wire, &k.View, &k.lamp, &keyboardFirmware{scanner: k})
}

type keyboardFirmware struct {
	mouth
	scanner *Keyboard
	events  []byte
	left    []rune // to be typed
	next    time.Time
}

func (f *keyboardFirmware) hear([]byte) {}

// reading: while it types it looks for nothing.
func (f *keyboardFirmware) reading() (bool, time.Time) { return len(f.left) == 0, f.next }

func (f *keyboardFirmware) look() {
	if code, ok := f.scanner.read(); ok {
		f.left = []rune(string(code.Raw) + "\n")
		f.timeout()
	}
}

// timeout types some keys, and rests for a moment: the USB asks a keyboard once in
// a millisecond. An event that nobody fetches in time is lost.
func (f *keyboardFirmware) timeout() {
	n := min(8, len(f.left))
	f.event(4, 4, 0x70028) // what the device itself calls a key
	for _, r := range f.left[:n] {
		f.typed(r)
	}
	f.say(f.events...)
	f.events, f.left, f.next = nil, f.left[n:], time.Time{}
	if len(f.left) > 0 {
		f.next = time.Now().Add(8 * time.Millisecond)
	}
}

func (f *keyboardFirmware) typed(r rune) {
	const shift, alt = 42, 56
	for _, row := range rows {
		if i := strings.IndexRune(row.plain, r); i >= 0 {
			f.press(row.first + uint16(i))
			return
		}
		if i := strings.IndexRune(row.shifted, r); i >= 0 {
			f.held(shift, func() { f.press(row.first + uint16(i)) })
			return
		}
	}
	if f.scanner.AltCodes {
		pad := [...]uint16{82, 79, 80, 81, 75, 76, 77, 71, 72, 73} // keys 0 to 9
		f.held(alt, func() {
			for _, place := range []rune{10000, 1000, 100, 10, 1} {
				f.press(pad[r/place%10])
			}
		})
	}
}

func (f *keyboardFirmware) held(key uint16, do func()) {
	f.event(1, key, 1)
	f.event(1, key, 2) // and repeats
	do()
	f.event(1, key, 0)
	f.event(0, 0, 0)
}

func (f *keyboardFirmware) press(key uint16) {
	f.event(1, key, 1)
	f.event(0, 0, 0)
	f.event(1, key, 0)
	f.event(0, 0, 0)
}

func (f *keyboardFirmware) event(kind, code uint16, value uint32) {
	f.events = append(f.events, make([]byte, 2*f.scanner.Word)...)
	f.events = binary.NativeEndian.AppendUint16(f.events, kind)
	f.events = binary.NativeEndian.AppendUint16(f.events, code)
	f.events = binary.NativeEndian.AppendUint32(f.events, value)
}
