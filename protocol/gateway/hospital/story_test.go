package hospital_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/checkin"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/hospital"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/request"
	"motcua/protocol/simcentral"
	"motcua/protocol/simcentral/hospitalsystem"
	"motcua/protocol/simcentral/trouble"
)

// payee is the account of NAPAS's own samples.
func payee() hospital.Payee { return hospital.Payee{Bank: "970415", Account: "113366668888"} }

const token = "invented-token"

// now is a fixed instant: 2026-03-02 07:30:00 +07:00.
func now() time.Time { return time.UnixMilli(1772411400000) }

// insurer answers when it is asked the given time.
type insurer struct{ silent int }

func (*insurer) Known(gateway.State, gateway.Request) (request.AnswerInsurance, bool, error) {
	return request.AnswerInsurance{Class: request.ClassUnavailable, AsOf: now().UnixMilli()}, true, nil
}

func (i *insurer) Ask(context.Context, gateway.State, gateway.Request) (request.AnswerInsurance, error) {
	if i.silent > 0 {
		i.silent--
		return request.AnswerInsurance{}, errors.New("not now")
	}
	return request.AnswerInsurance{
		Class: request.ClassOK, Code: "000", CardNo: "GD4990990000001", ValidFrom: "01/01/2026", ValidTo: "31/12/2026", AsOf: now().UnixMilli(),
	}, nil
}

// centre is a gateway with a hospital's system behind it, over HTTP.
type centre struct {
	*gateway.Gateway
	fleet  *gatewaytest.Fleet
	system *hospitalsystem.System
	server *httptest.Server
	now    time.Time
	passed time.Duration  // of the device's clock
	status request.Status // of the request that was sent last
}

func newCentre(t *testing.T, i *insurer, troubles ...trouble.Kind) *centre {
	t.Helper()
	return newCentreOf(t, i, hospitalsystem.Scenario{Troubles: troubles})
}

func newCentreOf(t *testing.T, i *insurer, s hospitalsystem.Scenario) *centre {
	t.Helper()
	return newCentreFor(t, i, s, payee())
}

// newCentreFor is a centre whose fees go to a payee.
func newCentreFor(t *testing.T, i *insurer, s hospitalsystem.Scenario, payee hospital.Payee) *centre {
	t.Helper()
	s.Token = token
	c := &centre{fleet: gatewaytest.NewFleet(t, now()), now: now()}
	c.system = hospitalsystem.New(s, func() time.Time { return c.now })
	c.server = httptest.NewServer(c.system)
	t.Cleanup(func() { c.server.CloseClientConnections(); c.server.Close() })
	system, err := hospital.Open(hospital.Config{Address: c.server.URL, Token: token})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(system.Close)
	inbox, err := inboxsqlite.Open(t.Context(), filepath.Join(t.TempDir(), "inbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	c.Gateway, err = gateway.New(gateway.Config{
		Roots: c.fleet.Roots, Service: c.fleet.Service, Signer: c.fleet.Receipt.Key, Chain: c.fleet.Receipt.Chain(), Inbox: inbox,
		Services: map[string]gateway.Service{
			catalogue.CheckIn:     &hospital.Service{CheckIn: simcentral.NewHospital(i), System: system},
			catalogue.PaidCheckIn: &hospital.Paid{System: system, Payee: payee},
			catalogue.Appointment: &hospital.Arrivals{System: system},
			catalogue.PayFee:      &hospital.Bills{System: system, Payee: payee},
		},
		Now: func() time.Time { return c.now }, Rand: rand.Reader, Trust: gateway.NewTrusted(c.fleet.Issuer.Anchors(t)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *centre) checkIn(t *testing.T, d *gatewaytest.Device, person request.Subject) {
	t.Helper()
	if _, err := c.Process(t.Context(), d.Branch, d.CheckIn(t, person, "internal").Bytes); err != nil {
		t.Fatal(err)
	}
}

// work does what is due, after a pause, and tells how many answers came.
func (c *centre) work(t *testing.T, pause time.Duration) int {
	t.Helper()
	c.now = c.now.Add(pause)
	replies, err := c.Work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(replies)
}

// only is the only record that the hospital has.
func (c *centre) only(t *testing.T) checkin.Record {
	t.Helper()
	stays := c.system.Stays()
	if len(stays) != 1 {
		t.Fatalf("%d records", len(stays))
	}
	r, err := checkin.Parse(c.system.Record(stays[0]))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTold: the hospital has the record at once, and the insurance when it is known;
// the kiosk hears of the insurance alone.
func TestTold(t *testing.T) {
	c := newCentre(t, &insurer{silent: 1})
	d := c.fleet.Device(t, "k01")
	person := gatewaytest.Person(1)
	c.checkIn(t, d, person)
	if answers := c.work(t, 0); answers != 0 {
		t.Errorf("%d answers by telling the hospital", answers)
	}
	r := c.only(t)
	if r.Name != person.Name || r.Number != person.Number || r.ArrivedAt != "202603020730" || r.ValidTo != "" {
		t.Error("the first record is of somebody else")
	}
	c.work(t, time.Minute) // the insurer is silent
	if answers := c.work(t, time.Hour); answers != 1 {
		t.Errorf("%d answers when the insurer answered", answers)
	}
	if r = c.only(t); r.Card != "GD4990990000001" || r.ValidTo != "20261231" || r.ArrivedAt != "202603020730" {
		t.Error("the second record lacks the insurance")
	}
	if c.work(t, time.Hour); c.system.Puts() != 2 {
		t.Errorf("told %d times", c.system.Puts())
	}
	c.checkIn(t, d, person)
	if c.work(t, time.Minute); c.system.Puts() != 2 {
		t.Error("who came again was told again")
	}
}

// TestTrouble: whatever the hospital's system does, the record comes in the end, and
// one that came twice is one.
func TestTrouble(t *testing.T) {
	kinds := []trouble.Kind{trouble.Status500, trouble.HTML, trouble.Garbage, trouble.Drop}
	c := newCentre(t, &insurer{}, kinds...)
	c.checkIn(t, c.fleet.Device(t, "k01"), gatewaytest.Person(1))
	for range kinds {
		if c.work(t, 10*time.Minute); len(c.system.Stays()) != 0 {
			t.Fatal("told in spite of trouble")
		}
	}
	c.work(t, 10*time.Minute)
	c.only(t)
}

// TestGivenUp: a system that stays away for three days is not asked any more.
func TestGivenUp(t *testing.T) {
	c := newCentre(t, &insurer{})
	asked := 0
	c.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	c.checkIn(t, c.fleet.Device(t, "k01"), gatewaytest.Person(1))
	for range 80 {
		c.work(t, time.Hour)
	}
	if last := asked; last < 70 {
		t.Errorf("asked %d times", last)
	} else if c.work(t, time.Hour); asked != last {
		t.Error("asked for ever")
	}
}

// TestSystem: a stranger, and what is no record, are refused.
func TestSystem(t *testing.T) {
	s := hospitalsystem.New(hospitalsystem.Scenario{Token: token}, now)
	good, err := checkin.New(checkin.Made{Stay: "s1", Facility: "h001", At: now(), Subject: gatewaytest.Person(1)})
	if err != nil {
		t.Fatal(err)
	}
	b, err := good.XML()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		story, method, path, token string
		body                       []byte
		want                       int
	}{
		{"no token", http.MethodPut, hospital.Path + "s1", "", b, http.StatusUnauthorized},
		{"another stay", http.MethodPut, hospital.Path + "s2", token, b, http.StatusUnprocessableEntity},
		{"no record", http.MethodPut, hospital.Path + "s1", token, []byte("<x/>"), http.StatusUnprocessableEntity},
		{"too long", http.MethodPut, hospital.Path + "s1", token, bytes.Repeat([]byte("x"), checkin.Most+1), http.StatusRequestEntityTooLarge},
		{"elsewhere", http.MethodPut, "/", token, b, http.StatusNotFound},
		{"not there yet", http.MethodGet, hospital.Path + "s1", token, nil, http.StatusNotFound},
		{"first", http.MethodPut, hospital.Path + "s1", token, b, http.StatusCreated},
		{"again", http.MethodPut, hospital.Path + "s1", token, b, http.StatusNoContent},
		{"shown", http.MethodGet, hospital.Path + "s1", token, nil, http.StatusOK},
		{"deleted", http.MethodDelete, hospital.Path + "s1", token, nil, http.StatusMethodNotAllowed},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, bytes.NewReader(c.body))
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != c.want {
			t.Errorf("%s: %d, want %d", c.story, w.Code, c.want)
		}
		if c.story == "shown" && !strings.Contains(w.Body.String(), gatewaytest.Person(1).Name) {
			t.Error("another record was shown")
		}
	}
}
