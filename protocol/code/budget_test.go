package code_test

import (
	"testing"

	"motcua/protocol/code"
)

// maxAllocs is the budget of code/classify/allocs.
const maxAllocs = 30

// classifyAllocs counts the allocations of telling an identity card's code, the
// one that is scanned most.
func classifyAllocs() float64 {
	payload := []byte(identity + "\r")
	return testing.AllocsPerRun(100, func() { code.Classify(payload) })
}

func TestBudgetOfAllocations(t *testing.T) {
	if got := classifyAllocs(); got > maxAllocs {
		t.Errorf("%.0f allocations, budget %d", got, maxAllocs)
	}
}

func BenchmarkBudget(b *testing.B) {
	b.Run("code/classify/allocs", func(b *testing.B) {
		got := 0.0
		for b.Loop() {
			got = classifyAllocs()
		}
		b.ReportMetric(got, "figure:allocations")
		b.ReportMetric(maxAllocs, "budget:allocations")
	})
}

func BenchmarkClassify(b *testing.B) {
	for name, text := range map[string]string{"identity": identity, "insurance": insurance, "vaccination": certificate(b, "vaccination.txt"), "payment": payment} {
		payload := []byte(text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				code.Classify(payload)
			}
		})
	}
}
