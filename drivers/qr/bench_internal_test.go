package qr

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"motcua/drivers/drivertest"
)

// codecs are the decoders with what they decode: a frame each, as long as readers
// say them.
var codecs = []drivertest.Frames{
	{Name: "gm65", Frame: gm65Frame(6), Decode: splitting(gm65Answers(6)), Allocations: 0, Ratio: 0.01},
	{Name: "ssi", Frame: ssiFrame(250), Decode: splitting(splitSSI), Allocations: 1, Ratio: 0.15},
	{Name: "newland", Frame: []byte("\x02\x010000#QRYSYS" + strings.Repeat("Name: value\r\n", 12) + "\x06;\x03"), Decode: splitting(newlandAnswer("QRYSYS")), Allocations: 0, Ratio: 1},
	{Name: "honeywell", Frame: []byte(strings.Repeat("Name: value\r\n", 20) + "REVINF\x06."), Decode: splitting(honeywellAnswer("REVINF", '.')), Allocations: 0, Ratio: 1.5},
	{Name: "serial", Frame: append(bytes.Repeat([]byte("0123456789"), 30), '\r', '\n'), Decode: splitting(lined), Allocations: 0, Ratio: 2},
	{Name: "silence", Frame: append(bytes.Repeat([]byte("0123456789"), 30), '\r', '\n'), Decode: splittingAtSilence(silenced("\r\n")), Allocations: 0, Ratio: 4},
	{Name: "tiny-code", Frame: tinyCodeFrame200(), Decode: func(b []byte) int { code, _ := decodeTinyCode(b); return len(code) }, Allocations: 1, Ratio: 0.25},
	{Name: "keyboard", Frame: keyFrames(), Decode: typing, Allocations: 8, Ratio: 0.1},
}

func gm65Frame(n int) []byte {
	body := append([]byte{0x00, byte(n)}, make([]byte, n)...)
	return binary.BigEndian.AppendUint16(append([]byte{0x02, 0x00}, body...), crcXMODEM(body))
}

func ssiFrame(n int) []byte {
	b := append([]byte{byte(n + 4), ssiDecodeData, 0, 0}, bytes.Repeat([]byte("x"), n)...)
	return binary.BigEndian.AppendUint16(b, ssiSum(b))
}

func tinyCodeFrame200() []byte {
	b := append([]byte{200, 0}, bytes.Repeat([]byte("x"), 200)...)
	return append(b, make([]byte, 2+tinyCodeRoom-len(b))...)
}

// keyFrames are the events of 100 keys.
func keyFrames() (events []byte) {
	for range 100 {
		for _, value := range []uint32{1, 0} {
			events = append(events, make([]byte, 2*WordSize)...)
			events = binary.NativeEndian.AppendUint16(events, evKey)
			events = binary.NativeEndian.AppendUint16(events, 30)
			events = binary.NativeEndian.AppendUint32(events, value)
		}
	}
	return events
}

func typing(events []byte) int {
	d := keyDecoder{word: WordSize}
	d.put(events)
	return len(d.text)
}

func splitting(split func([]byte, bool) (int, []byte, error)) func([]byte) int {
	return func(b []byte) int { n, _, _ := split(b, false); return n }
}

func splittingAtSilence(split func([]byte, bool) (int, []byte, error)) func([]byte) int {
	return func(b []byte) int { n, _, _ := split(b, true); return n }
}

// BenchmarkBudget holds every codec to its budget.
func BenchmarkBudget(b *testing.B) { drivertest.BenchFrames(b, "qr", codecs) }
