package gateway_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// TestConsentIsChecked: a request rests on what its person has read and agreed to, in
// the words of the catalogue, for each of its purposes.
func TestConsentIsChecked(t *testing.T) {
	agrees := func(purpose, service, lang string) request.Consent {
		return request.Consent{Purpose: purpose, TextHash: catalogue.ConsentHash(service, lang), Lang: lang, At: now().UnixMilli()}
	}
	lookup, checkIn := agrees(catalogue.PurposeInsurance, catalogue.CheckIn, "vi"), agrees(catalogue.PurposeCheckIn, catalogue.CheckIn, "vi")
	changed := checkIn
	changed.TextHash[0] ^= 1
	otherLanguage := checkIn
	otherLanguage.Lang = "en"
	for story, row := range map[string]struct {
		consents []request.Consent
		want     string // reason
	}{
		"both":                               {[]request.Consent{lookup, checkIn}, ""},
		"in English":                         {[]request.Consent{agrees(catalogue.PurposeInsurance, catalogue.CheckIn, "en"), agrees(catalogue.PurposeCheckIn, catalogue.CheckIn, "en")}, ""},
		"one by the text of the look-up":     {[]request.Consent{agrees(catalogue.PurposeInsurance, catalogue.CardValidity, "vi"), checkIn}, ""},
		"nothing":                            {nil, "no-consent"},
		"one of two":                         {[]request.Consent{checkIn}, "no-consent"},
		"to something else":                  {[]request.Consent{lookup, agrees(catalogue.PurposePension, catalogue.Pension, "vi")}, "no-consent"},
		"to a text that nobody knows":        {[]request.Consent{lookup, changed}, "consent-of-another-text"},
		"to the text in another language":    {[]request.Consent{lookup, otherLanguage}, "consent-of-another-text"},
		"to a text that is not about it":     {[]request.Consent{lookup, agrees(catalogue.PurposeCheckIn, catalogue.Pension, "vi")}, "consent-of-another-text"},
		"twice, with the second one unknown": {[]request.Consent{lookup, checkIn, changed}, ""},
	} {
		c := newCentre(t)
		d := c.fleet.Device(t, "k01")
		reply, r := c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "internal", func(_ *request.Outer, i *request.Inner) { i.Consent = row.consents }))
		want, code := request.StatusAccepted, fault.Code("")
		if row.want != "" {
			want, code = request.StatusRefused, fault.Refused
		}
		if row.want == "consent-of-another-text" {
			code = fault.BadForm // kiosk and centre are of different releases
		}
		if r.Status != want || reply.Reason != row.want || r.Code != code || (c.calls["H01"] == 1) != (row.want == "") {
			t.Errorf("%s: %s %s because of %q, want %q", story, r.Status, r.Code, reply.Reason, row.want)
		}
	}
}

// reference is the slip of a request at h001.
func reference(m gatewaytest.Message) ticket.Reference {
	return ticket.Reference{Facility: "h001", Number: ticket.NumberOf(m.Outer.ID)}
}

// TestWithdrawal: whoever has the slip takes the consent back. What was agreed to
// before counts no more, for no service with one of these purposes; what is agreed to
// afterwards does, and so does what others agree to.
func TestWithdrawal(t *testing.T) {
	c := newCentre(t)
	k01, k02 := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	c.greet(t, k01, 0)
	c.greet(t, k02, 0)
	m := k01.CheckIn(t, gatewaytest.Person(1), "internal")
	c.deliver(t, k01, m)
	kept := k02.CheckIn(t, gatewaytest.Person(1), "eye") // made before, and still on its kiosk
	keptLookup := k02.CardValidity(t, gatewaytest.Person(1))
	record, err := c.Consent(t.Context(), "99", reference(m))
	if err != nil || record.ID != m.Outer.ID || len(record.Consents) != 2 || record.Consents[0].TextHash != catalogue.ConsentHash(catalogue.CheckIn, "vi") || record.Withdrawn != nil {
		t.Fatalf("the record: %+v, %v", record, err)
	}
	c.now = c.now.Add(time.Minute)
	withdrawn, err := c.Withdraw(t.Context(), "99", reference(m))
	if err != nil || len(withdrawn.Withdrawn) != 2 || withdrawn.Withdrawn[catalogue.PurposeCheckIn] != c.now.UnixMilli() {
		t.Fatalf("withdrawn: %+v, %v", withdrawn, err)
	}
	for _, late := range []gatewaytest.Message{kept, keptLookup} {
		if reply, _ := c.deliver(t, k02, late); reply.Status != request.StatusRefused || reply.Reason != "consent-withdrawn" {
			t.Errorf("%s that was agreed to before: %s because of %q", late.Outer.Service, reply.Status, reply.Reason)
		}
	}
	k02.Pass(2 * time.Minute)
	if reply, _ := c.deliver(t, k02, k02.CheckIn(t, gatewaytest.Person(1), "surgery")); reply.Status != request.StatusAccepted {
		t.Errorf("agreed to again: %s because of %q", reply.Status, reply.Reason)
	}
	k02.Pass(-2 * time.Minute)
	if reply, _ := c.deliver(t, k02, k02.CheckIn(t, gatewaytest.Person(2), "internal")); reply.Status != request.StatusAccepted {
		t.Errorf("somebody else: %s because of %q", reply.Status, reply.Reason)
	}
	if record, err = c.Consent(t.Context(), "99", reference(m)); err != nil || len(record.Withdrawn) != 2 {
		t.Errorf("the record afterwards: %+v, %v", record, err)
	}
	entries, err := gateway.Trail(t.Context(), c.inbox, 1, 10)
	if err != nil || len(entries) != 1 || entries[0].Act != gateway.ActWithdrawn || entries[0].ID != m.Outer.ID {
		t.Errorf("the trail: %+v, %v", entries, err)
	}
	for story, slip := range map[string]ticket.Reference{
		"of another facility": {Facility: "h002", Number: reference(m).Number}, "of nobody": {Facility: "h001", Number: "0000000000"},
	} {
		if _, err := c.Withdraw(t.Context(), "99", slip); !errors.Is(err, gateway.ErrNoSlip) {
			t.Errorf("a slip %s: %v", story, err)
		}
	}
}

// TestWithdrawnMeanwhile: a request that was accepted and put off does not reach its
// service when the consent is taken back before.
func TestWithdrawnMeanwhile(t *testing.T) {
	c := newCentre(t)
	calls := 0
	c.with(t, map[string]gateway.Service{"H01": slow{func(gateway.State) error { calls++; return nil }}})
	d := c.fleet.Device(t, "k01")
	c.greet(t, d, 0)
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	if reply, _ := c.deliver(t, d, m); reply.Status != request.StatusAccepted {
		t.Fatalf("%s because of %q", reply.Status, reply.Reason)
	}
	c.now = c.now.Add(time.Second)
	if _, err := c.Withdraw(t.Context(), "99", reference(m)); err != nil {
		t.Fatal(err)
	}
	replies, err := c.Work(t.Context())
	if err != nil || len(replies) != 1 || replies[0].Status != request.StatusRefused || calls != 0 {
		t.Fatalf("%+v, %v, %d calls", replies, err, calls)
	}
	res, err := envelope.VerifyResult(replies[0].Result, c.fleet.Roots, c.now)
	if err != nil || !slices.Equal(res.Codes, []string{"consent-withdrawn"}) {
		t.Errorf("result %+v, %v", res, err)
	}
	if r := c.record(t, d, m); r.Reason != "consent-withdrawn" {
		t.Errorf("stored because of %q", r.Reason)
	}
	if replies, err := c.Work(t.Context()); err != nil || len(replies) != 0 {
		t.Errorf("again: %+v, %v", replies, err)
	}
}

// TestWithdrawalNamesNobody: the inbox keeps a withdrawal under no hash that somebody
// without the centre's key could make.
func TestWithdrawalNamesNobody(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	c.greet(t, d, 0)
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	c.deliver(t, d, m)
	if _, err := c.Withdraw(t.Context(), "99", reference(m)); err != nil {
		t.Fatal(err)
	}
	if err := c.inbox.Close(); err != nil {
		t.Fatal(err)
	}
	grep(t, filepath.Dir(c.file), gatewaytest.Person(1).Number)
}
