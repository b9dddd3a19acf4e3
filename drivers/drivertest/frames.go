package drivertest

import (
	"bytes"
	"testing"
	"time"
)

// Frames is a decoder of frames, and what it may cost.
type Frames struct {
	Name  string
	Frame []byte // as a device says it
	// Decode gives the number of bytes that it took, 0 if it found no frame.
	Decode func([]byte) int
	// Allocations is the most that one frame may take, Ratio the least speed in that
	// of copying the same bytes one by one.
	Allocations, Ratio float64
}

// BenchFrames holds every decoder to the speed of a loop that copies the same bytes
// one by one, which is the least that a decoder does, and to a number of allocations.
// Its rows are those of BenchmarkBudget.
func BenchFrames(b *testing.B, of string, all []Frames) {
	for _, f := range all {
		b.Run(of+"/"+f.Name+"/frames", func(b *testing.B) {
			ours, bare := f.compare(b)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(b.N)/ours.Seconds(), "figure:frames/s")
			b.ReportMetric(float64(b.N)/bare.Seconds(), "against:byte-for-byte")
			b.ReportMetric(f.Ratio, "budget:ratio-min")
		})
		b.Run(of+"/"+f.Name+"/allocs", func(b *testing.B) {
			for b.Loop() { // the figure is an average of its own
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(testing.AllocsPerRun(100, func() { f.Decode(f.Frame) }), "figure:allocations")
			b.ReportMetric(f.Allocations, "budget:allocations")
		})
	}
}

// compare measures both in turns, so that whatever else the machine does meets both.
func (f Frames) compare(b *testing.B) (ours, bare time.Duration) {
	b.Helper()
	frame := bytes.Clone(f.Frame)
	dst := make([]byte, len(frame))
	found := 0
	const turn = 1000
	for left := b.N; left > 0; left -= turn {
		n := min(left, turn)
		start := time.Now()
		for range n {
			if f.Decode(frame) == 0 {
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
