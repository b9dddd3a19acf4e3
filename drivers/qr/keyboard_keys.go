package qr

import (
	"encoding/binary"
	"math/bits"
)

// WordSize is that of the kernel's input events for this program.
const WordSize = bits.UintSize / 8

// noKey stands for something typed that is no character of a US keyboard.
const noKey = 0x80

// Types and codes of input events (Linux, input-event-codes.h).
const (
	evSyn      = 0x00
	evKey      = 0x01
	synDropped = 3 // the kernel lost events

	keyEnter, keyKeypadEnter    = 28, 96
	keyLeftShift, keyRightShift = 42, 54
	keyLeftCtrl, keyRightCtrl   = 29, 97
	keyLeftAlt, keyRightAlt     = 56, 100
	keyCapsLock, keyNumLock     = 58, 69
)

// plainKeys and shiftedKeys are the characters of a US keyboard by the code of
// their key, from 1 on; a NUL has none.
const (
	plainKeys   = "\x001234567890-=\x00\tqwertyuiop[]\x00\x00asdfghjkl;'`\x00\\zxcvbnm,./\x00*\x00 \x00"
	shiftedKeys = "\x00!@#$%^&*()_+\x00\tQWERTYUIOP{}\x00\x00ASDFGHJKL:\"~\x00|ZXCVBNM<>?\x00*\x00 \x00"
)

// keyDecoder makes text out of input events. The number pad and Alt, which are how
// letters beyond a keyboard's are typed, make noKey.
type keyDecoder struct {
	word  int    // of the kernel's time stamps, in bytes
	part  []byte // of an event that has not all arrived
	text  []byte
	shift [2]bool // left, right
	alt   bool
	ctrl  bool
}

// put takes events: a time of two words, type and code of 2 bytes, value of 4.
func (d *keyDecoder) put(events []byte) {
	d.part = append(d.part, events...)
	size := 2*d.word + 8
	for ; len(d.part) >= size; d.part = d.part[size:] {
		e := d.part[2*d.word : size]
		d.event(binary.NativeEndian.Uint16(e), binary.NativeEndian.Uint16(e[2:]), int32(binary.NativeEndian.Uint32(e[4:])))
		clear(d.part[:size])
	}
}

// take gives up to n characters.
func (d *keyDecoder) take(n int) string {
	n = min(n, len(d.text))
	text := string(d.text[:n])
	clear(d.text[:n])
	d.text = d.text[n:]
	return text
}

func (d *keyDecoder) event(kind, code uint16, value int32) {
	switch {
	case kind == evSyn && code == synDropped:
		d.text = append(d.text, noKey)
	case kind == evKey && value != 2: // 2: held down, says nothing new
		d.key(code, value == 1)
	}
}

func (d *keyDecoder) key(code uint16, down bool) {
	switch code {
	case keyLeftShift:
		d.shift[0] = down
	case keyRightShift:
		d.shift[1] = down
	case keyLeftCtrl, keyRightCtrl:
		d.ctrl = down
	case keyLeftAlt, keyRightAlt:
		d.alt = down
		if down {
			d.text = append(d.text, noKey)
		}
	case keyCapsLock, keyNumLock:
	default:
		if down && !d.alt {
			d.text = append(d.text, d.character(code))
		}
	}
}

func (d *keyDecoder) character(code uint16) byte {
	keys := plainKeys
	if d.shift[0] || d.shift[1] {
		keys = shiftedKeys
	}
	switch {
	case code == keyEnter || code == keyKeypadEnter:
		return '\n'
	case d.ctrl || code == 0 || int(code) > len(keys) || keys[code-1] == 0:
		return noKey
	}
	return keys[code-1]
}
