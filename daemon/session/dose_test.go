package session_test

import (
	"slices"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// day is a vaccination session that somebody has opened; the zero value is none.
type day struct {
	session.Vaccination // what only officers' services ask
	open                session.VaccineSession
}

func (d *day) Open() (session.VaccineSession, bool) { return d.open, d.open.ID != "" }

func dayOf(officer string, lots ...request.SessionLot) *day {
	return &day{open: session.VaccineSession{ID: "S0990", Plan: "plan-1", Officer: officer, Lots: lots, Until: time.Now().Add(time.Hour)}}
}

var covid, flu = request.SessionLot{Lot: "LOT-0991", Antigen: "covid-19"}, request.SessionLot{Lot: "LOT-0992", Antigen: "influenza"}

// vaccinating is a kiosk at which an officer is on duty in a vaccination session.
func vaccinating(t *testing.T, d *day, story func(k *kit), services ...string) {
	t.Helper()
	r := &roll{open: true, strangers: true}
	visit(t, func(k *kit) {
		k.read = faced
		story(k)
	}, offering(append([]string{catalogue.CheckIn}, services...)...), func(c *session.Config) { c.Duty, c.Vaccines = r, d })
}

// beneficiary brings somebody to the first question, compared by the officer.
func (k *kit) beneficiary(service string) {
	k.t.Helper()
	k.identified(service)
	k.at(local.StepCompare)
	k.act(local.VerbYes, "")
	k.vouch(officerPIN)
}

// TestADose: what the session says is not asked, and what it does not have is not taken.
func TestADose(t *testing.T) {
	d := dayOf(onDuty.Ref, covid)
	vaccinating(t, d, func(k *kit) {
		k.beneficiary(catalogue.RecordDose)
		k.answer("dose", "1")
		q := k.at(local.StepQuestion).Question
		if q.Field != "lot" || !q.Scan || !slices.Equal(q.Choices, []string{"LOT-0991"}) {
			t.Errorf("%s: scan %v, %v", q.Field, q.Scan, q.Choices)
		}
		k.answer("lot", "LOT-0992") // of another vial
		if q := k.at(local.StepQuestion).Question; q.Field != "lot" || q.Problem != string(catalogue.NoChoice) {
			t.Errorf("%s at %s", q.Problem, q.Field)
		}
		k.answer("lot", "LOT-0991")
		k.answer("site", "left-arm")
		k.answer("reaction", "")
		d.open = session.VaccineSession{} // it ends while this is checked
		s, values := k.sent(catalogue.RecordDose)
		got := map[string]string{}
		for id, v := range values {
			got[id], _ = v.Text()
		}
		if n, _ := values["dose"].Number(); n != 1 || got["session"] != "S0990" || got["antigen"] != "covid-19" || got["lot"] != "LOT-0991" || len(values) != 5 {
			t.Errorf("%d, %v", n, got)
		}
		e := s.inner.Evidence
		if e.Level != request.E3 || s.inner.Officer == nil || e.Facts.Biometric == nil || e.Facts.Biometric.Session != s.inner.Officer.Session {
			t.Errorf("%s, %+v", e.Level, s.inner.Officer)
		}
		if until := s.draft.ExpiresAt.Sub(time.UnixMilli(s.outer.CreatedAt)); until.Round(time.Minute) != 72*time.Hour {
			t.Errorf("it may wait %v", until)
		}
	}, catalogue.RecordDose)
}

// TestSeveralVaccines: the lots are those of the antigen, also when that is changed.
func TestSeveralVaccines(t *testing.T) {
	vaccinating(t, dayOf(onDuty.Ref, covid, flu), func(k *kit) {
		k.beneficiary(catalogue.RecordDose)
		if q := k.at(local.StepQuestion).Question; q.Field != "antigen" || !slices.Equal(q.Choices, []string{"covid-19", "influenza"}) {
			t.Fatalf("%s: %v", q.Field, q.Choices)
		}
		if err := k.try(local.VerbAnswer, "measles"); err == nil {
			t.Error("an antigen that the session does not have is taken")
		}
		k.answer("antigen", "covid-19")
		k.answer("dose", "2")
		k.answer("lot", "LOT-0991")
		k.answer("site", "left-arm")
		k.answer("reaction", "")
		k.change("antigen")
		k.answer("antigen", "influenza")
		if q := k.at(local.StepQuestion).Question; q.Field != "lot" || !slices.Equal(q.Choices, []string{"LOT-0992"}) {
			t.Errorf("%s: %v", q.Field, q.Choices)
		}
	}, catalogue.RecordDose)
}

// TestNoVaccinationSession: without the session of the officer on duty no dose is begun.
func TestNoVaccinationSession(t *testing.T) {
	for story, d := range map[string]*day{"nobody's": {}, "a colleague's": dayOf("op-9", covid)} {
		vaccinating(t, d, func(k *kit) {
			if got := k.state().Kiosk.Services; got[1].Withheld != local.WithheldSession {
				t.Errorf("%s: %+v", story, got)
			}
			k.act(local.VerbBegin, catalogue.RecordDose)
			k.at(local.StepAbout)
			if k.try(local.VerbContinue, "") == nil {
				t.Errorf("%s: begun", story)
			}
		}, catalogue.RecordDose)
	}
}

// TestARefusalHasItsReason: what the centre finds out after it has taken a request is
// told in the words of its reason.
func TestARefusalHasItsReason(t *testing.T) {
	vaccinating(t, dayOf(onDuty.Ref, covid), func(k *kit) {
		k.beneficiary(catalogue.RecordDose)
		for _, a := range [][2]string{{"dose", "2"}, {"lot", "LOT-0991"}, {"site", "left-arm"}, {"reaction", ""}} {
			k.answer(a[0], a[1])
		}
		s, _ := k.sent(catalogue.RecordDose)
		k.receipt(s, request.StatusAccepted)
		r := k.signed(s, request.ClassReception, nil)
		r.Codes = []string{"dose-too-early"}
		k.session.Result(r)
		p := k.problem(fault.Refused)
		if p.Said == nil || p.Said.EN != "It is too early after the dose before." || p.Said.VI == "" {
			t.Errorf("%+v", p.Said)
		}
	}, catalogue.RecordDose)
}
