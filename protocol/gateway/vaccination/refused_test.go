package vaccination_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/vaccination"
	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/trouble"
)

// attempt is one way in which something is refused; it tells what came of it.
type attempt struct {
	reason immunisation.Reason
	story  string
	try    func(*testing.T, *world) ended
}

func text(s string) request.Value { return request.TextValue(s) }

// opensWith opens a session by a plan with changed answers.
func opensWith(other values, more ...change) func(*testing.T, *world) ended {
	return func(t *testing.T, w *world) ended {
		return w.asksToOpen(t, w.kiosk, nurse, changed(w.opening(planID), other), more...)
	}
}

// recordsWith records a dose in an open session with changed answers.
func recordsWith(other values, more ...change) func(*testing.T, *world) ended {
	return func(t *testing.T, w *world) ended {
		return w.asksToRecord(t, 1, changed(given(w.opens(t, planID).Session, 1), other), more...)
	}
}

// withBatch tries something with a closed session's batch of two doses.
func withBatch(try func(t *testing.T, w *world, session, batch string) ended) func(*testing.T, *world) ended {
	return func(t *testing.T, w *world) ended {
		s := w.opens(t, planID)
		w.records(t, 1, s.Session, 1)
		w.records(t, 2, s.Session, 1)
		e := w.closes(t, w.kiosk, head, planID, s.Session)
		return try(t, w, s.Session, e.answer.Session.Batch)
	}
}

// attestsWith attests that batch with changed answers.
func attestsWith(ref string, other func(*testing.T, *world) values) func(*testing.T, *world) ended {
	return withBatch(func(t *testing.T, w *world, _, batch string) ended {
		v := w.attesting(t, w.attester, batch, 2)
		if other != nil {
			v = changed(v, other(t, w))
		}
		return w.asksToAttest(t, w.kiosk, ref, v)
	})
}

func fixed(v values) func(*testing.T, *world) values {
	return func(*testing.T, *world) values { return v }
}

func sessionsRefused() []attempt {
	return []attempt{
		{immunisation.PlanUnknown, "no plan", opensWith(values{"plan": text("plan-9")})},
		{immunisation.PlanNotApproved, "a plan that was only proposed", opensWith(values{"plan": text("plan-proposed")})},
		{immunisation.ApprovalForged, "an approval by a key that nobody knows", func(t *testing.T, w *world) ended {
			_, w.approver, _ = ed25519.GenerateKey(rand.Reader)
			return w.asksToOpen(t, w.kiosk, nurse, w.opening(planID))
		}},
		{immunisation.ApprovalDiffers, "another paper than the approval", opensWith(values{"approval": text(strings.Repeat("0", 64))})},
		{immunisation.ApprovalDiffers, "another approver than who signed", opensWith(values{"approver": text("d001/district-2")})},
		{immunisation.PlanElsewhere, "at another facility", func(t *testing.T, w *world) ended {
			return w.asksToOpen(t, w.device(t, "h002", "k09"), nurse, w.opening(planID))
		}},
		{immunisation.PlanOtherDay, "a day late", func(t *testing.T, w *world) ended {
			w.pass(24 * time.Hour)
			return w.asksToOpen(t, w.kiosk, nurse, w.opening(planID))
		}},
		{immunisation.PlaceDiffers, "at another place", opensWith(values{"place": text("Chợ Mẫu")})},
		{immunisation.LotNotPlanned, "with a lot of its own", opensWith(values{"lots": request.ListValue("LOT-OWN")})},
		{immunisation.LotExpired, "with an old lot", opensWith(values{"lots": request.ListValue("LOT-OLD")})},
		{immunisation.LotExpired, "with nothing but old lots", func(t *testing.T, w *world) ended {
			p := planned(func(p *immunisation.Plan) { p.ID, p.Lots = "plan-old", p.Lots[1:2] })
			w.approves(t, p, "d001", "district-1")
			w.registry.Plan(p.ID, w.approvals[p.ID])
			return w.asksToOpen(t, w.kiosk, nurse, values{"act": text("open"), "plan": text(p.ID)})
		}},
		{immunisation.AntigenNot, "for another antigen", opensWith(values{"antigens": request.ListValue("tb")})},
		{immunisation.AntigenNot, "with a lot for something that is not said", opensWith(values{"lots": request.ListValue(lotID, "LOT-FLU")})},
		{immunisation.PlanUsed, "by another officer, after it was opened", func(t *testing.T, w *world) ended {
			w.opens(t, planID)
			return w.asksToOpen(t, w.kiosk, "op-3", w.opening(planID))
		}},
		{immunisation.PlanUsed, "again, after it was closed", func(t *testing.T, w *world) ended {
			w.closes(t, w.kiosk, head, planID, w.opens(t, planID).Session)
			w.pass(time.Minute)
			return w.asksToOpen(t, w.kiosk, nurse, w.opening(planID))
		}},
		{immunisation.TimeUnknown, "by a kiosk that does not know the time", opensWith(nil, func(o *request.Outer, _ *request.Inner) { o.Clock.Trust = request.ClockUnset })},
		{immunisation.TimeUnknown, "dated back by an hour", opensWith(nil, func(o *request.Outer, _ *request.Inner) {
			o.Clock.OffsetMS, o.ExpiresAt = -time.Hour.Milliseconds(), o.ExpiresAt+time.Hour.Milliseconds()
		})},
		{immunisation.SessionUnknown, "closing what is none", func(t *testing.T, w *world) ended {
			return w.closes(t, w.kiosk, nurse, planID, "S-NONE")
		}},
		{immunisation.SessionElsewhere, "closing another facility's", func(t *testing.T, w *world) ended {
			return w.closes(t, w.device(t, "h002", "k09"), head, planID, w.opens(t, planID).Session)
		}},
		{immunisation.NobodyWaits, "when nobody waits any more", func(t *testing.T, w *world) ended {
			w.registry.Befall(trouble.Status500)
			m := w.kiosk.Seal(t, catalogue.VaccineSession, gatewaytest.Person(cards[nurse]), form(catalogue.VaccineSession, w.opening(planID)), officer(nurse))
			w.deliver(t, w.kiosk, m)
			w.pass(2 * time.Hour)
			replies, err := w.Work(t.Context())
			if err != nil || len(replies) != 1 {
				t.Fatal(len(replies), err)
			}
			return w.opened(t, replies[0], m)
		}},
		{immunisation.RegistrySilent, "while the registry is silent", func(t *testing.T, w *world) ended {
			w.server.Close()
			return opensWith(nil, func(o *request.Outer, _ *request.Inner) { o.ExpiresAt = o.CreatedAt + 1000 })(t, w)
		}},
	}
}

func dosesRefused() []attempt {
	return []attempt{
		{immunisation.SessionUnknown, "in no session", recordsWith(values{"session": text("S-NONE")})},
		{immunisation.SessionElsewhere, "at another facility", func(t *testing.T, w *world) ended {
			d := w.device(t, "h002", "k09")
			return w.deliver(t, d, w.sealDose(t, d, 1, given(w.opens(t, planID).Session, 1)))
		}},
		{immunisation.SessionOtherKit, "at another device", func(t *testing.T, w *world) ended {
			d := w.fleet.Device(t, "k02")
			return w.deliver(t, d, w.sealDose(t, d, 1, given(w.opens(t, planID).Session, 1)))
		}},
		{immunisation.SessionOtherOne, "by another officer", recordsWith(nil, attended("op-3"))},
		{immunisation.SessionRevoked, "in a revoked session", func(t *testing.T, w *world) ended {
			s := w.opens(t, planID)
			w.revokes(t, w.kiosk, s.Session)
			return w.asksToRecord(t, 1, given(s.Session, 1))
		}},
		{immunisation.OutsideSession, "after the session was closed", func(t *testing.T, w *world) ended {
			s := w.opens(t, planID)
			w.closes(t, w.kiosk, head, planID, s.Session)
			w.pass(time.Minute)
			return w.asksToRecord(t, 1, given(s.Session, 1))
		}},
		{immunisation.OutsideSession, "from before it was opened", recordsWith(nil, func(o *request.Outer, _ *request.Inner) { o.Clock.OffsetMS = -60_000 })},
		{immunisation.DoseTooLate, "after 72 hours", func(t *testing.T, w *world) ended {
			s := w.opens(t, planID)
			m := w.sealDose(t, w.kiosk, 1, given(s.Session, 1), func(o *request.Outer, _ *request.Inner) { o.ExpiresAt += 100 * time.Hour.Milliseconds() })
			w.pass(vaccination.LateMost + time.Minute)
			return w.deliver(t, w.kiosk, m)
		}},
		{immunisation.TimeUnknown, "by a clock that is ahead", recordsWith(nil, func(o *request.Outer, _ *request.Inner) { o.Clock.OffsetMS = 600_000 })},
		{immunisation.LotNotInSession, "of another lot of the plan", recordsWith(values{"lot": text("LOT-FLU")})},
		{immunisation.LotOtherAntigen, "of a lot for something else", func(t *testing.T, w *world) ended {
			e := opensWith(values{"lots": request.ListValue(lotID, "LOT-FLU"), "antigens": request.ListValue(antigen, "influenza")})(t, w)
			return w.asksToRecord(t, 1, changed(given(e.answer.Session.Session, 1), values{"antigen": text("influenza")}))
		}},
		{immunisation.DoseOutOfOrder, "the second without the first", recordsWith(values{"dose": request.NumberValue(2)})},
		{immunisation.DoseTooEarly, "the second on the day of the first", func(t *testing.T, w *world) ended {
			s := w.opens(t, planID)
			w.records(t, 1, s.Session, 1)
			return w.asksToRecord(t, 1, given(s.Session, 2))
		}},
		{immunisation.DoseBeyond, "the third of two", recordsWith(values{"dose": request.NumberValue(3)})},
	}
}

func attestationsRefused() []attempt {
	return []attempt{
		{immunisation.BatchUnknown, "what is no batch", attestsWith(head, fixed(values{"batch": text(strings.Repeat("0", 64))}))},
		{immunisation.BatchDiffers, "another number of records", attestsWith(head, fixed(values{"records": request.NumberValue(3)}))},
		{immunisation.AttesterInIt, "by whoever recorded", attestsWith(nurse, nil)},
		{immunisation.SignerUnknown, "with a certificate that is not provisioned", attestsWith(head, func(t *testing.T, w *world) values {
			return values{"certificate": w.attesting(t, w.fleet.Issue(t, attesterTemplate(head, now())), "", 2)["certificate"]}
		})},
		{immunisation.SignerOther, "with another officer's certificate", attestsWith("op-3", nil)},
		{immunisation.SignatureBad, "with the signature of another batch", attestsWith(head, func(t *testing.T, w *world) values {
			return values{"signature": w.attesting(t, w.attester, strings.Repeat("1", 64), 2)["signature"]}
		})},
		{immunisation.SessionElsewhere, "at a facility that does not supervise", withBatch(func(t *testing.T, w *world, _, batch string) ended {
			return w.asksToAttest(t, w.device(t, "h002", "k09"), head, w.attesting(t, w.attester, batch, 2))
		})},
		{immunisation.SessionRevoked, "of a revoked session", withBatch(func(t *testing.T, w *world, session, batch string) ended {
			w.revokes(t, w.kiosk, session)
			return w.asksToAttest(t, w.kiosk, head, w.attesting(t, w.attester, batch, 2))
		})},
	}
}

func certificatesRefused() []attempt {
	return []attempt{
		{immunisation.NothingToSay, "without a dose", func(t *testing.T, w *world) ended { return w.asksForCertificate(t, 1) }},
		{immunisation.DoseUnknown, "of a dose that is none", func(t *testing.T, w *world) ended { return w.asksForCertificate(t, 1, "D-NONE") }},
		{immunisation.DoseUnattested, "of a dose that nobody attested", func(t *testing.T, w *world) ended {
			return w.asksForCertificate(t, 1, w.records(t, 1, w.opens(t, planID).Session, 1))
		}},
		{immunisation.DoseOfAnother, "of somebody else's dose", func(t *testing.T, w *world) ended {
			s := w.opens(t, planID)
			id := w.records(t, 1, s.Session, 1)
			w.attests(t, planID, s.Session)
			return w.asksForCertificate(t, 2, id)
		}},
		{immunisation.DoseRevoked, "of a dose of a revoked session", func(t *testing.T, w *world) ended {
			s := w.opens(t, planID)
			id := w.records(t, 1, s.Session, 1)
			w.attests(t, planID, s.Session)
			w.revokes(t, w.kiosk, s.Session)
			return w.asksForCertificate(t, 1, id)
		}},
		{immunisation.SeveralAntigens, "of two antigens", func(t *testing.T, w *world) ended {
			e := opensWith(values{"lots": request.ListValue(lotID, "LOT-FLU"), "antigens": request.ListValue(antigen, "influenza")})(t, w)
			session := e.answer.Session.Session
			first := w.records(t, 1, session, 1)
			second := w.asksToRecord(t, 1, changed(given(session, 1), values{"antigen": text("influenza"), "lot": text("LOT-FLU")})).answer.Filed.No
			w.attests(t, planID, session)
			return w.asksForCertificate(t, 1, first, second)
		}},
		{immunisation.CredentialNone, "revoking nothing", func(t *testing.T, w *world) ended { return w.revokes(t, w.kiosk, "S-NONE") }},
		{immunisation.CredentialOther, "revoking another facility's", func(t *testing.T, w *world) ended {
			return w.revokes(t, w.device(t, "h002", "k09"), w.opens(t, planID).Session)
		}},
	}
}

// TestRefused: each thing that cannot be is refused for its own reason, which stands in
// the inbox and in the result, and has no effect on doses. Every reason is tried here or
// among the attacks.
func TestRefused(t *testing.T) {
	tried := map[immunisation.Reason]bool{ // by TestAttacks and TestLetGo
		immunisation.CardAbsent:   true,
		immunisation.RecordForged: true, immunisation.MoreThanPlanned: true, immunisation.ApprovedBySelf: true,
	}
	for _, a := range slices.Concat(sessionsRefused(), dosesRefused(), attestationsRefused(), certificatesRefused()) {
		t.Run(string(a.reason)+"/"+a.story, func(t *testing.T) {
			w := newWorld(t)
			e := a.try(t, w)
			if e.status != request.StatusRefused || e.reason != string(a.reason) || len(e.codes) != 1 || e.codes[0] != e.reason || e.class == request.ClassOK {
				t.Errorf("%s because of %q, class %s %v\n%s", e.status, e.reason, e.class, e.codes, w.log.String())
			}
			w.silent(t, 1, 2)
		})
		tried[a.reason] = true
	}
	for _, r := range immunisation.Reasons() {
		if !tried[r.Reason] {
			t.Errorf("%s: nobody tries it", r.Reason)
		}
	}
}

// TestSupervisor: officers of a supervising facility attest and revoke what another one
// recorded.
func TestSupervisor(t *testing.T) {
	w := newWorld(t)
	s := w.opens(t, planID)
	id := w.records(t, 1, s.Session, 1)
	e := w.closes(t, w.kiosk, nurse, planID, s.Session)
	d := w.device(t, "d001", "k21")
	if e := w.asksToAttest(t, d, head, w.attesting(t, w.attester, e.answer.Session.Batch, 1)); e.answer.Filed == nil {
		t.Errorf("attesting: %s because of %q", e.status, e.reason)
	}
	if e := w.asksForCertificate(t, 1, id); e.answer.Certificate == nil {
		t.Errorf("issuing: %s because of %q", e.status, e.reason)
	}
	if e := w.revokes(t, d, s.Session); e.answer.Filed == nil || !strings.HasPrefix(e.answer.Filed.Next, "1 ") {
		t.Errorf("revoking: %s because of %q", e.status, e.reason)
	}
}
