package main

import (
	"cmp"
	"slices"
)

// way is what happens to a request, each after what brings it about. An empty
// event stands for all others of its source.
var way = []struct{ source, event string }{
	{fromAudit, "signed"},
	{fromQueue, "saved"},
	{fromAudit, "queued"},
	{fromStory, "queued"},
	{fromQueue, "first sent"},
	{fromLog, "sent"},
	{fromStory, "sent"},
	{fromCentre, ""},
	{fromReceipt, ""},
	{fromQueue, ""},
	{fromLog, "receipted"},
	{fromAudit, "receipted"},
	{fromStory, "receipted"},
	{fromAudit, "resulted"},
	{fromStory, "ticket"},
}

// place is where on its way a request was; -1 when a moment tells nothing of it.
func (m moment) place() int {
	for i, w := range way {
		if w.source == m.Source && (w.event == m.Event || w.event == "") {
			return i
		}
	}
	return -1
}

// inOrder sorts moments by time. Sources tell of a request independently of each
// other, often within a millisecond: what time leaves open is in the order of
// cause.
func inOrder(all []moment) {
	slices.SortStableFunc(all, func(a, b moment) int { return cmp.Compare(a.At.UnixMilli(), b.At.UnixMilli()) })
	for begin, end := 0, 0; begin < len(all); begin = end {
		for end = begin; end < len(all) && all[end].At.UnixMilli() == all[begin].At.UnixMilli(); end++ {
		}
		byCause(all[begin:end])
	}
}

// byCause sorts the moments of each request; all others stay where they are.
func byCause(same []moment) {
	of := map[uint64][]int{} // request → where its moments are
	for i, m := range same {
		if m.Seq != 0 && m.place() >= 0 {
			of[m.Seq] = append(of[m.Seq], i)
		}
	}
	for _, at := range of {
		sorted := make([]moment, 0, len(at))
		for _, i := range at {
			sorted = append(sorted, same[i])
		}
		slices.SortStableFunc(sorted, func(a, b moment) int { return cmp.Compare(a.place(), b.place()) })
		for n, i := range at {
			same[i] = sorted[n]
		}
	}
}
