package emu_test

import (
	"fmt"
	"testing"
	"time"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

// byteBudgets are the bytes, out and in, that the same reads may move.
var byteBudgets = []struct {
	row    string
	photo  bool
	chunk  int
	budget int
}{
	{"bytes/full/short", true, 0, 21_100},
	{"bytes/full/ext1k", true, 1024, 19_100},
	{"bytes/identity/short", false, 0, 3500},
	{"bytes/identity/ext", false, 1024, 3300},
}

// metered reads the ordinary card over a modelled link; early is what it had cost
// when the name was there.
func metered(tb testing.TB, photo bool, chunk int, link emu.Link) (early, done emu.Cost) {
	tb.Helper()
	meter := emu.NewMeter(issue(tb, "an", emu.CardOptions{}), link)
	o := options(tb, persona(tb, "an"))
	o.Photo, o.MaxChunk, o.Habits.Chunk = photo, chunk, chunk
	o.Progress = func(p emrtd.Progress) {
		if p.Document != nil {
			early = meter.Cost()
		}
	}
	doc, err := emrtd.Read(tb.Context(), meter, o)
	if err != nil || doc.Trust.Verdict != emrtd.Genuine {
		tb.Fatalf("%v, %v", doc.Trust, err)
	}
	return early, meter.Cost()
}

func TestReadsStayWithinTheirBytes(t *testing.T) {
	for _, row := range byteBudgets {
		_, done := metered(t, row.photo, row.chunk, emu.Link{})
		if n := done.Out + done.In; n > row.budget {
			t.Errorf("%s: %d bytes, budget %d", row.row, n, row.budget)
		}
	}
}

func benchBytes(b *testing.B) {
	for _, row := range byteBudgets {
		b.Run(row.row, func(b *testing.B) {
			n := 0
			for b.Loop() {
				_, done := metered(b, row.photo, row.chunk, emu.Link{})
				n = done.Out + done.In
			}
			b.ReportMetric(float64(n), "figure:bytes")
			b.ReportMetric(float64(row.budget), "budget:bytes")
		})
	}
}

// peer is gmrtd 1.1.2 reading a card of the same size, as it was measured on
// another emulated card: exchanges, bytes out and in, and it names nobody before
// the end. It is put through the same model, each exchange of the average size.
type peer struct{ exchanges, out, in int }

func (p peer) takes(l emu.Link) time.Duration {
	return time.Duration(p.exchanges) * l.Takes(p.out/p.exchanges, p.in/p.exchanges)
}

// benchModel adds up the time that a full read takes by the model of the link, to
// the name and to the end, without waiting.
func benchModel(b *testing.B) {
	for rate, link := range map[string]emu.Link{"106k": emu.Link106k, "424k": emu.Link424k, "848k": emu.Link848k} {
		for length, way := range map[string]struct {
			chunk int
			gmrtd peer
		}{"short": {0, peer{105, 2207, 19_428}}, "ext": {1024, peer{47, 1193, 18_432}}} {
			var early, done emu.Cost
			for _, point := range []string{"name", "done"} {
				b.Run(fmt.Sprintf("model/%s/%s/%s", point, rate, length), func(b *testing.B) {
					for b.Loop() {
						early, done = metered(b, true, way.chunk, link)
					}
					cost := early
					if point == "done" {
						cost = done
					}
					b.ReportMetric(float64(cost.Time.Milliseconds()), "figure:ms")
					b.ReportMetric(float64(way.gmrtd.takes(link).Milliseconds()), "against:gmrtd-by-its-counts")
				})
			}
		}
	}
}

// TestVisitsOfANewKindOfCard: at a reader that carries extended length, the first
// visit of a kind of card stays within the budget of short answers, and what it
// learned makes the second one cheaper.
func TestVisitsOfANewKindOfCard(t *testing.T) {
	for _, photo := range []bool{false, true} {
		var habits emrtd.Habits
		before := map[bool]int{false: 19, true: 86}[photo]
		for visit := 1; visit <= 3; visit++ {
			meter := emu.NewMeter(issue(t, "an", emu.CardOptions{}), emu.Link{})
			o := options(t, persona(t, "an"))
			o.Photo, o.MaxChunk, o.Habits = photo, emrtd.ChunkFor(65_536), habits
			doc, err := emrtd.Read(t.Context(), meter, o)
			if err != nil || doc.Trust.Verdict != emrtd.Genuine {
				t.Fatalf("%v, %v", doc.Trust, err)
			}
			t.Logf("photo %v, visit %d: %d exchanges, learned %+v", photo, visit, doc.Stats.APDUs, doc.Habits)
			if doc.Stats.APDUs > before {
				t.Errorf("photo %v, visit %d: %d exchanges, the one before %d", photo, visit, doc.Stats.APDUs, before)
			}
			before, habits = doc.Stats.APDUs, doc.Habits
		}
		if most := map[bool]int{false: 13, true: 28}[photo]; before > most {
			t.Errorf("photo %v: %d exchanges once the card is known, budget %d", photo, before, most)
		}
	}
}
