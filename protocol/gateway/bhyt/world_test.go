package bhyt_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/bhyt"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/request"
	"motcua/protocol/simcentral"
	"motcua/protocol/simcentral/bhytportal"
)

// Secrets that may be in no log and no error.
const (
	password      = "invented-password"
	officerName   = "ĐẶNG HẢI SƠN"
	officerNumber = "099085000001"
)

const officersFile = `[officer.op-1]
name = "ĐẶNG HẢI SƠN"
number = "099085000001"

[officer.op-2]
name = "LÊ THỊ MỚI"
number = "099085000002"

[officer.op-3]
name = "ĐẶNG HẢI SÂM"
number = "099085000001"

[facility.h001]
default = "op-1"
`

// now is a fixed instant: 2026-03-02 07:30:00 +07:00.
func now() time.Time { return time.UnixMilli(1772411400000) }

func account() bhyt.Account { return bhyt.Account{User: "99001_DEMO", Password: password} }

// scenario has one insured person, and the officer op-1.
func scenario(people map[string]bhytportal.Person) bhytportal.Scenario {
	return bhytportal.Scenario{
		Account:  bhytportal.Account{Username: account().User, Password: password},
		Officers: []bhytportal.Officer{{Name: officerName, Number: officerNumber}},
		People:   people,
	}
}

// insured is the record of a person with a code.
func insured(s request.Subject, code string) bhytportal.Person {
	return bhytportal.Person{Record: simcentral.Record{
		Code: code, Name: s.Name, Birth: "1990-02-01", CardNo: "GD4990990000001", ValidFrom: "2026-01-01", ValidTo: "2026-12-31",
		FacilityName: "Trạm y tế Mẫu", NewCardNo: "GD4990990000002", NewValidFrom: "2026-02-01", NewValidTo: "2027-01-31",
	}}
}

// centre is a gateway with a real portal behind it, over HTTP.
type centre struct {
	*gateway.Gateway
	fleet  *gatewaytest.Fleet
	inbox  *inboxsqlite.Store
	portal *bhytportal.Portal
	server *httptest.Server
	log    *gatewaytest.Log
	raised []gateway.AlarmKind

	mu  sync.Mutex
	now time.Time
}

func newCentre(t *testing.T, s bhytportal.Scenario, officers string) *centre {
	t.Helper()
	c := &centre{fleet: gatewaytest.NewFleet(t, now()), log: &gatewaytest.Log{}, now: now(), portal: bhytportal.New(s, now)}
	c.server = httptest.NewServer(c.portal)
	t.Cleanup(func() { c.server.CloseClientConnections(); c.server.Close() })
	portal, err := bhyt.Open(bhyt.Config{Address: c.server.URL, Account: account(), Now: c.time})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(portal.Close)
	if c.inbox, err = inboxsqlite.Open(t.Context(), filepath.Join(t.TempDir(), "inbox.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.inbox.Close() })
	service := &bhyt.Service{
		Portal: portal, Officers: openOfficers(t, officers), Key: []byte("key"), Now: c.time,
		Log:   slog.New(slog.NewJSONHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Raise: func(_ context.Context, a gateway.Alarm) { c.raised = append(c.raised, a.Kind) },
	}
	c.Gateway, err = gateway.New(gateway.Config{
		Roots: c.fleet.Roots, Service: c.fleet.Service, Signer: c.fleet.Receipt.Key, Chain: c.fleet.Receipt.Chain(), Inbox: c.inbox,
		Services: simcentral.Services(service), Now: c.time, Rand: rand.Reader, Trust: gateway.NewTrusted(c.fleet.Issuer.Anchors(t)), Nonces: gateway.DefaultNonces(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func openOfficers(t *testing.T, text string) *bhyt.Officers {
	t.Helper()
	o, err := bhyt.OpenOfficers(writeOfficers(t, text, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func writeOfficers(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "officers.toml")
	if err := os.WriteFile(file, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return file
}

func (c *centre) time() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *centre) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

// waiting is how long the people of these tests wait for an answer: too short for the
// gateway to try twice.
const waiting = 2 * time.Second

func patient(o *request.Outer, _ *request.Inner) {
	o.ExpiresAt = o.CreatedAt + waiting.Milliseconds()
}

// deliver brings a request to the gateway, which must take it.
func (c *centre) deliver(t *testing.T, d *gatewaytest.Device, m gatewaytest.Message) gateway.Reply {
	t.Helper()
	reply, err := c.Process(t.Context(), d.Branch, m.Bytes)
	if err != nil || reply.Status != request.StatusAccepted {
		t.Fatalf("delivered: %s because of %q, %v", reply.Status, reply.Reason, err)
	}
	return reply
}

// work does what is due and returns the only answer to m, if there is one.
func (c *centre) work(t *testing.T) []gateway.Reply {
	t.Helper()
	replies, err := c.Work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return replies
}

func (c *centre) open(t *testing.T, reply gateway.Reply, m gatewaytest.Message) request.Answer {
	t.Helper()
	r, err := envelope.VerifyResult(reply.Result, c.fleet.Roots, c.time())
	if err != nil {
		t.Fatal(err)
	}
	a, err := envelope.OpenResult(r, m.Reply)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// lookUp asks about the insurance as a kiosk does, and returns the answer.
func (c *centre) lookUp(t *testing.T, d *gatewaytest.Device, s request.Subject) request.AnswerInsurance {
	t.Helper()
	m := d.CardValidity(t, s, patient)
	c.deliver(t, d, m)
	replies := c.work(t)
	if len(replies) != 1 {
		t.Fatalf("%d answers\n%s", len(replies), c.log)
	}
	return *c.open(t, replies[0], m).Insurance
}

// silent fails when a log or an error tells what only the gateway may know.
func silent(t *testing.T, text string, s request.Subject) {
	t.Helper()
	for _, secret := range []string{password, officerName, officerNumber, s.Name, s.Number, s.Birth, "GD499", "password=", "token="} {
		if strings.Contains(text, secret) {
			t.Errorf("a secret is told: %q in\n%s", secret, text)
		}
	}
}
