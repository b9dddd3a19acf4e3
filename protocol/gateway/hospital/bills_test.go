package hospital_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/vietqr"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/hospital"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/hospitalsystem"
	"motcua/protocol/simcentral/trouble"
)

// long is a bill's number that no payment code has room for.
const long = "PT/2026/03/02/0990000123-4567"

func bills() hospitalsystem.Scenario {
	return hospitalsystem.Scenario{Bills: []hospitalsystem.Bill{
		{Number: "PT0990-1", Fee: 1_150_000, PaidIn: trouble.Duration(10 * time.Minute)},
		{Number: "PT0990-2", Fee: 20_000, PaidIn: trouble.Duration(-time.Hour)},
		{Number: "PT0990-3", Fee: 20_000, Cancelled: true},
		{Number: long, Fee: 20_000},
	}}
}

func bill(number string) map[string]string { return map[string]string{catalogue.FieldBill: number} }

// TestBills: how each bill stands, by the hospital's word; whoever asks again later is told
// that it was paid meanwhile.
func TestBills(t *testing.T) {
	c := newCentreOf(t, &insurer{}, bills())
	d := c.fleet.Device(t, "k01")
	for _, one := range []struct {
		story, number string
		pause         time.Duration
		state         request.BillState
		class         request.Class
		due           uint64
		code          bool
		receipt       string
	}{
		{"to be paid", "PT0990-1", time.Second, request.BillDue, request.ClassOK, 1_150_000, true, ""},
		{"to be paid, asked again", "PT0990-1", time.Minute, request.BillDue, request.ClassOK, 1_150_000, true, ""},
		{"paid meanwhile", "PT0990-1", 10 * time.Minute, request.BillPaid, request.ClassOK, 0, false, "BL00001"},
		{"paid before", "PT0990-2", time.Second, request.BillPaid, request.ClassOK, 0, false, "BL00002"},
		{"cancelled", "PT0990-3", time.Second, request.BillCancelled, request.ClassReception, 0, false, ""},
		{"unknown", "PT0990-4", time.Second, request.BillUnknown, request.ClassReception, 0, false, ""},
		{"of a number like a path", "../../x", time.Second, request.BillUnknown, request.ClassReception, 0, false, ""},
		{"of a number for which a code has no room: the cashier", long, time.Second, request.BillDue, request.ClassOK, 20_000, false, ""},
	} {
		m := c.send(t, d, catalogue.PayFee, gatewaytest.Person(1), bill(one.number), anonymous)
		r, a, _ := c.answers(t, one.pause, m)
		if a.Bill == nil {
			t.Fatalf("%s: no answer", one.story)
		}
		got := a.Bill
		if got.State != one.state || r.Class != one.class || got.Receipt != one.receipt || (got.Fee != nil) != (one.due > 0) {
			t.Errorf("%s: %s, class %s, receipt %q, fee %v", one.story, got.State, r.Class, got.Receipt, got.Fee != nil)
		}
		if got.Fee == nil {
			continue
		}
		if got.Fee.Due != one.due || (got.Fee.Code != "") != one.code {
			t.Errorf("%s: %d, code %v", one.story, got.Fee.Due, got.Fee.Code != "")
		}
		if pay, err := vietqr.Parse(got.Fee.Code); one.code && (err != nil || pay.Amount != one.due || pay.Bank != payee().Bank || pay.Account != payee().Account || pay.Purpose != one.number || !pay.Once) {
			t.Errorf("%s: the code pays something else", one.story)
		}
	}
}

// TestBillAsked: the hospital hears which bill of which facility, and nothing of a person.
func TestBillAsked(t *testing.T) {
	c := newCentreOf(t, &insurer{}, bills())
	var asked []byte
	c.answering(func(w http.ResponseWriter, r *http.Request) {
		asked, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, `{"number":"PT0990-1","state":"due","due":5}`)
	})
	m := c.send(t, c.fleet.Device(t, "k01"), catalogue.PayFee, gatewaytest.Person(1), bill("PT0990-1"), anonymous)
	if _, a, _ := c.answers(t, 0, m); a.Bill == nil {
		t.Fatal("no answer")
	}
	var keys map[string]string
	if err := json.Unmarshal(asked, &keys); err != nil || len(keys) != 2 || keys["number"] != "PT0990-1" || keys["facility"] != m.Outer.Facility {
		t.Errorf("asked with %d keys: %v", len(keys), err)
	}
	c.answering(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnprocessableEntity) })
	m = c.send(t, c.fleet.Device(t, "k02"), catalogue.PayFee, gatewaytest.Person(1), bill("PT0990-1"), anonymous)
	if _, a, _ := c.answers(t, 0, m); a.Bill == nil || a.Bill.State != request.BillUnknown {
		t.Error("a number that the hospital does not take is not unknown")
	}
}

// TestBillHostile: what is no answer tells nobody anything; it is asked again while the
// person stands there, and then they are sent to the cashier.
func TestBillHostile(t *testing.T) {
	for story, says := range map[string]string{
		"away":                        "",
		"null":                        `null`,
		"a list":                      `[]`,
		"a page":                      `<html>paid</html>`,
		"no state":                    `{"number":"PT0990-1","due":5}`,
		"a state of its own":          `{"number":"PT0990-1","state":"free"}`,
		"another bill":                `{"number":"PT0990-2","state":"due","due":5}`,
		"no number":                   `{"state":"paid","receipt":"BL1"}`,
		"due, and nothing":            `{"number":"PT0990-1","state":"due"}`,
		"due below zero":              `{"number":"PT0990-1","state":"due","due":-5}`,
		"an endless sum":              `{"number":"PT0990-1","state":"due","due":1000000001}`,
		"a sum in words":              `{"number":"PT0990-1","state":"due","due":"all"}`,
		"due, with a receipt":         `{"number":"PT0990-1","state":"due","due":5,"receipt":"BL1"}`,
		"paid, without a receipt":     `{"number":"PT0990-1","state":"paid"}`,
		"paid, and due":               `{"number":"PT0990-1","state":"paid","due":5,"receipt":"BL1"}`,
		"a receipt of a story":        `{"number":"PT0990-1","state":"paid","receipt":"pay me"}`,
		"a receipt without end":       `{"number":"PT0990-1","state":"paid","receipt":"` + strings.Repeat("B", 65) + `"}`,
		"cancelled, with a sum":       `{"number":"PT0990-1","state":"cancelled","due":5}`,
		"unknown, with a receipt":     `{"number":"PT0990-1","state":"unknown","receipt":"BL1"}`,
		"an answer that does not end": `{"number":"` + strings.Repeat("P", 2<<20),
	} {
		t.Run(story, func(t *testing.T) {
			c := newCentreOf(t, &insurer{}, bills())
			d := c.fleet.Device(t, "k01")
			back := c.server.Config.Handler
			c.answering(func(w http.ResponseWriter, _ *http.Request) {
				if says == "" {
					w.WriteHeader(http.StatusBadGateway)
				}
				_, _ = io.WriteString(w, says)
			})
			first := c.send(t, d, catalogue.PayFee, gatewaytest.Person(1), bill("PT0990-1"), anonymous)
			if r, _, answered := c.answers(t, 3*time.Second, first); answered {
				t.Fatalf("answered %s", r.Class)
			}
			if r, a, answered := c.answers(t, 30*time.Second, first); !answered || r.Class != request.ClassUnavailable || a.Bill != nil {
				t.Error("the person is not sent to the cashier")
			}
			second := c.send(t, d, catalogue.PayFee, gatewaytest.Person(1), bill("PT0990-1"), anonymous)
			if _, _, answered := c.answers(t, 3*time.Second, second); answered {
				t.Fatal("answered")
			}
			c.server.Config.Handler = back
			if _, a, _ := c.answers(t, 10*time.Second, second); a.Bill == nil || a.Bill.State != request.BillDue {
				t.Error("not asked again")
			}
		})
	}
}

// TestBillWithoutAccount: where no account is configured the cashier takes the fee.
func TestBillWithoutAccount(t *testing.T) {
	c := newCentreFor(t, &insurer{}, bills(), hospital.Payee{})
	m := c.send(t, c.fleet.Device(t, "k01"), catalogue.PayFee, gatewaytest.Person(1), bill("PT0990-1"), anonymous)
	if _, a, _ := c.answers(t, 0, m); a.Bill == nil || a.Bill.Fee == nil || *a.Bill.Fee != (request.Fee{Due: 1_150_000}) {
		t.Error("a code without an account")
	}
}
