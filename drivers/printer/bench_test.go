package printer_test

import (
	"testing"
	"time"

	"motcua/drivers/drivertest"
	"motcua/drivers/printer"
	"motcua/drivers/printer/ticket"
)

// BenchmarkBudget measures this package's row of the budget table: how fast a
// picture becomes commands, beside copying it, in turns.
func BenchmarkBudget(b *testing.B) {
	b.Run("printer/encode", func(b *testing.B) {
		s, err := ticket.NewSetter(ticket.Paper80)
		if err != nil {
			b.Fatal(err)
		}
		dots, err := s.Set(drivertest.Tickets()["number.vi"])
		if err != nil {
			b.Fatal(err)
		}
		target := make([]byte, len(dots.Bits))
		var ours, theirs time.Duration
		for b.Loop() {
			begin := time.Now()
			printer.Bands(dots)
			between := time.Now()
			copy(target, dots.Bits)
			ours, theirs = ours+between.Sub(begin), theirs+time.Since(between)
		}
		megabytes := float64(len(dots.Bits)) * float64(b.N) / 1e6
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(megabytes/ours.Seconds(), "figure:MB/s")
		b.ReportMetric(megabytes/theirs.Seconds(), "against:memcopy-MB/s")
		b.ReportMetric(0.01, "budget:ratio-min")
	})
}
