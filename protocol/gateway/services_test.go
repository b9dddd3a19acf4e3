package gateway_test

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// takes is a service that says yes, and remembers what it was asked last.
type takes struct{ asked gateway.Request }

func (s *takes) Handle(_ context.Context, _ gateway.State, r gateway.Request) (gateway.Outcome, error) {
	s.asked = r
	return gateway.Outcome{Class: request.ClassOK}, nil
}

// everyService is a centre that offers all there are.
func everyService(t *testing.T) (*centre, *gatewaytest.Device, map[string]*takes) {
	t.Helper()
	c, asked, services := newCentre(t), map[string]*takes{}, map[string]gateway.Service{}
	for _, s := range catalogue.Services() {
		asked[s.ID] = &takes{}
		services[s.ID] = counted{asked[s.ID], c, s.ID}
	}
	c.with(t, services)
	return c, c.fleet.Device(t, "k01"), asked
}

type change = func(*request.Outer, *request.Inner)

// formsOf are the forms of a service, of each way in which it can be asked.
func formsOf(s catalogue.Service) (forms []any) {
	switch s.ID {
	case catalogue.CheckIn:
		return []any{request.CheckIn{Specialty: "internal"}}
	case catalogue.CardValidity:
		return []any{request.CardValidity{LookupBy: request.LookupNumber}}
	}
	for _, f := range cataloguetest.Variants(s) {
		forms = append(forms, f)
	}
	return forms
}

// demandOf is what a form demands, by the table of the catalogue.
func demandOf(s catalogue.Service, form any) catalogue.Demand {
	return s.With(func(field string) string {
		f, _ := form.(request.GenericForm)
		text, _ := f.Values[field].Text()
		return text
	})
}

// asDemanded makes a request as its demand wants it: a subject and an officer only
// where they belong, and evidence of a level.
func asDemanded(need catalogue.Demand, level request.Level) change {
	return func(_ *request.Outer, i *request.Inner) {
		if !need.Subject {
			i.Subject = nil
		}
		if need.Duty {
			i.Officer = &request.Officer{Session: "s-1", Ref: "op-17", Role: "reception", Method: request.MethodPIN}
		}
		prove(i, level)
	}
}

// prove leaves of E2 what a level needs, or adds to it.
func prove(i *request.Inner, level request.Level) {
	e := &i.Evidence
	matched := &request.Biometric{Modality: "finger", Method: "local", Matched: true, Score: 60, Threshold: 40, Liveness: "not-checked"}
	switch e.Level = level; level {
	case request.E0, request.E1:
		*e = request.Evidence{Level: level, Opening: e.Opening, CapturedAt: e.CapturedAt}
		e.Facts = request.Facts{Claim: level == request.E1, Verdict: request.VerdictNone, Proof: request.ProofNone}
	case request.E3:
		e.Facts.Biometric = matched
	case request.E4:
		e.Facts.Biometric, e.Facts.Secret = matched, true
	case request.E2, request.E2k:
	}
}

// below is the level under another.
func below(level request.Level) request.Level {
	return map[request.Level]request.Level{request.E1: request.E0, request.E2: request.E1, request.E3: request.E2, request.E4: request.E3}[level]
}

// TestEveryService: the centre takes every service of the catalogue, in every way it
// can be asked, with the least evidence that it demands, and with less it does not.
func TestEveryService(t *testing.T) {
	c, d, asked := everyService(t)
	n := 0
	for _, s := range catalogue.Services() {
		if s.ID == catalogue.WithdrawConsent {
			continue // the gateway's own, which nobody else can be
		}
		for _, form := range formsOf(s) {
			need := demandOf(s, form)
			send := func(level request.Level) (gateway.Reply, request.Receipt, bool) {
				n++
				before := c.calls[s.ID]
				reply, r := c.deliver(t, d, d.Seal(t, s.ID, gatewaytest.Person(n), form, asDemanded(need, level)))
				return reply, r, c.calls[s.ID] > before
			}
			if reply, r, called := send(need.Evidence); !called || r.Status != request.StatusAccepted && r.Status != request.StatusDuplicate {
				t.Errorf("%s with %s: %s because of %q", s.ID, need.Evidence, r.Status, reply.Reason)
			}
			if got, _ := asked[s.ID].asked.Form.(request.GenericForm); got.Values != nil && got.Entry != s.Entry() {
				t.Errorf("%s was handed another form", s.ID)
			}
			less := below(need.Evidence)
			if less == "" {
				continue
			}
			want := request.StatusHeld
			if need.Role != catalogue.RoleCitizen || less == request.E0 {
				want = request.StatusRefused
			}
			if reply, r, called := send(less); called || r.Status != want {
				t.Errorf("%s with %s: %s because of %q, want %s", s.ID, less, r.Status, reply.Reason, want)
			}
		}
	}
}

// TestEveryServiceRefuses: for each service, what is wrong is refused with its own
// reason and fault, and the service is not asked.
func TestEveryServiceRefuses(t *testing.T) {
	c, d, _ := everyService(t)
	n := 0
	for _, s := range catalogue.Services() {
		form := formsOf(s)[0]
		need := demandOf(s, form)
		refuse := func(form any, reason string, status request.Status, code fault.Code, change change) {
			t.Helper()
			n++
			m := d.Seal(t, s.ID, gatewaytest.Person(n), form, asDemanded(need, need.Evidence), change)
			reply, r := c.deliver(t, d, m)
			if r.Status != status || r.Code != code || reply.Reason != reason || c.calls[s.ID] != 0 {
				t.Errorf("%s: %s %s because of %q, want %s %s because of %q", s.ID, r.Status, r.Code, reply.Reason, status, code, reason)
			}
		}
		same := func(*request.Outer, *request.Inner) {}
		refuse(form, "too-late", request.StatusExpired, fault.Expired, later(-2*time.Hour))
		refuse(map[string]any{"entry": s.Entry(), "values": map[string]any{"x": -1}}, "form", request.StatusRefused, fault.BadForm, same)
		if need.Subject {
			refuse(form, "no-subject", request.StatusRefused, fault.Refused, func(_ *request.Outer, i *request.Inner) { i.Subject = nil })
		}
		if need.Duty {
			refuse(form, "no-officer", request.StatusRefused, fault.Refused, func(_ *request.Outer, i *request.Inner) { i.Officer = nil })
		}
		if g, ok := form.(request.GenericForm); ok {
			g.Values = map[string]request.Value{"nobody-asked": request.YesNoValue(true)}
			refuse(g, "form", request.StatusRefused, fault.BadForm, same)
			g.Entry[0]++
			refuse(g, "form-of-another-catalogue", request.StatusRefused, fault.BadForm, same)
		}
	}
}

// TestNotOffered: what the catalogue has and this centre does not do is refused with
// a fault of its own.
func TestNotOffered(t *testing.T) {
	c, d, _ := everyService(t)
	c.with(t, nil)
	for _, s := range catalogue.Services() {
		form := formsOf(s)[0]
		need := demandOf(s, form)
		reply, r := c.deliver(t, d, d.Seal(t, s.ID, gatewaytest.Person(1), form, asDemanded(need, need.Evidence)))
		if r.Status != request.StatusRefused || r.Code != fault.NotOffered || reply.Reason != "not-offered" {
			t.Errorf("%s: %s %s because of %q", s.ID, r.Status, r.Code, reply.Reason)
		}
	}
}

// TestAnotherCatalogue: a form that was filled in by another entry is taken when it
// holds to this one.
func TestAnotherCatalogue(t *testing.T) {
	c, d, _ := everyService(t)
	s, _ := catalogue.Lookup(catalogue.StayNotice)
	form := cataloguetest.Fill(s, nil)
	form.Entry = request.Digest{1}
	if reply, r := c.deliver(t, d, d.Seal(t, s.ID, gatewaytest.Person(1), form)); r.Status != request.StatusAccepted {
		t.Errorf("%s because of %q", r.Status, reply.Reason)
	}
}

// TestApproval: an officer does not approve for themselves.
func TestApproval(t *testing.T) {
	c, d, _ := everyService(t)
	s, _ := catalogue.Lookup(catalogue.VaccineSession)
	form := cataloguetest.Fill(s, map[string]string{"act": "open"})
	form.Values[catalogue.FieldApprover] = request.TextValue("op-17")
	reply, r := c.deliver(t, d, d.Seal(t, s.ID, gatewaytest.Person(1), form, asDemanded(s.Demand, request.E4)))
	if r.Status != request.StatusRefused || reply.Reason != "approved-by-oneself" || c.calls[s.ID] != 0 {
		t.Errorf("%s because of %q", r.Status, reply.Reason)
	}
}

// TestOfficersCard: an officer acts with the officer's own card, and attests nothing
// of the holder of that card.
func TestOfficersCard(t *testing.T) {
	c, d, _ := everyService(t)
	officer := gatewaytest.Person(17)
	c.rosterOf(t, map[string]roster.Card{"op-17": roster.CardOf(c.fleet.Card(t, officer).SOD)}, "op-17")
	asOfficer := func(need catalogue.Demand) change {
		return func(o *request.Outer, i *request.Inner) {
			asDemanded(need, need.Evidence)(o, i)
			i.Officer = &request.Officer{Session: "d-1", Ref: "op-17", Role: string(roster.Duty), Method: i.Officer.Method, Reader: i.Officer.Reader}
		}
	}
	for _, row := range []struct {
		service string
		person  request.Subject
		reason  string // "": it is taken
	}{
		{catalogue.VaccineSession, officer, ""},
		{catalogue.VaccineSession, gatewaytest.Person(1), "not-the-officers-card"},
		{catalogue.RecordDose, gatewaytest.Person(1), ""},
		{catalogue.RecordDose, officer, "officer-is-subject"},
	} {
		s, _ := catalogue.Lookup(row.service)
		before := c.calls[s.ID]
		reply, r := c.deliver(t, d, d.Seal(t, s.ID, row.person, cataloguetest.Fill(s, nil), asOfficer(s.Demand)))
		if reply.Reason != row.reason || c.calls[s.ID] > before != (row.reason == "") || len(reply.Alarms) > 0 != (row.reason != "") {
			t.Errorf("%s with the card of %s: %s because of %q, %d alarms", s.ID, row.person.Number, r.Status, reply.Reason, len(reply.Alarms))
		}
	}
}

// TestRevokingNeedsAnOfficer: what a form asks for decides who may ask.
func TestRevokingNeedsAnOfficer(t *testing.T) {
	c, d, _ := everyService(t)
	s, _ := catalogue.Lookup(catalogue.VaccineCert)
	form := cataloguetest.Fill(s, map[string]string{"act": "revoke"})
	reply, r := c.deliver(t, d, d.Seal(t, s.ID, gatewaytest.Person(1), form, asDemanded(s.Demand, request.E4)))
	if r.Status != request.StatusRefused || reply.Reason != "no-officer" || c.calls[s.ID] != 0 {
		t.Errorf("%s because of %q", r.Status, reply.Reason)
	}
}

// TestKeys: two requests are one by the parts of the service's key, and by nothing
// else.
func TestKeys(t *testing.T) {
	c, d, asked := everyService(t)
	send := func(id string, subject int, answers map[string]request.Value) (request.Status, request.Digest) {
		s, _ := catalogue.Lookup(id)
		form := cataloguetest.Fill(s, nil)
		maps.Copy(form.Values, answers)
		need := demandOf(s, form)
		_, r := c.deliver(t, d, d.Seal(t, id, gatewaytest.Person(subject), form, asDemanded(need, need.Evidence)))
		return r.Status, asked[id].asked.Key
	}
	text := func(field, v string) map[string]request.Value {
		return map[string]request.Value{field: request.TextValue(v)}
	}
	mother := func(number, name string) map[string]request.Value {
		return map[string]request.Value{"mother": request.PersonValue(request.Subject{Number: number, Name: name, Birth: "1990", Sex: "F"})}
	}
	for _, c := range []struct {
		story   string
		service string
		subject int
		answers map[string]request.Value
		want    request.Status
	}{
		{"a residence", "C04", 1, text("address", "Số 9, phường Mẫu"), request.StatusAccepted},
		{"the same in another writing", "C04", 1, text("address", "SỐ 9,  phường mẫu"), request.StatusDuplicate},
		{"another phone makes no other request", "C04", 1, map[string]request.Value{"address": request.TextValue("Số 9, phường Mẫu"), "phone": request.TextValue("0990000999")}, request.StatusDuplicate},
		{"another house", "C04", 1, text("address", "Số 10, phường Mẫu"), request.StatusAccepted},
		{"another person", "C04", 2, text("address", "Số 9, phường Mẫu"), request.StatusAccepted},
		{"a birth", "C01", 1, mother("099190000001", "NGUYỄN THỊ MẪU"), request.StatusAccepted},
		{"told by the other parent", "C01", 2, mother("099190000001", "Nguyễn Thị Mẫu"), request.StatusDuplicate},
		{"of another mother", "C01", 1, mother("099190000002", "NGUYỄN THỊ MẪU"), request.StatusAccepted},
		{"feedback", "F01", 1, nil, request.StatusAccepted},
		{"feedback again", "F01", 1, nil, request.StatusAccepted},
		{"a dose", "V03", 1, nil, request.StatusAccepted},
		{"the next dose", "V03", 1, map[string]request.Value{"dose": request.NumberValue(2)}, request.StatusAccepted},
		{"the first dose again, of another lot", "V03", 1, text("lot", "LOT-0999"), request.StatusDuplicate},
		{"a death", "C02", 1, nil, request.StatusAccepted},
		{"told by somebody else", "C02", 2, text("relation", "child"), request.StatusDuplicate},
	} {
		got, key := send(c.service, c.subject, c.answers)
		s, _ := catalogue.Lookup(c.service)
		if got != c.want || (key == request.Digest{}) != (len(s.Key) == 0) {
			t.Errorf("%s: %s, want %s", c.story, got, c.want)
		}
	}
}

// TestKeyOfCheckIn: the keys of check-ins stay what they were, or every person would
// get a second ticket on the day a centre is brought up to date.
func TestKeyOfCheckIn(t *testing.T) {
	c, d, asked := everyService(t)
	c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "internal"))
	secret, err := c.fleet.Service.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	tag, err := hkdf.Key(sha256.New, secret, nil, "motcua business keys v1", sha256.Size)
	if err != nil {
		t.Fatal(err)
	}
	m := hmac.New(sha256.New, tag)
	for _, part := range []string{"H01", "h001", gatewaytest.Person(1).Number, "260302", "internal"} {
		m.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(part))), part...))
	}
	if got := asked["H01"].asked.Key; got != request.Digest(m.Sum(nil)) {
		t.Errorf("the key is %x", got)
	}
}
