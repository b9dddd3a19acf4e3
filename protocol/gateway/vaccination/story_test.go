package vaccination_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/hc1"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/signedlist"
	"motcua/protocol/simcentral/trouble"
)

// lists are what a kiosk gets: the issuer, and what the registry says is revoked.
func (w *world) lists(t *testing.T) hc1.Lists {
	t.Helper()
	revoked, err := w.client.Revoked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var hashes []hc1.Hash
	for _, id := range revoked {
		hashes = append(hashes, hc1.IDHash(id))
	}
	head := signedlist.Head{Serial: 1, Issued: w.now, Expires: w.now.AddDate(0, 0, 7)}
	signers, err := hc1.SignSigners(head, [][]byte{w.issuer.Certificate}, key)
	if err != nil {
		t.Fatal(err)
	}
	var batches []hc1.Batch
	if len(hashes) > 0 {
		batches = []hc1.Batch{{Country: "VN", By: hc1.ByID, Hashes: hashes}}
	}
	list, err := hc1.SignRevocations(head, batches, key)
	if err != nil {
		t.Fatal(err)
	}
	var out hc1.Lists
	if out.Signers, _, err = hc1.OpenSigners(signers, public); err != nil {
		t.Fatal(err)
	}
	if out.Revocations, err = hc1.OpenRevocations(list, public); err != nil {
		t.Fatal(err)
	}
	return out
}

// verify is what a kiosk without a connection says of a certificate in a person's hand.
func (w *world) verify(t *testing.T, text string, lists hc1.Lists, person int) hc1.Verdict {
	t.Helper()
	c, err := hc1.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := lds.ParseDG1(w.fleet.Card(t, gatewaytest.Person(person)).DG1)
	if err != nil {
		t.Fatal(err)
	}
	day := 24 * time.Hour
	return hc1.Verify(c, lists, hc1.Policy{SignersAge: day, RevocationsAge: day}, &hc1.Holder{Zone: zone}, w.now.Add(time.Hour))
}

// TestDay is a day of vaccination from the plan to the certificate, and what a kiosk
// says of that.
func TestDay(t *testing.T) {
	w := newWorld(t)
	s := w.opens(t, planID)
	if !s.Open || s.Until != time.Date(2026, 3, 2, 12, 30, 0, 0, time.UTC).UnixMilli() || s.Most != 100 || s.Lots[0].Lot != lotID {
		t.Errorf("opened: %+v", s)
	}
	w.pass(time.Minute)
	if again := w.opens(t, planID); again.Session != s.Session || !again.Again {
		t.Errorf("opened again: %+v", again)
	}
	first := w.records(t, 1, s.Session, 1)
	w.records(t, 2, s.Session, 1)
	if e := w.asksToRecord(t, 1, given(s.Session, 1)); e.status != request.StatusDuplicate || e.answer.Filed.No != first || !e.answer.Filed.Again {
		t.Errorf("the same dose again: %s, %v", e.status, e.answer.Filed)
	}
	if w.registry.Doses() != 2 {
		t.Errorf("%d doses", w.registry.Doses())
	}
	w.attests(t, planID, s.Session)
	e := w.asksForCertificate(t, 1, first)
	if e.answer.Certificate == nil {
		t.Fatalf("issuing: %s because of %q", e.status, e.reason)
	}
	if v := w.verify(t, e.answer.Certificate.Text, w.lists(t), 1); v.Status() != hc1.Valid || !v.HolderChecked {
		t.Errorf("the certificate: %v", v.Reasons)
	}
	said, _ := hc1.Decode(e.answer.Certificate.Text)
	if v := said.Vaccinations[0]; v.Dose != 1 || v.Doses != 2 || v.ID != e.answer.Certificate.ID || said.Expires.Sub(said.Issued) < 364*24*time.Hour {
		t.Errorf("it says dose %d of %d, %s", v.Dose, v.Doses, v.ID)
	}
	if bytes.Contains([]byte(e.answer.Certificate.ID), []byte(gatewaytest.Person(1).Number)) {
		t.Error("its id names the person")
	}
	w.revokes(t, w.kiosk, e.answer.Certificate.ID)
	if v := w.verify(t, e.answer.Certificate.Text, w.lists(t), 1); v.Status() != hc1.Revoked {
		t.Errorf("after its revocation: %v", v.Reasons)
	}
	hours, err := w.client.Hours(t.Context(), today)
	if err != nil || fmt.Sprint(hours) != "[{h001 2026-03-02T07 1 2}]" {
		t.Errorf("counted: %v, %v", hours, err)
	}
	w.silent(t, 1, 2, cards[nurse])
}

// TestPlanNumberAlone: the number of a plan is enough to open its session, which has what
// the plan has and is not past its day.
func TestPlanNumberAlone(t *testing.T) {
	w := newWorld(t)
	e := w.asksToOpen(t, w.kiosk, nurse, values{"act": request.TextValue("open"), "plan": request.TextValue(planID)})
	if e.answer.Session == nil || fmt.Sprint(e.answer.Session.Lots) != "[{LOT-0991 covid-19} {LOT-FLU influenza}]" {
		t.Fatalf("%s because of %q: %+v", e.status, e.reason, e.answer.Session)
	}
}

// TestOffline: doses that were given in the session count when they arrive two days
// later, in the batch that is made then; what was given after its end does not.
func TestOffline(t *testing.T) {
	w := newWorld(t)
	s := w.opens(t, planID)
	w.pass(time.Hour)
	early := w.sealDose(t, w.kiosk, 1, given(s.Session, 1))
	w.pass(time.Hour)
	if e := w.closes(t, w.kiosk, head, planID, s.Session); e.answer.Session == nil || e.answer.Session.Batch != "" {
		t.Fatalf("closing: %s because of %q", e.status, e.reason)
	}
	w.pass(time.Minute)
	late := w.sealDose(t, w.kiosk, 2, given(s.Session, 1))
	w.pass(48 * time.Hour)
	if e := w.deliver(t, w.kiosk, early); e.answer.Filed == nil {
		t.Errorf("given in the session: %s because of %q", e.status, e.reason)
	}
	if e := w.deliver(t, w.kiosk, late); e.status != request.StatusRefused || e.reason != string(immunisation.OutsideSession) {
		t.Errorf("given after it: %s because of %q", e.status, e.reason)
	}
	if w.registry.Doses() != 1 {
		t.Errorf("%d doses", w.registry.Doses())
	}
	w.attests(t, planID, s.Session)
}

// TestTrouble: an answer of the registry that is lost changes nothing: what is asked
// again was done once.
func TestTrouble(t *testing.T) {
	for _, kind := range []trouble.Kind{trouble.Status500, trouble.Drop, trouble.Garbage} {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t)
			again := func(service string, m gatewaytest.Message) ended {
				t.Helper()
				if e := w.deliver(t, w.kiosk, m); e.status != "waiting" {
					t.Fatalf("%s: %s because of %q", service, e.status, e.reason)
				}
				w.registry.Befall()
				w.pass(2 * time.Second)
				replies, err := w.Work(t.Context())
				if err != nil || len(replies) != 1 {
					t.Fatalf("%s: %d replies, %v", service, len(replies), err)
				}
				return w.opened(t, replies[0], m)
			}
			m := w.kiosk.Seal(t, catalogue.VaccineSession, gatewaytest.Person(cards[nurse]), form(catalogue.VaccineSession, w.opening(planID)), officer(nurse))
			w.registry.Befall("", kind) // the plan is told, the opening is in trouble
			e := again("open", m)
			if e.answer.Session == nil {
				t.Fatalf("open: %s because of %q", e.status, e.reason)
			}
			session := e.answer.Session.Session
			m = w.sealDose(t, w.kiosk, 1, given(session, 1))
			w.registry.Befall("", kind)
			if e := again("dose", m); e.answer.Filed == nil || e.answer.Filed.Again || w.registry.Doses() != 1 {
				t.Errorf("dose: %s because of %q, %d doses", e.status, e.reason, w.registry.Doses())
			}
			w.attests(t, planID, session)
			m = w.kiosk.Seal(t, catalogue.VaccineCert, gatewaytest.Person(1), form(catalogue.VaccineCert, values{"act": request.TextValue("issue")}), attended(""))
			w.registry.Befall("", "", "", "", kind)
			if e := again("certificate", m); e.answer.Certificate == nil {
				t.Errorf("certificate: %s because of %q", e.status, e.reason)
			}
		})
	}
}

// TestRegistryAway: nobody waits for ever, and a dose waits for the registry.
func TestRegistryAway(t *testing.T) {
	w := newWorld(t)
	s := w.opens(t, planID)
	w.server.Close()
	short := func(o *request.Outer, _ *request.Inner) { o.ExpiresAt = o.CreatedAt + 1000 }
	if e := w.asksToOpen(t, w.kiosk, nurse, w.opening(planID), short); e.reason != string(immunisation.RegistrySilent) || e.class != request.ClassRetry {
		t.Errorf("opening: %s because of %q", e.status, e.reason)
	}
	if e := w.asksToRecord(t, 1, given(s.Session, 1)); e.status != "waiting" {
		t.Errorf("a dose: %s because of %q", e.status, e.reason)
	}
	if told := strings.Count(w.log.String(), "the registry does not answer"); told != 2 {
		t.Errorf("told %d times", told)
	}
	w.silent(t, 1)
}
