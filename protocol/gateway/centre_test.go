package gateway_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"motcua/protocol/anomaly"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/pki"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/simcentral"
)

// centre is a gateway on a file, which can be closed and opened again.
type centre struct {
	*gateway.Gateway
	fleet   *gatewaytest.Fleet
	inbox   *inboxsqlite.Store
	file    string
	now     time.Time
	trust   pki.Anchors
	revoked envelope.Revoked
	limits  gateway.Limits
	duty    gateway.Officers
	queues  []gateway.Queue
	rules   *anomaly.Policy
	calls   map[string]int // how often each service was asked
}

// counted counts the calls of a service.
type counted struct {
	gateway.Service
	c  *centre
	id string
}

func (s counted) Handle(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	s.c.calls[s.id]++ // in the inbox's transaction: one at a time
	return s.Service.Handle(ctx, st, r)
}

func newCentre(t *testing.T) *centre {
	t.Helper()
	c := &centre{fleet: gatewaytest.NewFleet(t, now()), file: filepath.Join(t.TempDir(), "inbox.db"), now: now(), calls: map[string]int{}}
	c.trust = c.fleet.Issuer.Anchors(t)
	c.open(t)
	t.Cleanup(func() { _ = c.inbox.Close() })
	return c
}

// revoke puts a device on the list.
func (c *centre) revoke(d *gatewaytest.Device) {
	c.revokeParty(d.Party)
}

func (c *centre) revokeParty(p gatewaytest.Party) {
	c.revoked.Set(request.Revocation{}.With(envelope.CertificateName(p.Cert)))
}

// roster has officers on duty at the fleet's facility for a day.
func (c *centre) roster(t *testing.T, refs ...string) {
	t.Helper()
	c.rosterOf(t, nil, refs...)
}

// rosterOf also says whose card is whose.
func (c *centre) rosterOf(t *testing.T, cards map[string]roster.Card, refs ...string) {
	t.Helper()
	var r roster.Roster
	r.Serial, r.Issued, r.Expires = 1, c.now.Add(-time.Minute), c.now.Add(24*time.Hour)
	for i, ref := range refs {
		card, known := cards[ref]
		if !known {
			card = roster.Card{byte(i + 1)}
		}
		r.Officers = append(r.Officers, roster.Officer{
			Ref: ref, Role: roster.Duty, Facility: "h001", Card: card,
			From: c.now.Add(-24 * time.Hour), Until: c.now.Add(24 * time.Hour),
		})
	}
	c.duty.Set(r)
}

func (c *centre) open(t *testing.T) {
	t.Helper()
	var err error
	if c.inbox != nil {
		_ = c.inbox.Close()
	}
	if c.inbox, err = inboxsqlite.Open(t.Context(), c.file); err != nil {
		t.Fatal(err)
	}
	insurer, err := simcentral.NewInsurer(map[string]simcentral.Record{
		gatewaytest.Person(1).Number: {Code: "000", CardNo: "GD4990990000001", ValidFrom: "2026-01-01", ValidTo: "2026-12-31", FacilityName: "Bệnh viện Mẫu"},
	})
	if err != nil {
		t.Fatal(err)
	}
	services := map[string]gateway.Service{}
	for id, s := range simcentral.Services(insurer) {
		services[id] = counted{s, c, id}
	}
	c.with(t, services)
}

// with opens the gateway with other services.
func (c *centre) with(t *testing.T, services map[string]gateway.Service) {
	t.Helper()
	var err error
	c.Gateway, err = gateway.New(gateway.Config{
		Roots: c.fleet.Roots, Service: c.fleet.Service, Signer: c.fleet.Receipt.Key, Chain: c.fleet.Receipt.Chain(),
		Inbox: c.inbox, Services: services, Now: func() time.Time { return c.now }, Rand: rand.Reader, Trust: gateway.NewTrusted(c.trust), Nonces: gateway.DefaultNonces(), Revoked: &c.revoked, Limits: c.limits,
		Officers: &c.duty, Queues: c.queues, Rules: c.rules,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// deliver processes a message that must be taken and returns its verified receipt.
func (c *centre) deliver(t *testing.T, d *gatewaytest.Device, m gatewaytest.Message) (gateway.Reply, request.Receipt) {
	t.Helper()
	reply, err := c.Process(t.Context(), d.Branch, m.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	r, err := envelope.VerifyReceipt(reply.Receipt, c.fleet.Roots, c.now)
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != m.Outer.ID || r.Digest != m.Digest || r.Device != d.Branch.Device || r.Seq != m.Outer.Seq || r.Status != reply.Status {
		t.Fatalf("the receipt is for something else: %+v", r)
	}
	return reply, r
}

// answer opens the result of a reply.
func (c *centre) answer(t *testing.T, reply gateway.Reply, m gatewaytest.Message) request.Answer {
	t.Helper()
	r, err := envelope.VerifyResult(reply.Result, c.fleet.Roots, c.now)
	if err != nil {
		t.Fatal(err)
	}
	a, err := envelope.OpenResult(r, m.Reply)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// counts are the inbox's counts as "service status".
func (c *centre) counts(t *testing.T) map[string]int {
	t.Helper()
	list, err := c.inbox.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]int{}
	for _, n := range list {
		all[n.Service+" "+string(n.Status)] = n.Count
	}
	return all
}

// record is what the inbox has of a message.
func (c *centre) record(t *testing.T, d *gatewaytest.Device, m gatewaytest.Message) (r *gateway.Record) {
	t.Helper()
	err := c.inbox.Update(t.Context(), func(tx gateway.Tx) (err error) {
		r, err = tx.Record(d.Branch.Device, m.Outer.ID)
		return err
	})
	if err != nil || r == nil {
		t.Fatalf("record %v, %v", r, err)
	}
	return r
}

func (c *centre) alarms(t *testing.T) []gateway.AlarmKind {
	t.Helper()
	list, err := c.inbox.Alarms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []gateway.AlarmKind
	for _, a := range list {
		all = append(all, a.Kind)
	}
	return all
}
