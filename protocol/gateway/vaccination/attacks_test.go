package vaccination_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/hc1"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/events"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/trouble"
)

// attack is one way to invent a session or a dose, and how it ends: a fault code when
// nobody can be answered, else a status and a reason, and the alarm that is kept.
type attack struct {
	row   int // of the list of attacks that this story comes from
	story string
	want  string
	try   func(*testing.T, *world) ended
}

// stolen are the ways of somebody with the registry's password.
func stolen() []attack {
	session := func(w *world) immunisation.SessionState {
		return immunisation.SessionState{Session: immunisation.Session{
			ID: "SAAAAAAAAAAAAAAAAAAAAAAAAAA", Plan: planID, Facility: "h001", Device: "k01", Officer: nurse, Place: place,
			Opened: w.now.Add(-time.Hour).UnixMilli(), Until: w.now.Add(time.Hour).UnixMilli(), Lots: []immunisation.Lot{lot()}, Most: 91,
		}}
	}
	dose := func(session string, batch string) immunisation.DoseState {
		return immunisation.DoseState{Batch: batch, Dose: immunisation.Dose{
			ID: "DAAAAAAAAAAAAAAAAAAAAAAAAAA", Session: session, Facility: "h001", Device: "k01", Officer: nurse, Subject: gatewaytest.Person(1),
			Antigen: antigen, Number: 1, Lot: lot(), Site: "left-arm", At: now().UnixMilli(),
		}}
	}
	return []attack{
		{1, "a session that was written into the registry", "refused record-forged, alarm registry-forged", func(t *testing.T, w *world) ended {
			w.registry.Forge(session(w))
			return w.asksToRecord(t, 1, given(session(w).Session.ID, 1))
		}},
		{1, "a session that was written over the plan", "refused record-forged, alarm registry-forged", func(t *testing.T, w *world) ended {
			w.registry.Forge(session(w))
			return w.asksToOpen(t, w.kiosk, nurse, w.opening(planID))
		}},
		{1, "a true session whose facility was changed", "refused record-forged, alarm registry-forged", func(t *testing.T, w *world) ended {
			st := immunisation.SessionState{}
			s := w.opens(t, planID)
			st.Session = immunisation.Session{ID: s.Session, Plan: planID, Facility: "h001", Device: "k02", Officer: nurse, Opened: now().UnixMilli(), Until: s.Until, Lots: []immunisation.Lot{lot()}, Most: 5000}
			w.registry.Forge(st)
			return w.asksToRecord(t, 1, given(s.Session, 1))
		}},
		{1, "a plan approved by the thief", "refused approval-forged, alarm registry-forged", func(t *testing.T, w *world) ended {
			w.approver = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
			return w.asksToOpen(t, w.kiosk, nurse, w.opening(planID))
		}},
		{8, "a dose that was written into the registry, and its certificate", "refused record-forged, alarm registry-forged", func(t *testing.T, w *world) ended {
			s := w.opens(t, planID)
			w.registry.Forge(dose(s.Session, ""))
			return w.asksForCertificate(t, 1, "DAAAAAAAAAAAAAAAAAAAAAAAAAA")
		}},
		{8, "the certificate of all doses there are", "refused nothing-to-certify, alarm registry-forged", func(t *testing.T, w *world) ended {
			w.registry.Forge(dose(w.opens(t, planID).Session, ""))
			return w.asksForCertificate(t, 1)
		}},
		{8, "a true dose that was written down as attested", "refused record-forged, alarm registry-forged", func(t *testing.T, w *world) ended {
			s := w.opens(t, planID)
			id := w.records(t, 1, s.Session, 1)
			root := immunisation.RootOf([]string{id})
			w.registry.Forge(immunisation.BatchState{
				Batch:       immunisation.Batch{Root: root, Session: s.Session, Doses: []string{id}},
				Attestation: &immunisation.Attestation{ID: "AAAAAAAAAAAAAAAAAAAAAAAAAAA", Root: root, Session: s.Session, Attester: head},
			})
			w.registry.Attested(id, root)
			return w.asksForCertificate(t, 1, id)
		}},
		{8, "a batch with a dose that was put in", "refused record-forged, alarm registry-forged", withBatch(func(t *testing.T, w *world, s, _ string) ended {
			w.registry.Forge(dose(s, ""))
			return w.closes(t, w.kiosk, head, planID, s)
		})},
	}
}

// remote are the ways of somebody who does not stand at the kiosk with what it takes.
func remote() []attack {
	weaker := func(change func(*request.Inner)) change {
		return func(_ *request.Outer, i *request.Inner) { change(i) }
	}
	return []attack{
		{1, "a session without a device's key", "CENTRE-01", func(t *testing.T, w *world) ended {
			d := gatewaytest.NewFleet(t, now()).Device(t, "k01")
			m := d.Seal(t, catalogue.VaccineSession, gatewaytest.Person(cards[nurse]), form(catalogue.VaccineSession, w.opening(planID)), officer(nurse))
			_, err := w.Process(t.Context(), w.kiosk.Branch, m.Bytes)
			return ended{status: request.Status(fault.CodeOf(err))}
		}},
		{1, "a session at a device of another facility", "refused plan-of-another-facility", func(t *testing.T, w *world) ended {
			return w.asksToOpen(t, w.device(t, "h002", "k09"), nurse, w.opening(planID))
		}},
		{1, "a session without the officer's PIN", "refused evidence-too-weak", opensWith(nil, weaker(func(i *request.Inner) { i.Evidence.Facts.Secret, i.Evidence.Level = false, request.E3 }))},
		{1, "a session without the officer's card", "refused not-the-officers-card, alarm officer-off-roster", func(t *testing.T, w *world) ended {
			return w.deliver(t, w.kiosk, w.kiosk.Seal(t, catalogue.VaccineSession, gatewaytest.Person(1), form(catalogue.VaccineSession, w.opening(planID)), officer(nurse)))
		}},
		{1, "a session of somebody who is on no roster", "refused officer-not-on-roster, alarm officer-off-roster", opensWith(nil, weaker(func(i *request.Inner) { i.Officer.Ref = "admin" }))},
		{1, "a session by whoever is said to have approved it", "refused approved-by-oneself", opensWith(values{catalogue.FieldApprover: text(nurse)})},
		{1, "a session by whoever approved it under another name", "refused approved-by-oneself", approvedAs("d001", "the-nurse")},
		{1, "a plan that says another approver than who signed", "refused approval-forged, alarm registry-forged", approvedAs("d001", "nobody")},
		{1, "a second session by the same plan", "refused plan-used", func(t *testing.T, w *world) ended {
			w.opens(t, planID)
			return w.asksToOpen(t, w.fleet.Device(t, "k02"), nurse, w.opening(planID))
		}},
		{1, "more doses than planned", "refused more-than-planned", func(t *testing.T, _ *world) ended {
			w := newWorld(t, planned(func(p *immunisation.Plan) { p.ID, p.Most = "plan-small", 1 }))
			s := w.opens(t, "plan-small")
			w.records(t, 1, s.Session, 1)
			return w.asksToRecord(t, 2, given(s.Session, 1))
		}},
	}
}

// approvedAs opens a session by a plan that somebody has approved.
func approvedAs(facility, ref string) func(*testing.T, *world) ended {
	return func(t *testing.T, w *world) ended {
		p := planned(func(p *immunisation.Plan) { p.ID = "plan-2" })
		w.approves(t, p, facility, ref)
		w.registry.Plan(p.ID, w.approvals[p.ID])
		return w.asksToOpen(t, w.kiosk, nurse, changed(w.opening(p.ID), values{catalogue.FieldApprover: text(facility + "/" + ref)}))
	}
}

// absent are the ways to record a dose of somebody who is not there.
func absent() []attack {
	evidence := func(change func(*request.Inner)) func(*testing.T, *world) ended {
		return recordsWith(nil, func(_ *request.Outer, i *request.Inner) { change(i) })
	}
	// caught is a dose of somebody who was there, whose evidence is used again.
	caught := func(t *testing.T, w *world) (session string, e request.Evidence, visit string) {
		session = w.opens(t, planID).Session
		m := w.sealDose(t, w.kiosk, 1, given(session, 1), func(_ *request.Outer, i *request.Inner) { e, visit = i.Evidence, i.Visit })
		w.deliver(t, w.kiosk, m)
		return session, e, visit
	}
	return []attack{
		{3, "typed, without a card", "held evidence-too-weak", evidence(func(i *request.Inner) {
			i.Evidence.Level, i.Evidence.Facts = request.E1, request.Facts{Claim: true, Verdict: request.VerdictNone, Proof: request.ProofNone}
			i.Evidence.SOD, i.Evidence.DG1, i.Evidence.AA, i.Evidence.Groups = nil, nil, nil, nil
		})},
		{3, "a card, and nobody who holds it", "held evidence-too-weak", evidence(func(i *request.Inner) { i.Evidence.Facts.Biometric, i.Evidence.Level = nil, request.E2 })},
		{3, "a copy of a card's data", "held evidence-too-weak", evidence(func(i *request.Inner) {
			i.Evidence.AA, i.Evidence.Facts.Proof, i.Evidence.Level = nil, request.ProofNone, request.E1
		})},
		{3, "the same touch for the next dose", "refused evidence-used-twice, alarm evidence-replayed", func(t *testing.T, w *world) ended {
			s, e, visit := caught(t, w)
			return w.asksToRecord(t, 1, given(s, 2), func(_ *request.Outer, i *request.Inner) { i.Evidence, i.Visit = e, visit })
		}},
		{3, "the same touch for somebody else", "refused subject-not-on-card, alarm evidence-forged", func(t *testing.T, w *world) ended {
			s, e, visit := caught(t, w)
			return w.asksToRecord(t, 2, given(s, 1), func(_ *request.Outer, i *request.Inner) { i.Evidence, i.Visit = e, visit })
		}},
		{3, "another name on the card's evidence", "refused subject-not-on-card, alarm evidence-forged", evidence(func(i *request.Inner) {
			other := gatewaytest.Person(2)
			i.Subject = &other
		})},
		{3, "the chip's answer to another visit", "refused chip-proof-of-another-visit, alarm evidence-moved", func(t *testing.T, w *world) ended {
			s, e, _ := caught(t, w)
			return w.asksToRecord(t, 1, given(s, 2), func(_ *request.Outer, i *request.Inner) { i.Evidence.AA = e.AA })
		}},
		{3, "evidence of another device", "refused evidence-of-another-visit, alarm evidence-moved", func(t *testing.T, w *world) ended {
			s, e, _ := caught(t, w)
			d := w.fleet.Device(t, "k02")
			return w.deliver(t, d, w.sealDose(t, d, 1, given(s, 2), func(_ *request.Outer, i *request.Inner) { i.Evidence = e }))
		}},
		{3, "the officer as the beneficiary", "refused officer-is-subject, alarm officer-off-roster", func(t *testing.T, w *world) ended {
			return w.asksToRecord(t, cards[nurse], given(w.opens(t, planID).Session, 1))
		}},
		{3, "read after the session, and dated back into it", "refused outside-the-session", backdated},
	}
}

// backdated: the kiosk says that a card was read while the session was open, but the
// visit's nonce was given out after its end.
func backdated(t *testing.T, w *world) ended {
	s := w.opens(t, planID)
	w.closes(t, w.kiosk, head, planID, s.Session)
	w.now = w.now.Add(30 * time.Minute) // the kiosk's clock stays
	id, err := request.NewID(w.now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hello, err := envelope.SignHello(rand.Reader, request.Hello{
		V: request.Version, Type: request.TypeHello, ID: id, Device: "k01", At: w.now.UnixMilli(), Last: w.kiosk.Seq, Head: w.kiosk.Prev, Nonces: 1,
	}, w.kiosk.Key, w.kiosk.Chain())
	if err != nil {
		t.Fatal(err)
	}
	g, err := w.Hello(t.Context(), w.kiosk.Branch, hello)
	if err != nil {
		t.Fatal(err)
	}
	welcome, err := envelope.VerifyWelcome(g.Welcome, w.fleet.Roots, w.now)
	if err != nil || len(welcome.Nonces) != 1 {
		t.Fatal(len(welcome.Nonces), err)
	}
	return w.asksToRecord(t, 1, given(s.Session, 1), func(_ *request.Outer, i *request.Inner) {
		o := w.kiosk.Opening(t, i.Visit)
		o.Nonce = welcome.Nonces[0]
		i.Evidence = w.kiosk.Evidence(t, w.fleet.Card(t, *i.Subject), o)
		live(i)
	})
}

// TestAttacks: a shared password, an absent beneficiary and a changed registry make
// neither a session, nor a dose, nor a certificate. Rows are those of docs/security.md.
func TestAttacks(t *testing.T) {
	for _, a := range slices.Concat(remote(), stolen(), absent()) {
		t.Run(fmt.Sprintf("%d/%s", a.row, a.story), func(t *testing.T) {
			w := newWorld(t)
			e := a.try(t, w)
			var got strings.Builder
			got.WriteString(strings.TrimSpace(string(e.status) + " " + e.reason))
			alarms, err := w.inbox.Alarms(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			kinds := slices.Clone(w.raised)
			for _, a := range alarms {
				kinds = append(kinds, a.Kind)
			}
			slices.Sort(kinds)
			for _, k := range slices.Compact(kinds) {
				got.WriteString(", alarm " + string(k))
			}
			if got.String() != a.want || e.answer != (request.Answer{}) {
				t.Errorf("got  %s\nwant %s\n%s", got.String(), a.want, w.log.String())
			}
			w.silent(t, 1, 2)
		})
	}
}

// TestLetGo: a dose of somebody whom nothing has compared with the card is recorded when
// somebody at the centre lets it go. One without a card, or with a copy of its data, is
// not, whoever says so.
func TestLetGo(t *testing.T) {
	weaker := map[request.Level]change{
		request.E2: func(_ *request.Outer, i *request.Inner) {
			i.Evidence.Facts.Biometric, i.Evidence.Level = nil, request.E2
		},
		request.E1: func(_ *request.Outer, i *request.Inner) {
			i.Evidence.AA, i.Evidence.Facts.Proof, i.Evidence.Facts.Biometric, i.Evidence.Level = nil, request.ProofNone, nil, request.E1
		},
	}
	for level, want := range map[request.Level]string{request.E2: "accepted evidence-too-weak", request.E1: "refused evidence-too-weak"} {
		w := newWorld(t)
		m := w.sealDose(t, w.kiosk, 1, given(w.opens(t, planID).Session, 1), weaker[level])
		if e := w.deliver(t, w.kiosk, m); e.status != request.StatusHeld {
			t.Fatalf("%s: %s because of %q", level, e.status, e.reason)
		}
		if err := gateway.Decide(t.Context(), w.inbox, "k01", m.Outer.ID, true, "seen at the counter", w.now); err != nil {
			t.Fatal(err)
		}
		replies, err := w.Work(t.Context())
		if err != nil || len(replies) != 1 {
			t.Fatalf("%s: %d replies, %v", level, len(replies), err)
		}
		e := w.opened(t, replies[0], m)
		if got := string(e.status) + " " + e.reason; got != want || w.registry.Doses() != map[request.Level]int{request.E2: 1}[level] {
			t.Errorf("%s: %s, %d doses", level, got, w.registry.Doses())
		}
		if refused := level == request.E1; refused != slices.Equal(e.codes, []string{string(immunisation.CardAbsent)}) {
			t.Errorf("%s: %v", level, e.codes)
		}
	}
}

// TestRevoke91: ninety-one certificates of a session that never was are revoked by one
// act, and a kiosk without a connection refuses each, as soon as it has the list.
func TestRevoke91(t *testing.T) {
	const people = 91
	w := newWorld(t, planned(func(p *immunisation.Plan) { p.ID = "plan-honest" }))
	honest, false91 := w.opens(t, "plan-honest"), w.opens(t, planID)
	w.records(t, 500, honest.Session, 1)
	for n := range people {
		w.records(t, n+101, false91.Session, 1)
	}
	w.attests(t, planID, false91.Session)
	w.attests(t, "plan-honest", honest.Session)
	certificate := func(person int) string {
		e := w.asksForCertificate(t, person)
		if e.answer.Certificate == nil {
			t.Fatalf("issuing: %s because of %q", e.status, e.reason)
		}
		return e.answer.Certificate.Text
	}
	codes := map[int]string{500: certificate(500)}
	for n := range people {
		codes[n+101] = certificate(n + 101)
	}
	before := w.lists(t)
	if e := w.revokes(t, w.kiosk, false91.Session); e.answer.Filed == nil || !strings.HasPrefix(e.answer.Filed.Next, "91 ") {
		t.Fatalf("revoking: %s because of %q", e.status, e.reason)
	}
	after := w.lists(t)
	for person, text := range codes {
		want := hc1.Revoked
		if person == 500 {
			want = hc1.Valid
		}
		if v := w.verify(t, text, before, person); v.Status() != hc1.Valid {
			t.Errorf("person %d before: %v", person, v.Reasons)
		}
		if v := w.verify(t, text, after, person); v.Status() != want {
			t.Errorf("person %d after: %v, want %s", person, v.Reasons, want)
		}
	}
	if e := w.asksForCertificate(t, 101); e.reason != string(immunisation.NothingToSay) {
		t.Errorf("issuing again: %s because of %q", e.status, e.reason)
	}
	if e := w.asksToRecord(t, 600, given(false91.Session, 1)); e.reason != string(immunisation.SessionRevoked) {
		t.Errorf("recording on: %s because of %q", e.status, e.reason)
	}
}

// TestBeneficiaryHears: every dose that is recorded, and nothing else, has a notice
// leave, which names nobody; and a supervisor counts them by the hour.
func TestBeneficiaryHears(t *testing.T) {
	w := newWorld(t)
	w.watched(t)
	s := w.opens(t, planID)
	w.records(t, 1, s.Session, 1)
	w.records(t, 2, s.Session, 1)
	w.asksToRecord(t, 1, given(s.Session, 1)) // again
	w.asksToRecord(t, 3, given("S-NONE", 1))  // refused
	w.registry.Befall(trouble.Drop)           // tried twice
	w.asksToRecord(t, 4, given(s.Session, 1))
	w.pass(2 * time.Second)
	if _, err := w.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := w.inbox.Events(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	notices := 0
	for _, e := range all {
		if e.Subject == "motcua.events.dose.99.h001" && strings.Contains(string(e.Data), events.TypeDose) {
			notices++
		}
		for _, person := range []int{1, 2, 4} {
			if strings.Contains(string(e.Data), gatewaytest.Person(person).Number) || strings.Contains(string(e.Data), s.Session) {
				t.Errorf("an event tells too much: %s", e.Data)
			}
		}
	}
	if notices != 3 {
		t.Errorf("%d notices of 3 doses", notices)
	}
	hours, err := w.client.Hours(t.Context(), today)
	if err != nil || len(hours) != 1 || hours[0] != (immunisation.Hour{Facility: "h001", Hour: "2026-03-02T07", Sessions: 1, Doses: 3}) {
		t.Errorf("counted: %v, %v", hours, err)
	}
}

// watched has the gateway leave events.
func (w *world) watched(t *testing.T) {
	t.Helper()
	conf := w.config
	conf.Inbox = events.Record(w.inbox, func() time.Time { return w.now }, rand.Reader)
	var err error
	if w.Gateway, err = gateway.New(conf); err != nil {
		t.Fatal(err)
	}
}
