package ticket_test

import (
	"testing"

	"motcua/drivers/drivertest"
	"motcua/drivers/printer/ticket"
)

// BenchmarkBudget measures this package's rows of the budget table: a ticket with
// the letters at hand, and the first one after start.
func BenchmarkBudget(b *testing.B) {
	tk := drivertest.Tickets()["number.vi"]
	b.Run("ticket/set/time", func(b *testing.B) {
		s := setter(b, ticket.Paper80)
		for b.Loop() {
			if _, err := s.Set(tk); err != nil {
				b.Fatal(err)
			}
		}
		milliseconds(b, 20)
	})
	b.Run("ticket/set/first", func(b *testing.B) {
		for b.Loop() {
			if _, err := setter(b, ticket.Paper80).Set(tk); err != nil {
				b.Fatal(err)
			}
		}
		milliseconds(b, 200)
	})
	b.Run("ticket/set/allocs", func(b *testing.B) {
		s := setter(b, ticket.Paper80)
		var n float64
		for b.Loop() {
			n = testing.AllocsPerRun(1, func() { _, _ = s.Set(tk) })
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(n, "figure:allocations")
		b.ReportMetric(1500, "budget:allocations")
	})
}

func milliseconds(b *testing.B, budget float64) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "figure:ms")
	b.ReportMetric(budget, "budget:ms")
}
