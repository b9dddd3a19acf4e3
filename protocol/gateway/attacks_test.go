package gateway_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"

	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/wire"
)

// attacked is what an attacker has: everything that passed on the wire, and
// whatever the attack's story gives him beside it.
type attacked struct {
	t      *testing.T
	c      *centre
	d      *gatewaytest.Device // honest, but its key may be used
	first  gatewaytest.Message // accepted before the attack
	second gatewaytest.Message // made by d, and caught on the way
}

// sent is what the attacker sends, and where.
type sent struct {
	branch wire.Branch
	bytes  []byte
}

// attacks are the ways to forge a request. want is what the centre makes of it: a
// fault code when nobody can be answered, a reason of the refusal when the device
// gets a receipt, and the kind of the alarm that is kept.
func attacks() []struct {
	name string
	want string
	make func(a attacked) sent
} {
	type row = struct {
		name string
		want string
		make func(a attacked) sent
	}
	return []row{
		{"replayed by another device", "foreign-branch", func(a attacked) sent {
			return sent{a.other().Branch, a.second.Bytes}
		}},
		{"replayed evidence", "evidence-used-twice evidence-replayed", func(a attacked) sent {
			return a.own(a.d.CheckIn(a.t, gatewaytest.Person(1), "eye", func(_ *request.Outer, i *request.Inner) { i.Visit, i.Evidence = a.evidence() }))
		}},
		{"replayed evidence, after a month", "evidence-too-old evidence-moved", func(a attacked) sent {
			a.c.now = a.c.now.Add(30 * 24 * time.Hour)
			return a.own(a.replay(request.ClockSynced))
		}},
		{"altered", "CENTRE-01", func(a attacked) sent {
			b := bytes.Clone(a.second.Bytes)
			b[len(b)/2] ^= 1
			return sent{a.d.Branch, b}
		}},
		{"altered signature", "CENTRE-01", func(a attacked) sent {
			b := bytes.Clone(a.second.Bytes)
			s := new(big.Int).SetBytes(b[len(b)-32:])
			s.Sub(elliptic.P256().Params().N, s).FillBytes(b[len(b)-32:])
			return sent{a.d.Branch, b}
		}},
		{"re-signed by another device", "CENTRE-01", func(a attacked) sent {
			other := a.other()
			return sent{other.Branch, a.resign(a.second, other.Party, nil)}
		}},
		{"re-signed by another fleet", "CENTRE-01", func(a attacked) sent {
			stranger := gatewaytest.NewFleet(a.t, a.c.now).Device(a.t, "k01")
			return sent{a.d.Branch, a.resign(a.second, stranger.Party, nil)}
		}},
		{"re-signed by the centre's own receipt key", "CENTRE-01", func(a attacked) sent {
			return sent{a.d.Branch, a.resign(a.second, a.c.fleet.Receipt, nil)}
		}},
		{"moved to another service", "does-not-open evidence-moved", func(a attacked) sent {
			return sent{a.d.Branch, a.resign(a.second, a.d.Party, func(o *request.Outer) { o.Service = "H09" })}
		}},
		{"moved to another device", "does-not-open evidence-moved", func(a attacked) sent {
			other := a.other()
			return sent{other.Branch, a.resign(a.second, other.Party, func(o *request.Outer) {
				o.Device, o.Seq, o.Prev = other.Branch.Device, 1, request.Digest{}
			})}
		}},
		{"moved to another time", "does-not-open evidence-moved", func(a attacked) sent {
			return sent{a.d.Branch, a.resign(a.second, a.d.Party, func(o *request.Outer) {
				o.CreatedAt += time.Hour.Milliseconds()
				o.ExpiresAt += time.Hour.Milliseconds()
			})}
		}},
		{"moved past its end", "too-late", func(a attacked) sent {
			a.c.now = a.c.now.Add(48 * time.Hour)
			return a.own(a.second)
		}},
		{"another body under the same id", "id-reused", func(a attacked) sent {
			return a.own(a.d.CheckIn(a.t, gatewaytest.Person(3), "eye", func(o *request.Outer, _ *request.Inner) { o.ID = a.first.Outer.ID }))
		}},
		{"another request at the same place", "seq-reused", func(a attacked) sent {
			a.d.Seq, a.d.Prev = 0, request.Digest{}
			return a.own(a.d.CheckIn(a.t, gatewaytest.Person(3), "eye"))
		}},
		{"a changed past", "chain-broken", func(a attacked) sent {
			a.d.Seq, a.d.Prev = 1, request.Digest{7}
			return a.own(a.d.CheckIn(a.t, gatewaytest.Person(3), "eye"))
		}},
		{"sealed to another key", "sealed-to-another-key", func(a attacked) sent {
			service := a.c.fleet.Service
			defer func() { a.c.fleet.Service = service }()
			var err error
			if a.c.fleet.Service, err = envelope.NewServiceKey(); err != nil {
				a.t.Fatal(err)
			}
			a.d.Seq, a.d.Prev = 1, a.first.Digest
			return a.own(a.d.CheckIn(a.t, gatewaytest.Person(3), "eye"))
		}},
		{"sealed to another key, under our key's name", "does-not-open evidence-moved", func(a attacked) sent {
			foreign := gatewaytest.NewFleet(a.t, a.c.now).Device(a.t, "k01").CheckIn(a.t, gatewaytest.Person(3), "eye")
			ours, theirs := a.payload(a.second), a.payload(foreign)
			ours["enc"], ours["ct"] = theirs["enc"], theirs["ct"]
			return sent{a.d.Branch, a.sign(ours, a.d.Party)}
		}},
		{"in an officer's stolen session, at another device", "session-of-another session-stolen", func(a attacked) sent {
			other := a.other()
			return sent{other.Branch, a.officered("d-1", "o-1", other, 0).Bytes}
		}},
		{"in another officer's session", "session-of-another session-stolen", func(a attacked) sent {
			return a.own(a.officered("d-1", "o-2", a.d, 0))
		}},
		{"in an officer's session that is over", "session-over session-stolen", func(a attacked) sent {
			a.c.now = a.c.now.Add(13 * time.Hour)
			return a.own(a.officered("d-1", "o-1", a.d, 13*time.Hour))
		}},
		{"in the name of an officer who does not exist", "officer-not-on-roster officer-off-roster", func(a attacked) sent {
			return a.own(a.officered("d-1", "o-9", a.d, time.Minute))
		}},
		{"in the name of an officer, by a technician", "officer-not-on-roster officer-off-roster", func(a attacked) sent {
			return a.own(a.d.CheckIn(a.t, gatewaytest.Person(3), "eye", in("d-1", "o-1", roster.Technician)))
		}},
		{"in the name of an officer whose time is over", "officer-off-duty officer-off-roster", func(a attacked) sent {
			a.c.now = a.c.now.Add(48 * time.Hour)
			return a.own(a.officered("d-1", "o-1", a.d, 48*time.Hour))
		}},
		{"in the name of an officer, after the roster that has the officer no more", "officer-not-on-roster officer-off-roster", func(a attacked) sent {
			a.c.now = a.c.now.Add(time.Hour)
			a.c.roster(a.t, "o-2")
			return a.own(a.officered("d-1", "o-1", a.d, time.Hour))
		}},
		{"in the name of an officer, dated before the roster that has the officer no more", "officer-withdrawn", func(a attacked) sent {
			a.c.now = a.c.now.Add(time.Hour)
			a.c.roster(a.t, "o-2")
			return a.own(a.officered("d-1", "o-1", a.d, time.Minute))
		}},
		{"compared with the card by nobody", "compared-by-nobody level-above-evidence", func(a attacked) sent {
			return a.own(a.compared(1, "o-1", func(i *request.Inner) { i.Officer = nil }))
		}},
		{"compared with the card in another session", "compared-by-nobody level-above-evidence", func(a attacked) sent {
			return a.own(a.compared(1, "o-1", func(i *request.Inner) { i.Evidence.Facts.Biometric.Session = "d-2" }))
		}},
		{"compared with the card by a technician", "compared-by-nobody level-above-evidence", func(a attacked) sent {
			return a.own(a.compared(1, "o-1", func(i *request.Inner) { i.Officer.Role = string(roster.Technician) }))
		}},
		{"compared with a card whose picture was not read", "compared-with-nothing level-above-evidence", func(a attacked) sent {
			return a.own(a.compared(1, "o-1", func(i *request.Inner) { i.Evidence.Groups = i.Evidence.Groups[:2] }))
		}},
		{"compared with the card by an officer who does not exist", "officer-not-on-roster officer-off-roster", func(a attacked) sent {
			return a.own(a.compared(1, "o-9", nil))
		}},
		{"compared with the card in a session of another device", "session-of-another session-stolen", func(a attacked) sent {
			a.d = a.other()
			return a.own(a.compared(1, "o-1", nil))
		}},
		{"compared with the card by an officer who is the person", "officer-is-subject officer-off-roster", func(a attacked) sent {
			a.c.rosterOf(a.t, map[string]roster.Card{"o-1": roster.CardOf(a.c.fleet.Card(a.t, gatewaytest.Person(4)).SOD)}, "o-1")
			return a.own(a.compared(4, "o-1", nil))
		}},
		{"after the revocation", "CENTRE-05 revoked", func(a attacked) sent {
			a.c.revoke(a.d)
			return a.own(a.second)
		}},
		{"after the revocation, dated before it", "CENTRE-05 revoked", func(a attacked) sent {
			a.c.revoke(a.d)
			a.d.Pass(-30 * time.Minute)
			return a.own(a.d.CheckIn(a.t, gatewaytest.Person(3), "eye"))
		}},
		{"after the revocation, the certificate written in its other form", "CENTRE-05 revoked", func(a attacked) sent {
			a.c.revoke(a.d)
			disguised := a.d.Party
			disguised.Cert = gatewaytest.Rewritten(a.t, a.d.Cert)
			return sent{a.d.Branch, a.sign(a.payload(a.second), disguised)}
		}},
		{"after the facility was revoked", "CENTRE-05 revoked", func(a attacked) sent {
			a.c.revoked.Set(request.Revocation{}.With(envelope.FacilityName("99", "h001")))
			return a.own(a.second)
		}},
		{"after the facility was revoked, by a device that was certified since", "CENTRE-05 revoked", func(a attacked) sent {
			a.c.revoked.Set(request.Revocation{}.With(envelope.FacilityName("99", "h001")))
			other := a.other()
			return sent{other.Branch, other.CheckIn(a.t, gatewaytest.Person(3), "eye").Bytes}
		}},
		{"after the device's certificate ended", "CENTRE-01", func(a attacked) sent {
			a.c.now = a.c.now.AddDate(3, 0, 0)
			return a.own(a.second)
		}},
	}
}

// in makes a request in an officer's session.
func in(session, ref string, role roster.Role) func(*request.Outer, *request.Inner) {
	return func(_ *request.Outer, i *request.Inner) {
		i.Officer = &request.Officer{Session: session, Ref: ref, Role: string(role), Method: request.MethodPIN}
	}
}

// officered is a check-in in an officer's session, a while after the device's time.
func (a attacked) officered(session, ref string, d *gatewaytest.Device, after time.Duration) gatewaytest.Message {
	a.t.Helper()
	d.Pass(after)
	m := d.CheckIn(a.t, gatewaytest.Person(3), "eye", in(session, ref, roster.Duty))
	d.Pass(-after)
	return m
}

// compared is a check-in of a person whom the officer has compared with the card, in
// session d-1, with what the attacker then changes.
func (a attacked) compared(person int, ref string, alter func(*request.Inner)) gatewaytest.Message {
	a.t.Helper()
	p := gatewaytest.Person(person)
	return a.d.CheckIn(a.t, p, "eye", in("d-1", ref, roster.Duty), func(_ *request.Outer, i *request.Inner) {
		gatewaytest.Attended(i, a.c.fleet.Card(a.t, p))
		if alter != nil {
			alter(i)
		}
	})
}

func (a attacked) other() *gatewaytest.Device { return a.c.fleet.Device(a.t, "k02") }

func (a attacked) own(m gatewaytest.Message) sent { return sent{a.d.Branch, m.Bytes} }

// evidence is what an attacker with the kiosk's memory has of the first visit.
func (a attacked) evidence() (visit string, e request.Evidence) {
	a.t.Helper()
	opened, err := envelope.Verify(a.first.Bytes, a.c.fleet.Roots, a.c.now)
	if err != nil {
		a.t.Fatal(err)
	}
	in, err := opened.Open(a.c.fleet.Service)
	if err != nil {
		a.t.Fatal(err)
	}
	return in.Visit, in.Evidence
}

// payload takes a message's payload apart.
func (a attacked) payload(m gatewaytest.Message) (p map[string][]byte) {
	a.t.Helper()
	var signed cose.Sign1Message
	if err := errors.Join(signed.UnmarshalCBOR(m.Bytes), cbor.Unmarshal(signed.Payload, &p)); err != nil {
		a.t.Fatal(err)
	}
	return p
}

// resign signs a caught message anew, with another outer part if change says so.
func (a attacked) resign(m gatewaytest.Message, by gatewaytest.Party, change func(*request.Outer)) []byte {
	a.t.Helper()
	p := a.payload(m)
	if change != nil {
		o := m.Outer
		change(&o)
		var err error
		if p["outer"], err = request.Encode(o); err != nil {
			a.t.Fatal(err)
		}
	}
	return a.sign(p, by)
}

// sign makes an envelope in the protocol's own form.
func (a attacked) sign(payload map[string][]byte, by gatewaytest.Party) []byte {
	a.t.Helper()
	b, err := request.Encode(payload)
	if err != nil {
		a.t.Fatal(err)
	}
	signer, err := cose.NewSigner(cose.AlgorithmES256, by.Key)
	if err != nil {
		a.t.Fatal(err)
	}
	m := cose.NewSign1Message()
	m.Headers.Protected = cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm: cose.AlgorithmES256, cose.HeaderLabelContentType: envelope.TypeRequest, cose.HeaderLabelX5Chain: by.Cert.Raw,
	}
	m.Payload = b
	if err := m.Sign(rand.Reader, nil, signer); err != nil {
		a.t.Fatal(err)
	}
	s, n := new(big.Int).SetBytes(m.Signature[32:]), elliptic.P256().Params().N
	if s.Cmp(new(big.Int).Rsh(n, 1)) > 0 {
		new(big.Int).Sub(n, s).FillBytes(m.Signature[32:])
	}
	if b, err = m.MarshalCBOR(); err != nil {
		a.t.Fatal(err)
	}
	return b
}

// TestAttacks: each attack ends in its own fault or reason, with an alarm where a
// device's key was misused; no service hears of it, and nobody gets a receipt that
// says accepted.
func TestAttacks(t *testing.T) {
	for _, row := range attacks() {
		t.Run(row.name, func(t *testing.T) {
			c := newCentre(t)
			a := attacked{t: t, c: c, d: c.fleet.Device(t, "k01")}
			c.roster(t, "o-1", "o-2")
			a.first = a.d.CheckIn(t, gatewaytest.Person(1), "internal", in("d-1", "o-1", roster.Duty))
			c.deliver(t, a.d, a.first)
			a.second = a.d.CheckIn(t, gatewaytest.Person(2), "internal")
			s := row.make(a)
			reply, err := c.Process(t.Context(), s.branch, s.bytes)
			got := outcomeOf(c, t, reply, err)
			if got != row.want {
				t.Errorf("got %q, want %q: %v", got, row.want, err)
			}
			if c.calls["H01"] != 1 || reply.Status == request.StatusAccepted || reply.Status == request.StatusDuplicate || c.counts(t)["H01 accepted"] != 1 {
				t.Errorf("it had an effect: %d calls, %s, inbox %v", c.calls["H01"], reply.Status, c.counts(t))
			}
			if err == nil && len(reply.Receipt) == 0 || err != nil && len(reply.Receipt) > 0 {
				t.Errorf("a receipt of %d bytes with %v", len(reply.Receipt), err)
			}
		})
	}
}

// outcomeOf is what a message led to: a fault or a reason, and the alarm that the
// inbox has kept.
func outcomeOf(c *centre, t *testing.T, reply gateway.Reply, err error) string {
	t.Helper()
	var words []string
	if code := fault.CodeOf(err); err != nil && code != fault.Internal {
		words = append(words, string(code))
	}
	if reply.Reason != "" {
		words = append(words, reply.Reason)
	}
	for _, kind := range c.alarms(t) {
		words = append(words, string(kind))
	}
	return strings.Join(words, " ")
}

// TestReplay: the same bytes again, from the same device, are no attack: they get
// the same answer and have no second effect.
func TestReplay(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	first, _ := c.deliver(t, d, m)
	c.now = c.now.Add(24 * time.Hour)
	again, _ := c.deliver(t, d, m)
	if !again.Again || !bytes.Equal(first.Receipt, again.Receipt) || c.calls["H01"] != 1 {
		t.Errorf("again %v, %d calls", again.Again, c.calls["H01"])
	}
}

// TestSecurityPage: the page lists every attack of this file with what it leads to,
// and names only tests that are there.
func TestSecurityPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range attacks() {
		words := strings.Fields(row.want)
		line := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(row.name) + ` \|.*$`).FindString(string(page))
		if line == "" {
			t.Errorf("docs/security.md does not tell of %q", row.name)
		}
		for _, w := range words {
			if !strings.Contains(line, "`"+w+"`") {
				t.Errorf("docs/security.md does not say that %q leads to %s", row.name, w)
			}
		}
	}
	named := regexp.MustCompile("`([a-z/]+)` (Test[A-Za-z]+)").FindAllStringSubmatch(string(page), -1)
	if len(named) == 0 {
		t.Error("docs/security.md names no test")
	}
	for _, m := range named {
		if !declared(t, filepath.Join("..", "..", m[1]), m[2]) {
			t.Errorf("docs/security.md names %s %s, which is not there", m[1], m[2])
		}
	}
}

// declared tells whether a package has a test.
func declared(t *testing.T, dir, test string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(source, []byte("func "+test+"(")) {
			return true
		}
	}
	return false
}
