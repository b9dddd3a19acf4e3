package gateway_test

import (
	"context"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// withSlips is a centre that looks slips up, beside a service that refuses and one
// that is in trouble.
func withSlips(t *testing.T) *centre {
	t.Helper()
	c := newCentre(t)
	c.with(t, map[string]gateway.Service{catalogue.CheckIn: accepts{}, catalogue.CardValidity: refuses{}, catalogue.DossierStatus: gateway.Slips{}})
	return c
}

type accepts struct{}

func (accepts) Handle(context.Context, gateway.State, gateway.Request) (gateway.Outcome, error) {
	return gateway.Outcome{Class: request.ClassOK}, nil
}

type refuses struct{}

func (refuses) Handle(context.Context, gateway.State, gateway.Request) (gateway.Outcome, error) {
	return gateway.Outcome{Status: request.StatusRefused}, nil
}

// slipOf is the code on the slip of a request.
func slipOf(t *testing.T, m gatewaytest.Message) string {
	t.Helper()
	r, err := ticket.Of(m.Outer.Facility, m.Outer.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r.Code()
}

// bySlip asks about a slip as a kiosk does: with a claim, and nobody named.
func bySlip(t *testing.T, d *gatewaytest.Device, code string) gatewaytest.Message {
	t.Helper()
	return d.Seal(t, catalogue.DossierStatus, gatewaytest.Person(0), bySlipForm(code), claimed(t, d))
}

func bySlipForm(code string) request.GenericForm {
	return dossierForm(map[string]request.Value{"by": request.TextValue("slip"), "dossier": request.TextValue(code)})
}

func dossierForm(values map[string]request.Value) request.GenericForm {
	s, _ := catalogue.Lookup(catalogue.DossierStatus)
	return request.GenericForm{Entry: s.Entry(), Values: values}
}

// claimed takes person and card out of a request.
func claimed(t *testing.T, d *gatewaytest.Device) func(*request.Outer, *request.Inner) {
	return func(_ *request.Outer, i *request.Inner) {
		opening, err := d.Opening(t, i.Visit).Bytes()
		if err != nil {
			t.Fatal(err)
		}
		f := request.Facts{Claim: true, Verdict: request.VerdictNone, Proof: request.ProofNone}
		i.Subject, i.Consent = nil, nil
		i.Evidence = request.Evidence{Level: request.E1, Facts: f, Opening: opening, CapturedAt: i.Evidence.CapturedAt}
	}
}

// looked asks about a slip and returns what the centre tells.
func (c *centre) looked(t *testing.T, d *gatewaytest.Device, code string) request.AnswerDossier {
	t.Helper()
	m := bySlip(t, d, code)
	reply, r := c.deliver(t, d, m)
	if r.Status != request.StatusAccepted {
		t.Fatalf("the question is %s %s", r.Status, reply.Reason)
	}
	a := c.answer(t, reply, m)
	if a.Dossier == nil || a.CheckIn != nil || a.Insurance != nil {
		t.Fatalf("answered %v", a)
	}
	return *a.Dossier
}

// TestSlips: any kiosk of the facility is told how far a request of another one is,
// and no more.
func TestSlips(t *testing.T) {
	c := withSlips(t)
	first, second := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	c.greet(t, first, 0)
	accepted := first.CheckIn(t, gatewaytest.Person(1), "internal")
	refused := first.CardValidity(t, gatewaytest.Person(2))
	held := first.CheckIn(t, gatewaytest.Person(3), "internal", func(_ *request.Outer, i *request.Inner) {
		i.Evidence.Facts.Proof, i.Evidence.AA, i.Evidence.Level = request.ProofNone, nil, request.E1
	})
	late := first.CheckIn(t, gatewaytest.Person(4), "internal", func(o *request.Outer, _ *request.Inner) {
		o.CreatedAt, o.ExpiresAt = c.now.Add(-time.Hour).UnixMilli(), c.now.Add(-time.Minute).UnixMilli()
	})
	for _, step := range []struct {
		m    gatewaytest.Message
		want request.DossierState
	}{{accepted, request.DossierReceived}, {refused, request.DossierRefused}, {held, request.DossierHeld}, {late, request.DossierExpired}} {
		if got := c.looked(t, second, slipOf(t, step.m)); got.State != request.DossierUnknown {
			t.Errorf("before it came: %+v", got)
		}
		c.deliver(t, first, step.m)
		if got := c.looked(t, second, slipOf(t, step.m)); got.State != step.want || got.At != c.now.UnixMilli() {
			t.Errorf("%+v, want %s", got, step.want)
		}
	}
	if got := c.looked(t, first, slipOf(t, accepted)); got.State != request.DossierReceived {
		t.Errorf("asked by its own kiosk: %+v", got)
	}
}

// TestSlipsEnd: after a day, or at a kiosk that nobody has heard of, a slip is not
// known.
func TestSlipsEnd(t *testing.T) {
	c := withSlips(t)
	first, silent := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k03")
	c.greet(t, first, 0)
	c.greet(t, first, 0)
	m, other := first.CheckIn(t, gatewaytest.Person(1), "internal"), silent.CheckIn(t, gatewaytest.Person(2), "internal")
	c.deliver(t, first, m)
	c.deliver(t, silent, other)
	second := c.fleet.Device(t, "k02")
	if got := c.looked(t, second, slipOf(t, other)); got.State != request.DossierUnknown {
		t.Errorf("of a kiosk that never said hello: %+v", got)
	}
	c.greet(t, silent, 0)
	if got := c.looked(t, second, slipOf(t, other)); got.State != request.DossierReceived {
		t.Errorf("of one that has: %+v", got)
	}
	if got := c.looked(t, second, slipOf(t, m)); got.State != request.DossierReceived {
		t.Errorf("within the day: %+v", got)
	}
	c.now = c.now.Add(24*time.Hour + time.Minute)
	tomorrow := c.fleet.Device(t, "k04")
	tomorrow.Pass(24*time.Hour + time.Minute)
	if got := c.looked(t, tomorrow, slipOf(t, m)); got.State != request.DossierUnknown {
		t.Errorf("after a day: %+v", got)
	}
}

// TestSlipsRefused: what is no slip of the kiosk's own facility is not looked up, and
// nobody's dossiers are told for a claim.
func TestSlipsRefused(t *testing.T) {
	c := withSlips(t)
	d := c.fleet.Device(t, "k01")
	c.greet(t, d, 0)
	foreign := ticket.Reference{Facility: "h002", Number: "014D2PF2DB"}.Code()
	for _, code := range []string{foreign, "MC1:k01"} {
		if _, r := c.deliver(t, d, bySlip(t, d, code)); r.Status != request.StatusRefused {
			t.Errorf("%s: %s", code, r.Status)
		}
	}
	person := d.Seal(t, catalogue.DossierStatus, gatewaytest.Person(1), dossierForm(map[string]request.Value{"by": request.TextValue("person")}))
	if _, r := c.deliver(t, d, person); r.Status != request.StatusRefused {
		t.Errorf("by person: %s", r.Status)
	}
	if _, err := (gateway.Slips{}).Handle(t.Context(), nil, gateway.Request{Form: bySlipForm("")}); err == nil {
		t.Error("answered without a transaction of the gateway's")
	}
}
