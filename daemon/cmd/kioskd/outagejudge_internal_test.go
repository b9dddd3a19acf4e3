package main

import (
	"context"
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// atTheEnd is how the kiosk is after 72 hours: the roster is over, so nobody can be on
// duty, and that is what an officer is told.
func (k *cutOff) atTheEnd() {
	k.t.Helper()
	k.asAged()
	k.openDuty(fault.RosterOld)
}

// drain waits until nothing is left in the queue.
func (k *cutOff) drain() {
	k.t.Helper()
	began := time.Now()
	for range 8 * 360 {
		stats, err := k.store.Stats(k.t.Context())
		must(k.t, err)
		if stats.Open() == 0 {
			k.t.Logf("drained: %d requests in %v", stats.Seq, time.Since(began))
			return
		}
		time.Sleep(10 * time.Second)
	}
	stats, _ := k.store.Stats(k.t.Context())
	k.t.Fatalf("after eight hours %d requests are left: %+v", stats.Open(), stats)
}

// judge holds what arrived against what people were told.
func (k *cutOff) judge() {
	t, came := k.t, k.line.requests()
	if len(came) != len(k.drafts) {
		t.Errorf("%d requests were saved, %d arrived", len(k.drafts), len(came))
	}
	seen := map[request.ID]bool{}
	statuses := map[request.Status]int{}
	for _, a := range came {
		if _, saved := k.drafts[a.outer.ID]; !saved || seen[a.outer.ID] {
			t.Errorf("request %d arrived twice, or was never saved", a.outer.Seq)
		}
		seen[a.outer.ID] = true
		statuses[a.reply.Status]++
		k.checkOutcome(a)
	}
	k.checkQueue(statuses)
	k.checkOrder(came)
	if small := k.outage.items == *outageItems; small != (k.refused > 0) || small != (k.numbersAtFull > 0) {
		t.Errorf("of a queue for %d requests %d people were told that it is nearly full, %d got a number nevertheless", k.outage.items, k.refused, k.numbersAtFull)
	}
	if k.dry == 0 {
		t.Error("the numbers were to run dry")
	}
	if k.ownNonces == 0 {
		t.Error("the centre's nonces were to run out")
	}
	t.Logf("%d people in 72 h: %d requests saved, %d numbers, none twice; %d arrived once each, %d of them sent more than once",
		k.people, len(k.drafts), len(k.numbers), len(came), k.line.again)
	t.Logf("queue at most %d of %d requests, %d KiB; room for numbers only after %v: %d people told so, %d numbers given out then",
		k.most.Open(), k.conf.Queue.MaxItems, k.most.Bytes>>10, k.fullAt.Round(time.Minute), k.refused, k.numbersAtFull)
	t.Logf("no numbers left first after %v: %d people told so; %d nonces of the centre's, then %d visits with the kiosk's own",
		k.noneAt.Round(time.Minute), k.dry, k.lent, k.ownNonces)
	t.Logf("the centre said %v", statuses)
}

// checkOutcome: what came in time is accepted, or held where nobody was compared with
// the card; what is too late is told as that; nothing is refused.
func (k *cutOff) checkOutcome(a arrival) {
	k.t.Helper()
	want := request.StatusAccepted
	switch {
	case a.at.UnixMilli() > a.outer.ExpiresAt:
		want = request.StatusExpired
	case a.outer.Service == catalogue.Pension:
		want = request.StatusHeld
	}
	if a.reply.Status != want {
		k.t.Errorf("%s, number %d: %s (%s), want %s", a.outer.Service, a.outer.Seq, a.reply.Status, a.reply.Reason, want)
	}
}

// checkQueue: the kiosk has heard of each what the centre said.
func (k *cutOff) checkQueue(statuses map[request.Status]int) {
	k.t.Helper()
	stats, err := k.store.Stats(context.Background())
	must(k.t, err)
	good := statuses[request.StatusAccepted] + statuses[request.StatusHeld] + statuses[request.StatusDuplicate]
	if stats.Receipted != good || stats.Expired != statuses[request.StatusExpired] || stats.Refused != 0 || stats.Poison != 0 {
		k.t.Errorf("the queue has %+v; the centre said %v", stats, statuses)
	}
}

// window is how many requests are under way together, within which they may overtake
// each other.
const window = 16

// checkOrder: what is in time comes, of one person, in the order of saving, and of
// all by class, which every half hour of waiting improves, then by number; and those that are
// too late have one place in eight until the others are through.
func (k *cutOff) checkOrder(came []arrival) {
	t := k.t
	last := map[[16]byte]uint64{}
	var onTime []arrival
	late := 0
	for i, a := range came {
		if a.at.UnixMilli() > a.outer.ExpiresAt {
			late++
			continue
		}
		subject := k.drafts[a.outer.ID].Subject
		if subject != ([16]byte{}) && a.outer.Seq <= last[subject] {
			t.Errorf("request %d of a person came after %d", a.outer.Seq, last[subject])
		}
		last[subject] = a.outer.Seq
		onTime = append(onTime, a)
		if allowed := i/8 + window; late > allowed {
			t.Errorf("%d late requests came before number %d in time, %d of all", late, len(onTime), i)
		}
	}
	ranked := slices.Clone(onTime)
	place := map[request.ID]int{}
	slices.SortStableFunc(ranked, func(a, b arrival) int {
		if ca, cb := k.class(a), k.class(b); ca != cb {
			return int(ca) - int(cb)
		}
		return int(a.outer.Seq) - int(b.outer.Seq)
	})
	for i, a := range ranked {
		place[a.outer.ID] = i
	}
	for i, a := range onTime {
		if d := place[a.outer.ID] - i; d > window || d < -window {
			t.Errorf("number %d in time is request %d, whose place is %d", i, a.outer.Seq, place[a.outer.ID])
		}
	}
}

// class is a request's when it was sent, as docs/queue.md has it.
func (k *cutOff) class(a arrival) uint8 {
	waited := a.at.Sub(time.UnixMilli(a.outer.CreatedAt)) / (30 * time.Minute)
	return uint8(max(0, int64(a.outer.Priority)-int64(waited)))
}
