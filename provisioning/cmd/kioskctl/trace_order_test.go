package main

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestTraceFollowsCauses: whatever sources tell of a request within a millisecond,
// in whatever order they are read, is told in the order of cause; what belongs to
// other requests and to none stays in its place, and time goes first.
func TestTraceFollowsCauses(t *testing.T) {
	at := time.Date(2026, 3, 2, 7, 30, 9, 0, time.UTC)
	want := []moment{
		{Source: fromAudit, Event: "signed"},
		{Source: fromQueue, Event: "saved"},
		{Source: fromAudit, Event: "queued"},
		{Source: fromStory, Event: "queued"},
		{Source: fromQueue, Event: "first sent"},
		{Source: fromLog, Event: "sent"},
		{Source: fromStory, Event: "sent"},
		{Source: fromCentre, Event: "request"},
		{Source: fromReceipt, Event: "signed by the centre"},
		{Source: fromQueue, Event: "receipted"},
		{Source: fromLog, Event: "receipted"},
		{Source: fromAudit, Event: "receipted"},
		{Source: fromStory, Event: "receipted"},
		{Source: fromAudit, Event: "resulted"},
		{Source: fromStory, Event: "ticket"},
	}
	for i := range want {
		want[i].At, want[i].Seq = at, 7
	}
	before := moment{Source: fromStory, Event: "ticket", Seq: 7, At: at.Add(-time.Millisecond)}
	another := moment{Source: fromStory, Event: "sent", Seq: 6, At: at}
	visit := moment{Source: fromStory, Event: "end", At: at}
	dice := rand.New(rand.NewPCG(7, 7))
	for range 100 {
		got := slices.Clone(want)
		dice.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		got = slices.Insert(got, 4, visit, another)
		got = append(got, before)
		inOrder(got)
		if got[0].At != before.At || got[5].Event != visit.Event || got[6].Seq != another.Seq {
			t.Fatalf("not in their places: %v", got)
		}
		for i, m := range append(slices.Clone(got[1:5]), got[7:]...) {
			if m.Source != want[i].Source || m.Event != want[i].Event {
				t.Fatalf("%d: %s %s, want %s %s", i, m.Source, m.Event, want[i].Source, want[i].Event)
			}
		}
	}
}
