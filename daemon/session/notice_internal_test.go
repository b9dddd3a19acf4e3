package session

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"motcua/protocol/anomaly"
	"motcua/protocol/catalogue"
	"motcua/protocol/emrtd"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// journal is an audit log in memory.
type journal []Note

func (j *journal) Note(n Note) { *j = append(*j, n) }

// rostered is a book with one officer, who is on duty.
type rostered struct {
	nobody
	card roster.Card
}

func (r rostered) Holder(c roster.Card) (roster.Officer, bool) {
	return roster.Officer{Ref: "op-1"}, c == r.card
}

// TestNoticed: doses to two people at once, and one to the officer on duty, are noted in
// the request and in the audit log; check-ins of the same people are not.
func TestNoticed(t *testing.T) {
	var kept journal
	own := []byte{0x77, 0x01}
	s := New(Config{Audit: &kept, Duty: rostered{card: roster.CardOf(own)}, Clock: steady{}}, slog.New(slog.DiscardHandler))
	dose, _ := catalogue.Lookup(catalogue.RecordDose)
	checkIn, _ := catalogue.Lookup(catalogue.CheckIn)
	noon := time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC) // in Viet Nam
	asks := func(svc catalogue.Service, number string, sod []byte, at time.Time) []string {
		s.visit = &visit{id: "v-1"}
		s.visit.chip.doc = &emrtd.Document{SOD: sod}
		return s.noticed(svc, request.Inner{
			Subject: &request.Subject{Number: number}, Officer: &request.Officer{Ref: "op-1"}, Evidence: request.Evidence{CapturedAt: at.UnixMilli()},
		}, at)
	}
	for i, step := range []struct {
		svc    catalogue.Service
		number string
		sod    []byte
		after  time.Duration
		want   []string
	}{
		{checkIn, "099090000001", nil, 0, nil},
		{checkIn, "099090000002", own, 5 * time.Second, nil},
		{dose, "099090000001", nil, time.Minute, nil},
		{dose, "099090000003", nil, 80 * time.Second, []string{string(anomaly.TooFast)}},
		{dose, "099090000004", own, 10 * time.Minute, []string{string(anomaly.Own)}},
		{dose, "099090000005", nil, 15 * time.Hour, []string{string(anomaly.OutOfHours)}},
		{checkIn, "099090000006", nil, -time.Hour, []string{string(anomaly.ClockJump)}},
	} {
		before := len(kept)
		if got := asks(step.svc, step.number, step.sod, noon.Add(step.after)); !slices.Equal(got, step.want) {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
		if fresh := kept[before:]; len(fresh) != min(len(step.want), 1) || len(fresh) == 1 && (fresh[0].About != AboutNoticed || fresh[0].Visit != "v-1" || !slices.Equal(fresh[0].Reasons, step.want)) {
			t.Errorf("step %d: noted %+v", i, fresh)
		}
	}
	if len(s.edge.known) > 2 {
		t.Errorf("%d places are remembered after a day", len(s.edge.known))
	}
}

// steady is a clock that is known to be right.
type steady struct{}

func (steady) State() request.Clock { return request.Clock{Trust: request.ClockSynced} }
