package qr

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"
)

// codecs are the decoders with what they decode: a frame each, as long as readers
// say them.
var codecs = []struct {
	name   string
	frame  []byte
	decode func([]byte) int // gives the length of what it found
	allocs float64
	ratio  float64 // least speed, in that of copying the same bytes one by one
}{
	{"gm65", gm65Frame(6), splitting(gm65Answers(6)), 0, 0.01},
	{"ssi", ssiFrame(250), splitting(splitSSI), 1, 0.15},
	{"newland", []byte("\x02\x010000#QRYSYS" + strings.Repeat("Name: value\r\n", 12) + "\x06;\x03"), splitting(newlandAnswer("QRYSYS")), 0, 1},
	{"honeywell", []byte(strings.Repeat("Name: value\r\n", 20) + "REVINF\x06."), splitting(honeywellAnswer("REVINF", '.')), 0, 1.5},
	{"serial", append(bytes.Repeat([]byte("0123456789"), 30), '\r', '\n'), splitting(lined), 0, 2},
	{"silence", append(bytes.Repeat([]byte("0123456789"), 30), '\r', '\n'), splittingAtSilence(silenced("\r\n")), 0, 4},
	{"tiny-code", tinyCodeFrame200(), func(b []byte) int { code, _ := decodeTinyCode(b); return len(code) }, 1, 0.25},
	{"keyboard", keyFrames(), typing, 8, 0.1},
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

// BenchmarkBudget holds every codec to the speed of a loop that copies the same
// bytes one by one, which is the least that a decoder does, and to a number of
// allocations.
func BenchmarkBudget(b *testing.B) {
	for _, c := range codecs {
		b.Run("qr/"+c.name+"/frames", func(b *testing.B) {
			ours, bare := compare(b, c.frame, c.decode)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(b.N)/ours.Seconds(), "figure:frames/s")
			b.ReportMetric(float64(b.N)/bare.Seconds(), "against:byte-for-byte")
			b.ReportMetric(c.ratio, "budget:ratio-min")
		})
		b.Run("qr/"+c.name+"/allocs", func(b *testing.B) {
			for b.Loop() { // the figure is an average of its own
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(testing.AllocsPerRun(100, func() { c.decode(c.frame) }), "figure:allocations")
			b.ReportMetric(c.allocs, "budget:allocations")
		})
	}
}

// compare measures both in turns, so that whatever else the machine does meets both.
func compare(b *testing.B, frame []byte, decode func([]byte) int) (ours, bare time.Duration) {
	b.Helper()
	frame = bytes.Clone(frame)
	dst := make([]byte, len(frame))
	found := 0
	const turn = 1000
	for left := b.N; left > 0; left -= turn {
		n := min(left, turn)
		start := time.Now()
		for range n {
			if decode(frame) == 0 {
				b.Fatal("nothing was decoded")
			}
		}
		ours += time.Since(start)
		start = time.Now()
		for range n {
			for i, c := range frame {
				dst[i] = c
				found |= int(c) & 0x100
			}
		}
		bare += time.Since(start)
	}
	if found != 0 {
		b.Fatal("a byte has nine bits")
	}
	return ours, bare
}
