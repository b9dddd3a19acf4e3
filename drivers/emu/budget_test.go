package emu_test

import (
	"errors"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

// budgets are the numbers of APDUs that a read of the ordinary card may take
// (DESIGN.md, section 7): with the photo and without, in pieces that a short
// answer carries and in pieces of 1 KiB; and how soon a wrong key is told, counted
// after EF.CardAccess.
var budgets = []struct {
	row    string
	photo  bool
	chunk  int
	wrong  bool
	budget int
}{
	{"apdu/full/short", true, 0, false, 86},
	{"apdu/full/ext1k", true, 1024, false, 28},
	{"apdu/identity/short", false, 0, false, 19},
	{"apdu/identity/ext", false, 1024, false, 13},
	{"apdu/wrongkey", false, 0, true, 6},
}

// spend reads the ordinary card and counts.
func spend(tb testing.TB, photo bool, chunk int, wrong bool) int {
	tb.Helper()
	p := persona(tb, "an")
	o := options(tb, p)
	o.Photo, o.MaxChunk, o.Habits.Chunk = photo, chunk, chunk
	if wrong {
		key, err := emrtd.CAN("000000")
		if err != nil {
			tb.Fatal(err)
		}
		o.Key = key
	}
	_, card := place(tb, issue(tb, "an", emu.CardOptions{}))
	c := &counter{card: card}
	doc, err := emrtd.Read(tb.Context(), c, o)
	switch {
	case wrong && errors.Is(err, emrtd.ErrWrongKey):
		return c.afterCardAccess()
	case wrong || err != nil:
		tb.Fatalf("got %v", err)
	case doc.Trust.Verdict != emrtd.Genuine:
		tb.Fatalf("%s: %q", doc.Trust.Verdict, doc.Trust.Reasons)
	}
	tb.Logf("photo %v, chunk %d: %d APDUs, %d bytes out, %d in; EF.SOD %d, DG1 %d, DG2 %d, DG13 %d, DG15 %d",
		photo, chunk, doc.Stats.APDUs, doc.Stats.BytesOut, doc.Stats.BytesIn,
		len(doc.SOD), len(doc.DG(1)), len(doc.DG(2)), len(doc.DG(13)), len(doc.DG(15)))
	return doc.Stats.APDUs
}

func TestReadsStayWithinTheirBudgets(t *testing.T) {
	for _, b := range budgets {
		t.Run(b.row, func(t *testing.T) {
			if n := spend(t, b.photo, b.chunk, b.wrong); n > b.budget {
				t.Errorf("%d APDUs, budget %d", n, b.budget)
			}
		})
	}
}

// BenchmarkBudget prints the same beside the budget.
func BenchmarkBudget(b *testing.B) {
	for _, row := range budgets {
		b.Run(row.row, func(b *testing.B) {
			n := 0
			for b.Loop() {
				n = spend(b, row.photo, row.chunk, row.wrong)
			}
			b.ReportMetric(float64(n), "figure:APDUs")
			b.ReportMetric(float64(row.budget), "budget:APDUs")
		})
	}
	benchBytes(b)
	benchModel(b)
	benchSteps(b)
}
