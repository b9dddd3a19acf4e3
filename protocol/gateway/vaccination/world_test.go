package vaccination_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"log/slog"
	"maps"
	"math/big"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/hc1"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/gateway/vaccination"
	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/simcentral/registry"
	"motcua/protocol/wire"
)

// now is a fixed instant: 2026-03-02 07:30:00 +07:00.
func now() time.Time { return time.UnixMilli(1772411400000) }

const (
	token    = "invented-token"
	place    = "Trạm y tế Mẫu"
	today    = "2026-03-02"
	antigen  = "covid-19"
	planID   = "plan-1"
	lotID    = "LOT-0991"
	district = "d001/district-1" // approves
	nurse    = "op-1"            // opens and records
	head     = "op-2"            // attests
)

// The officers' cards, by reference.
var cards = map[string]int{nurse: 17, head: 18, "op-3": 19}

// world is a gateway with a real registry behind it, over HTTP.
type world struct {
	*gateway.Gateway
	fleet     *gatewaytest.Fleet
	inbox     *inboxsqlite.Store
	registry  *registry.Registry
	server    *httptest.Server
	service   *vaccination.Service
	client    *vaccination.Registry
	approver  ed25519.PrivateKey
	attester  gatewaytest.Party // of head
	issuer    *hc1.Issuer
	approvals map[string][]byte
	log       bytes.Buffer
	raised    []gateway.AlarmKind
	now       time.Time
	kiosk     *gatewaytest.Device
	config    gateway.Config
}

func lot(change ...func(*immunisation.Lot)) immunisation.Lot {
	l := immunisation.Lot{
		Lot: lotID, Antigen: antigen, Expires: "2026-12-31", Doses: 2, Pause: 21,
		Disease: "840539006", Vaccine: "1119349007", Product: "EU/1/20/1528", Maker: "ORG-100030215",
	}
	for _, f := range change {
		f(&l)
	}
	return l
}

func planned(change ...func(*immunisation.Plan)) immunisation.Plan {
	p := immunisation.Plan{
		ID: planID, Facility: "h001", Place: place, Day: today, Proposer: "op-3", Most: 100,
		Lots: []immunisation.Lot{lot(), lot(func(l *immunisation.Lot) { l.Lot, l.Expires = "LOT-OLD", "2026-03-01" }), lot(func(l *immunisation.Lot) { l.Lot, l.Antigen = "LOT-FLU", "influenza" })},
	}
	for _, f := range change {
		f(&p)
	}
	return p
}

func newWorld(t *testing.T, plans ...immunisation.Plan) *world {
	t.Helper()
	w := &world{fleet: gatewaytest.NewFleet(t, now()), now: now(), approvals: map[string][]byte{}}
	_, w.approver, _ = ed25519.GenerateKey(rand.Reader)
	w.attester = w.fleet.Issue(t, attesterTemplate(head, now()))
	w.issuer = newIssuer(t)
	for _, p := range append(plans, planned()) {
		w.approves(t, p, "d001", "district-1")
	}
	stored := maps.Clone(w.approvals)
	stored["plan-proposed"] = nil
	w.registry = registry.New(registry.Scenario{Token: token, Plans: stored})
	w.server = httptest.NewServer(w.registry)
	t.Cleanup(w.server.Close)
	w.open(t)
	w.kiosk = w.fleet.Device(t, "k01")
	return w
}

// approves has somebody approve a plan.
func (w *world) approves(t *testing.T, p immunisation.Plan, facility, ref string) {
	t.Helper()
	b, err := immunisation.Approve(immunisation.Approval{Plan: p, Facility: facility, Ref: ref, At: now().Unix()}, w.approver)
	if err != nil {
		t.Fatal(err)
	}
	w.approvals[p.ID] = b
}

// approvers of the roster: somebody, and the nurse under another facility's name. Both
// have one key: what the nurse may not is not a matter of that.
func (w *world) approvers(t *testing.T) []roster.Officer {
	t.Helper()
	var all []roster.Officer
	for _, o := range []struct {
		facility, ref string
		card          int
	}{{"d001", "district-1", 30}, {"d001", "the-nurse", cards[nurse]}} {
		all = append(all, roster.Officer{
			Facility: o.facility, Ref: o.ref, Role: roster.Approver, Key: roster.Key(w.approver.Public().(ed25519.PublicKey)),
			Card: roster.CardOf(w.fleet.Card(t, gatewaytest.Person(o.card)).SOD), From: now().AddDate(0, -1, 0), Until: now().AddDate(0, 1, 0),
		})
	}
	return all
}

// open starts the gateway.
func (w *world) open(t *testing.T) {
	t.Helper()
	var err error
	if w.client, err = vaccination.OpenRegistry(vaccination.RegistryConfig{Address: w.server.URL, Token: token}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.client.Close)
	if w.inbox, err = inboxsqlite.Open(t.Context(), filepath.Join(t.TempDir(), "inbox.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.inbox.Close() })
	w.service = &vaccination.Service{
		Registry: w.client, Sealer: immunisation.NewSealer([]byte("a key of the tests")), Issuer: w.issuer, IssuedBy: "Sở Y tế Mẫu",
		Approvers:   func() []roster.Officer { return w.approvers(t) },
		Attesters:   func() []*x509.Certificate { return []*x509.Certificate{w.attester.Cert} },
		Supervisors: []string{"d001"},
		Raise:       func(_ context.Context, a gateway.Alarm) { w.raised = append(w.raised, a.Kind) },
		Log:         slog.New(slog.NewJSONHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:         func() time.Time { return w.now }, Rand: rand.Reader,
	}
	w.config = gateway.Config{
		Roots: w.fleet.Roots, Service: w.fleet.Service, Signer: w.fleet.Receipt.Key, Chain: w.fleet.Receipt.Chain(), Inbox: w.inbox,
		Services: w.service.Services(), Now: func() time.Time { return w.now }, Rand: rand.Reader,
		Trust: gateway.NewTrusted(w.fleet.Issuer.Anchors(t)), Nonces: gateway.DefaultNonces(), Officers: w.roster(t),
	}
	if w.Gateway, err = gateway.New(w.config); err != nil {
		t.Fatal(err)
	}
}

// roster has the officers on duty at both facilities, each with their own card.
func (w *world) roster(t *testing.T) *gateway.Officers {
	t.Helper()
	var r roster.Roster
	r.Serial, r.Issued, r.Expires = 1, now().Add(-time.Minute), now().Add(72*time.Hour)
	for _, facility := range []string{"d001", "h001", "h002"} {
		for _, ref := range slices.Sorted(maps.Keys(cards)) {
			r.Officers = append(r.Officers, roster.Officer{
				Ref: ref, Role: roster.Duty, Facility: facility, Card: roster.CardOf(w.fleet.Card(t, gatewaytest.Person(cards[ref])).SOD),
				From: now().AddDate(0, -1, 0), Until: now().AddDate(0, 6, 0),
			})
		}
	}
	officers := &gateway.Officers{}
	officers.Set(r)
	return officers
}

// device enrols a device of another facility.
func (w *world) device(t *testing.T, facility, id string) *gatewaytest.Device {
	t.Helper()
	return w.fleet.DeviceAt(t, wire.Branch{Province: "99", Facility: facility, Device: id})
}

func attesterTemplate(ref string, at time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(40), Subject: pkix.Name{CommonName: ref}, NotBefore: at.Add(-time.Hour), NotAfter: at.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

func newIssuer(t *testing.T) *hc1.Issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"VN"}, CommonName: "DEMO"},
		NotBefore: now().AddDate(-1, 0, 0), NotAfter: now().AddDate(3, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	i, err := hc1.NewIssuer(key, der)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// pass moves the clocks of the centre and of the kiosk.
func (w *world) pass(d time.Duration) {
	w.now = w.now.Add(d)
	w.kiosk.Pass(d)
}

type (
	change = func(*request.Outer, *request.Inner)
	values = map[string]request.Value
)

// ended is what came of a request.
type ended struct {
	status request.Status
	reason string
	class  request.Class
	codes  []string
	answer request.Answer
}

// officer makes a request that of an officer on duty, with E4 of their own card.
func officer(ref string) change {
	return func(o *request.Outer, i *request.Inner) {
		i.Subject, i.Officer = nil, onDuty(o, ref)
		live(i)
		i.Evidence.Facts.Secret, i.Evidence.Level = true, request.E4
	}
}

// attended makes a request that of a person beside an officer on duty, with E3.
func attended(ref string) change {
	return func(o *request.Outer, i *request.Inner) {
		if ref != "" {
			i.Officer = onDuty(o, ref)
		}
		live(i)
	}
}

// onDuty is an officer in a session of the day at the device.
func onDuty(o *request.Outer, ref string) *request.Officer {
	day := time.UnixMilli(o.CreatedAt).UTC().Format("0102")
	return &request.Officer{Session: "d-" + ref + "-" + o.Device + "-" + day, Ref: ref, Role: string(roster.Duty), Method: request.MethodPIN}
}

func live(i *request.Inner) {
	i.Evidence.Level = request.E3
	i.Evidence.Facts.Biometric = &request.Biometric{Modality: "finger", Method: "central", Matched: true, Score: 60, Threshold: 40, Liveness: "not-checked"}
}

// queued gives a request the time that the catalogue gives it.
func queued(o *request.Outer, _ *request.Inner) {
	o.ExpiresAt = o.CreatedAt + vaccination.LateMost.Milliseconds()
}

func form(service string, v values) request.GenericForm {
	s, _ := catalogue.Lookup(service)
	return request.GenericForm{Entry: s.Entry(), Values: v}
}

// changed is values with others in their place; a zero one takes its own away.
func changed(v values, other values) values {
	v = maps.Clone(v)
	for k, o := range other {
		if o == (request.Value{}) {
			delete(v, k)
			continue
		}
		v[k] = o
	}
	return v
}

// deliver brings a message to the gateway and does what that put off.
func (w *world) deliver(t *testing.T, d *gatewaytest.Device, m gatewaytest.Message) ended {
	t.Helper()
	reply, err := w.Process(t.Context(), d.Branch, m.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if reply.Status == request.StatusAccepted || reply.Status == request.StatusDuplicate {
		replies, err := w.Work(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(replies) == 0 {
			return ended{status: "waiting"}
		}
		reply = replies[0]
	}
	return w.opened(t, reply, m)
}

func (w *world) opened(t *testing.T, reply gateway.Reply, m gatewaytest.Message) ended {
	t.Helper()
	e := ended{status: reply.Status, reason: reply.Reason}
	if reply.Result == nil {
		return e
	}
	r, err := envelope.VerifyResult(reply.Result, w.fleet.Roots, w.now)
	if err != nil {
		t.Fatal(err)
	}
	if e.class, e.codes = r.Class, r.Codes; len(r.Sealed) == 0 {
		return e
	}
	if e.answer, err = envelope.OpenResult(r, m.Reply); err != nil {
		t.Fatal(err)
	}
	return e
}

func (w *world) opening(plan string) values {
	digest := immunisation.ApprovalDigest(w.approvals[plan])
	return values{
		"act": request.TextValue("open"), "plan": request.TextValue(plan), "approver": request.TextValue(district),
		"approval": request.TextValue(hex.EncodeToString(digest[:])), "place": request.TextValue(place),
		"lots": request.ListValue(lotID), "antigens": request.ListValue(antigen),
	}
}

// asksToOpen has an officer open a session.
func (w *world) asksToOpen(t *testing.T, d *gatewaytest.Device, ref string, v values, more ...change) ended {
	t.Helper()
	return w.deliver(t, d, d.Seal(t, catalogue.VaccineSession, gatewaytest.Person(cards[ref]), form(catalogue.VaccineSession, v), append([]change{officer(ref)}, more...)...))
}

// opens opens the session of a plan, which must be taken.
func (w *world) opens(t *testing.T, plan string) request.AnswerSession {
	t.Helper()
	e := w.asksToOpen(t, w.kiosk, nurse, w.opening(plan))
	if e.answer.Session == nil {
		t.Fatalf("opening: %s because of %q\n%s", e.status, e.reason, w.log.String())
	}
	return *e.answer.Session
}

func (w *world) closes(t *testing.T, d *gatewaytest.Device, ref, plan, session string) ended {
	t.Helper()
	return w.deliver(t, d, d.Seal(t, catalogue.VaccineSession, gatewaytest.Person(cards[ref]), form(catalogue.VaccineSession, values{
		"act": request.TextValue("close"), "plan": request.TextValue(plan), "session": request.TextValue(session),
	}), officer(ref)))
}

func given(session string, dose uint64) values {
	return values{
		"session": request.TextValue(session), "antigen": request.TextValue(antigen), "dose": request.NumberValue(dose),
		"lot": request.TextValue(lotID), "site": request.TextValue("left-arm"),
	}
}

// sealDose is a dose on its way.
func (w *world) sealDose(t *testing.T, d *gatewaytest.Device, person int, v values, more ...change) gatewaytest.Message {
	t.Helper()
	return d.Seal(t, catalogue.RecordDose, gatewaytest.Person(person), form(catalogue.RecordDose, v), append([]change{attended(nurse), queued}, more...)...)
}

func (w *world) asksToRecord(t *testing.T, person int, v values, more ...change) ended {
	t.Helper()
	return w.deliver(t, w.kiosk, w.sealDose(t, w.kiosk, person, v, more...))
}

// records records a dose, which must be taken, and gives its id.
func (w *world) records(t *testing.T, person int, session string, dose uint64) string {
	t.Helper()
	e := w.asksToRecord(t, person, given(session, dose))
	if e.answer.Filed == nil {
		t.Fatalf("recording: %s because of %q\n%s", e.status, e.reason, w.log.String())
	}
	return e.answer.Filed.No
}

func (w *world) attesting(t *testing.T, by gatewaytest.Party, batch string, records uint32) values {
	t.Helper()
	sum := sha256.Sum256(immunisation.AttestedBytes(batch))
	signature, err := ecdsa.SignASN1(rand.Reader, by.Key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	certificate := sha256.Sum256(by.Cert.Raw)
	return values{
		"batch": request.TextValue(batch), "records": request.NumberValue(uint64(records)),
		"certificate": request.TextValue(hex.EncodeToString(certificate[:])), "signature": request.TextValue(hex.EncodeToString(signature)),
	}
}

func (w *world) asksToAttest(t *testing.T, d *gatewaytest.Device, ref string, v values) ended {
	t.Helper()
	return w.deliver(t, d, d.Seal(t, catalogue.AttestDoses, gatewaytest.Person(cards[ref]), form(catalogue.AttestDoses, v), officer(ref)))
}

// attests closes a session and attests its doses.
func (w *world) attests(t *testing.T, plan, session string) {
	t.Helper()
	e := w.closes(t, w.kiosk, head, plan, session)
	if e.answer.Session == nil || e.answer.Session.Batch == "" {
		t.Fatalf("closing: %s because of %q", e.status, e.reason)
	}
	if e := w.asksToAttest(t, w.kiosk, head, w.attesting(t, w.attester, e.answer.Session.Batch, e.answer.Session.Records)); e.answer.Filed == nil {
		t.Fatalf("attesting: %s because of %q", e.status, e.reason)
	}
}

func (w *world) asksForCertificate(t *testing.T, person int, doses ...string) ended {
	t.Helper()
	v := values{"act": request.TextValue("issue")}
	if len(doses) > 0 {
		v["doses"] = request.ListValue(doses...)
	}
	return w.deliver(t, w.kiosk, w.kiosk.Seal(t, catalogue.VaccineCert, gatewaytest.Person(person), form(catalogue.VaccineCert, v), attended("")))
}

func (w *world) revokes(t *testing.T, d *gatewaytest.Device, credential string) ended {
	t.Helper()
	return w.deliver(t, d, d.Seal(t, catalogue.VaccineCert, gatewaytest.Person(cards[head]), form(catalogue.VaccineCert, values{
		"act": request.TextValue("revoke"), "credential": request.TextValue(credential), "reason": request.TextValue("Buổi tiêm không diễn ra"),
	}), officer(head)))
}

// silent fails when a log tells what it must not.
func (w *world) silent(t *testing.T, persons ...int) {
	t.Helper()
	for _, p := range persons {
		for _, secret := range []string{gatewaytest.Person(p).Number, gatewaytest.Person(p).Name, token, "Buổi tiêm"} {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("the log tells %q", secret)
			}
		}
	}
}
