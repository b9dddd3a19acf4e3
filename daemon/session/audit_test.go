package session_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// notes is an audit log in memory.
type notes struct {
	mu  sync.Mutex
	all []session.Note
}

func (n *notes) Note(note session.Note) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, note)
}

// told are the notes in short.
func (n *notes) told() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []string
	for _, e := range n.all {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.About, e.Outcome, e.Code)))
	}
	return out
}

// TestAuditTellsTheVisit: what happened is noted, with the visit and without the
// person.
func TestAuditTellsTheVisit(t *testing.T) {
	var n notes
	visit(t, func(k *kit) {
		genuine := k.read
		k.read = func(context.Context, emrtd.Options) (*emrtd.Document, error) {
			return nil, &emrtd.KeyError{Left: 7}
		}
		k.place()
		k.act(local.VerbKey, "999999")
		k.problem(fault.WrongKey)
		k.read = genuine
		k.act(local.VerbRetry, "")
		k.act(local.VerbKey, "001234")
		k.at(local.StepIdentify)
		k.act(local.VerbYes, "")
		ask := k.last("H09")
		k.receipt(ask, request.StatusAccepted)
		k.result(ask, request.ClassOK, k.insured(request.ClassOK))
		k.at(local.StepInsurance)
		k.act(local.VerbStaff, "")
		k.at(local.StepStaff)
		k.act(local.VerbFinish, "")
		k.at(session.Attract)
	}, func(c *session.Config) { c.Audit = &n })
	want := []string{
		"fault in-order READER-01", "card key-refused READ-01", "card genuine", "consent agreed-en", "visit staff-called", "visit ended",
	}
	if got := n.told(); !slices.Equal(got, want) {
		t.Errorf("noted %q, want %q", got, want)
	}
	for _, e := range n.all {
		if text := fmt.Sprint(e); strings.Contains(text, "0990") || strings.Contains(text, "001234") || strings.Contains(text, "999999") {
			t.Errorf("a note tells of the person: %s", text)
		}
		if e.About != session.AboutFault && e.Visit != n.all[1].Visit {
			t.Errorf("a note of visit %q: %+v", e.Visit, e)
		}
	}
}

// TestNobodyIsServedWithoutAudit: the kiosk is out of order while its audit log
// cannot be written, and says which part it is.
func TestNobodyIsServedWithoutAudit(t *testing.T) {
	visit(t, func(k *kit) {
		k.session.SetAudit(fault.Wrap(fault.AuditBroken, errors.New("input/output error")))
		synctest.Wait()
		k.place()
		k.at(session.Attract)
		h := k.session.Health()
		i := slices.IndexFunc(h.Parts, func(p local.PartState) bool { return p.Part == "audit" })
		if h.Ready || i < 0 || h.Parts[i].Code != fault.AuditBroken {
			t.Errorf("%+v", h)
		}
		k.session.SetAudit(nil)
		synctest.Wait()
		k.at(local.StepKey) // the card still lies there
	})
}

// TestNobodyIsServedInARevokedName: a kiosk whose certificate counts no more takes
// no new visit and says so before anything else; who is being served goes on, and
// what is saved stays.
func TestNobodyIsServedInARevokedName(t *testing.T) {
	documents := []local.DocumentState{{Document: "revocation", Number: 7, AgeS: 60, Code: fault.Outdated}}
	visit(t, func(k *kit) {
		k.place()
		k.act(local.VerbKey, "001234")
		k.at(local.StepIdentify)
		k.session.SetIdentity(fault.Wrap(fault.Revoked, errors.New("it is on list 7")))
		k.at(local.StepIdentify)
		k.act(local.VerbYes, "")
		k.at(local.StepAsking)
		saved := k.count("H09")
		k.act(local.VerbCancel, "")
		k.lift()
		k.place()
		k.at(session.Attract)
		if err := k.try(local.VerbBegin, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("a visit begins: %v", err)
		}
		if f := k.state().Kiosk.Fault; f == nil || f.Code != fault.Revoked || f.TextKey != "fault.out-of-order" {
			t.Errorf("the screen is told %+v", f)
		}
		k.event(drivers.ReaderGone) // the lesser fault
		h := k.session.Health()
		codes := map[string]fault.Code{}
		for _, p := range h.Parts {
			codes[p.Part] = p.Code
		}
		if h.Ready || codes["identity"] != fault.Revoked || codes["reader"] != fault.NoReader || codes["revocation"] != fault.Outdated ||
			len(h.Documents) != 1 || h.Documents[0] != documents[0] || k.state().Kiosk.Fault.Code != fault.Revoked {
			t.Errorf("%+v", h)
		}
		k.event(drivers.ReaderArrived)
		k.session.SetIdentity(nil) // a list without it
		if f := k.state().Kiosk.Fault; f != nil || k.count("H09") != saved {
			t.Errorf("back in service: %+v, %d saved", f, k.count("H09"))
		}
	}, func(c *session.Config) { c.Documents = func() []local.DocumentState { return documents } })
}
