package session_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"motcua/protocol/local"
	"motcua/protocol/request"
)

// told are the events of the story so far, those about a request with its service.
func (k *kit) told() (all []string) {
	k.t.Helper()
	for line := range strings.Lines(k.log.String()) {
		var l struct{ Msg, Event, Service string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			k.t.Fatal(err)
		}
		if l.Msg == "story" {
			all = append(all, strings.TrimSpace(l.Event+" "+l.Service))
		}
	}
	return all
}

// TestTheStoryFollowsCauses: the link may have sent a request, and the centre
// answered it, before the visit hears that it is saved; what is told and shown is
// in order all the same.
func TestTheStoryFollowsCauses(t *testing.T) {
	visit(t, func(k *kit) {
		k.early = func(s saved) {
			if s.outer.Service == "H09" {
				k.session.Result(k.signed(s, request.ClassOK, k.insured(request.ClassOK)))
				return
			}
			k.session.Sent(s.outer.ID)
			k.session.Receipt(request.Receipt{ID: s.outer.ID, Status: request.StatusAccepted, No: "R-1"})
			for range 20 { // a centre that says the same again and again is heard once
				k.session.Result(k.signed(s, request.ClassOK, ticket()))
			}
		}
		k.toIdentify()
		k.act(local.VerbYes, "")
		k.at(local.StepInsurance)
		k.act(local.VerbContinue, "")
		k.act(local.VerbSubmit, "")
		v := k.at(local.StepDone)
		if !v.Receipt.Saved || !v.Receipt.Received || v.Ticket == nil {
			t.Errorf("saved, received and answered, shown are %+v %+v", v.Receipt, v.Ticket)
		}
		want := []string{"queued H09", "insurance", "queued H01", "sent H01", "receipted H01", "ticket"}
		if got := k.told(); !slices.Equal(got[len(got)-len(want):], want) {
			t.Errorf("told are\n%s\nwant at the end\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}
