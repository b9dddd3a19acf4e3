package emu_test

import (
	"context"
	"testing"
	"time"

	"motcua/drivers/emu"
	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
)

// steps is a transmitter that takes the terminal's own time: what passes between
// an answer and the next command, by the kind of command that was answered. The
// chip's work is left out.
type steps struct {
	card  apdu.Transmitter
	spent map[string]time.Duration
	doing string
	since time.Time
	app   bool // the application is selected: agreement from now on is chip authentication
}

func (s *steps) Transmit(ctx context.Context, b []byte) ([]byte, error) {
	next := s.kind(b)
	if next == "ca" { // its key was drawn just now
		s.doing = next
	}
	s.stop()
	answer, err := s.card.Transmit(ctx, b)
	s.doing, s.since = next, time.Now()
	return answer, err
}

func (s *steps) stop() {
	if !s.since.IsZero() {
		s.spent[s.doing] += time.Since(s.since)
	}
}

func (s *steps) kind(b []byte) string {
	switch ins := b[1]; {
	case ins == apdu.InsSelect && b[2] == 4:
		s.app = true
		return "sm"
	case ins == apdu.InsGeneralAuthenticate || ins == apdu.InsManageSecurityEnv:
		if s.app {
			return "ca"
		}
		return "pace"
	case ins == apdu.InsInternalAuthenticate:
		return "beside" // waiting for what goes on beside the reading
	}
	return "sm"
}

// split reads cards often and returns the terminal's time for one full read, by
// step, and the whole. Active and chip authentication need a card each; the whole
// is of the one with active authentication.
func split(tb testing.TB, add map[string]time.Duration) {
	tb.Helper()
	for _, kind := range []emu.ActiveAuth{emu.ActiveAuthRSA, emu.ActiveAuthNone} {
		profile := emu.DefaultProfile()
		profile.ActiveAuth = kind
		card := emu.NewMeter(issue(tb, "an", emu.CardOptions{Profile: &profile}), emu.Link{})
		s := &steps{card: card, spent: map[string]time.Duration{}, doing: "pace", since: time.Now()}
		o := options(tb, persona(tb, "an"))
		doc, err := emrtd.Read(tb.Context(), s, o)
		s.stop()
		if err != nil {
			tb.Fatal(err)
		}
		if kind == emu.ActiveAuthNone {
			add["ca"] += s.spent["ca"]
			continue
		}
		delete(s.spent, "beside")
		began := time.Now() // it went on beside the reading; alone it is the same work
		v := emrtd.VerifyPassive(doc.SOD, doc.Groups, o.Anchors, o.Now)
		s.spent["pa"] = time.Since(began)
		began = time.Now()
		_, good, err := emrtd.VerifyActive(doc.DG(15), doc.DG(14), o.Challenge, doc.ActiveAuth.Signature)
		s.spent["aa"] = time.Since(began)
		if v.Verdict != emrtd.Genuine || !good || err != nil {
			tb.Fatalf("%v, %v", v, err)
		}
		for step, d := range s.spent {
			add[step] += d
			add["whole"] += d
		}
	}
}

// benchSteps prints the processor's time of a full read by step, each beside the
// whole of the same run.
func benchSteps(b *testing.B) {
	spent, runs := map[string]time.Duration{}, 0
	for _, step := range []string{"pace", "sm", "pa", "aa", "ca"} {
		b.Run("cpu/"+step, func(b *testing.B) {
			for b.Loop() {
				if step == "pace" || runs == 0 { // the others are of the same run
					split(b, spent)
					runs++
				}
			}
			b.ReportMetric(float64(spent[step].Nanoseconds())/float64(runs), "figure:ns")
			b.ReportMetric(float64(spent["whole"].Nanoseconds())/float64(runs), "against:whole-read-with-aa")
		})
	}
}
