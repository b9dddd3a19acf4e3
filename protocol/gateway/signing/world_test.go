package signing_test

import (
	"context"
	"crypto/ecdsa"
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
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/dossier"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/gateway/linked"
	"motcua/protocol/gateway/signing"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/simcentral/hub"
	"motcua/protocol/simcentral/trouble"
	"motcua/protocol/wire"
	"motcua/protocol/workday"
)

// begun is Tuesday 2026-03-03 09:00 +07:00.
func begun() time.Time { return time.UnixMilli(1772503200000) }

// The officers' cards, by reference: op-3 is of another facility.
var cards = map[string]int{"op-1": 17, "op-2": 18, "op-3": 19}

func facilityOf(ref string) string {
	if ref == "op-3" {
		return "h002"
	}
	return "h001"
}

// world is a gateway with the hub behind it, over HTTP, and officers with tokens.
type world struct {
	*gateway.Gateway
	t       *testing.T
	fleet   *gatewaytest.Fleet
	kiosks  map[string]*gatewaytest.Device // by facility
	hub     *hub.Hub
	tokens  map[string]gatewaytest.Party // by name: the officer's, and wrong ones
	log     gatewaytest.Log
	now     time.Time
	paper   int
	service *signing.Service
}

// newWorld has tokens and a ward that works in a minute.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, fleet: gatewaytest.NewFleet(t, begun()), now: begun(), tokens: map[string]gatewaytest.Party{}}
	w.kiosks = map[string]*gatewaytest.Device{
		"h001": w.fleet.Device(t, "k01"), "h002": w.fleet.DeviceAt(t, wire.Branch{Province: "99", Facility: "h002", Device: "k02"}),
	}
	minute := trouble.Duration(time.Minute)
	var err error
	w.hub, err = hub.New(hub.Scenario{
		Client: hub.Account{ID: "gateway", Secret: "invented"}, Agencies: map[dossier.Agency]hub.Agency{dossier.Ward: {Works: minute, Sync: minute}},
	}, func() time.Time { return w.now })
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.hub)
	t.Cleanup(server.Close)
	client, err := linked.OpenHub(linked.HubConfig{Address: server.URL, Client: "gateway", Secret: "invented", Now: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	for name := range cards {
		w.token(name, name, nil)
	}
	w.open(client)
	return w
}

// token makes a certificate and its key, of the signers' authority unless it is changed.
func (w *world) token(name, officer string, change func(*x509.Certificate)) {
	w.t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(100 + len(w.tokens))), Subject: pkix.Name{CommonName: officer},
		KeyUsage: x509.KeyUsageContentCommitment, NotBefore: begun().AddDate(0, -1, 0), NotAfter: begun().AddDate(0, 1, 0),
	}
	if change != nil {
		change(template)
	}
	w.tokens[name] = w.fleet.Issue(w.t, template)
}

// open starts the gateway.
func (w *world) open(client *linked.Hub) {
	w.t.Helper()
	inbox, err := inboxsqlite.Open(w.t.Context(), filepath.Join(w.t.TempDir(), "inbox.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = inbox.Close() })
	calendar, err := workday.New()
	if err != nil {
		w.t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	services := linked.Config{
		Hub: client, Calendar: calendar, Key: []byte("key"), Log: log, Poll: time.Minute,
		Raise: func(context.Context, gateway.Alarm) {}, Block: func(context.Context, string, string, time.Time) error { return nil },
	}.Services()
	w.service = &signing.Service{Hub: client, Authority: w.fleet.Roots, Log: log, Signers: func() (all []*x509.Certificate) {
		for name, p := range w.tokens {
			if name != "unregistered" {
				all = append(all, p.Cert)
			}
		}
		return all
	}}
	services[catalogue.SigningDesk] = w.service
	w.Gateway, err = gateway.New(gateway.Config{
		Roots: w.fleet.Roots, Service: w.fleet.Service, Signer: w.fleet.Receipt.Key, Chain: w.fleet.Receipt.Chain(), Inbox: inbox,
		Services: services, Now: func() time.Time { return w.now }, Rand: rand.Reader,
		Trust: gateway.NewTrusted(w.fleet.Issuer.Anchors(w.t)), Nonces: gateway.DefaultNonces(), Officers: w.roster(),
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) roster() *gateway.Officers {
	var r roster.Roster
	r.Serial, r.Issued, r.Expires = 1, begun().Add(-time.Minute), begun().Add(72*time.Hour)
	for ref, card := range cards {
		r.Officers = append(r.Officers, roster.Officer{
			Ref: ref, Role: roster.Duty, Facility: facilityOf(ref), Card: roster.CardOf(w.fleet.Card(w.t, gatewaytest.Person(card)).SOD),
			From: begun().AddDate(0, -1, 0), Until: begun().AddDate(0, 1, 0),
		})
	}
	officers := &gateway.Officers{}
	officers.Set(r)
	return officers
}

func (w *world) pass(d time.Duration) {
	w.now = w.now.Add(d)
	for _, k := range w.kiosks {
		k.Pass(d)
	}
}

// work does what is due until nothing is.
func (w *world) work() (all []gateway.Reply) {
	w.t.Helper()
	for range 5 {
		replies, err := w.Work(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, replies...)
	}
	return all
}

type values = map[string]request.Value

// born has a birth registered at h001, so that there is an extract to sign.
func (w *world) born() {
	w.t.Helper()
	s, _ := catalogue.Lookup(catalogue.Birth)
	form := cataloguetest.Fill(s, map[string]string{"relation": "mother"})
	w.paper++
	form.Values["mother"], form.Values["certificate_no"] = request.PersonValue(gatewaytest.Person(1)), request.TextValue("CS-000"+string(rune('0'+w.paper)))
	k := w.kiosks["h001"]
	m := k.Seal(w.t, catalogue.Birth, gatewaytest.Person(1), form, func(_ *request.Outer, i *request.Inner) { live(i, request.E3) })
	reply, err := w.Process(w.t.Context(), k.Branch, m.Bytes)
	if err != nil || reply.Status != request.StatusAccepted {
		w.t.Fatalf("the birth is %s because of %q, %v", reply.Status, reply.Reason, err)
	}
	w.work()
	w.pass(3 * time.Minute)
}

func live(i *request.Inner, level request.Level) {
	i.Evidence.Level = level
	i.Evidence.Facts.Biometric = &request.Biometric{Modality: "finger", Method: "central", Matched: true, Score: 60, Threshold: 40, Liveness: "not-checked"}
}

// ended is what came of a request in the end.
type ended struct {
	status request.Status
	reason string
	tasks  []request.SignTask
}

// asks has an officer ask the desk something, at a kiosk of their facility.
func (w *world) asks(officer string, v values) ended {
	w.t.Helper()
	s, _ := catalogue.Lookup(catalogue.SigningDesk)
	k := w.kiosks[facilityOf(officer)]
	m := k.Seal(w.t, catalogue.SigningDesk, gatewaytest.Person(cards[officer]), request.GenericForm{Entry: s.Entry(), Values: v}, func(o *request.Outer, i *request.Inner) {
		i.Subject, i.Officer = nil, &request.Officer{Session: "d-" + officer, Ref: officer, Role: string(roster.Duty), Method: request.MethodPIN}
		live(i, request.E4)
		i.Evidence.Facts.Secret = true
	})
	reply, err := w.Process(w.t.Context(), k.Branch, m.Bytes)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range w.work() {
		if r.ID == reply.ID {
			reply.Result = r.Result
		}
	}
	e := ended{status: reply.Status, reason: reply.Reason}
	if reply.Result == nil {
		return e
	}
	r, err := envelope.VerifyResult(reply.Result, w.fleet.Roots, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(r.Sealed) == 0 {
		e.reason = r.Codes[0]
		return e
	}
	a, err := envelope.OpenResult(r, m.Reply)
	if err != nil || a.Signing == nil {
		w.t.Fatalf("%v", err)
	}
	e.tasks = a.Signing.Tasks
	return e
}

func (w *world) lists(officer string) []request.SignTask {
	w.t.Helper()
	return w.asks(officer, values{"act": request.TextValue("list")}).tasks
}

func about(act string, doc request.Digest) values {
	return values{"act": request.TextValue(act), "document": request.TextValue(doc.String())}
}

// signature is a good form of a signature by a token, with other answers in their place.
func (w *world) signature(token string, doc request.Digest, other values) values {
	w.t.Helper()
	p := w.tokens[token]
	b, err := ecdsa.SignASN1(rand.Reader, p.Key, doc[:])
	if err != nil {
		w.t.Fatal(err)
	}
	sum := sha256.Sum256(p.Cert.Raw)
	v := about("sign", doc)
	v["algorithm"], v["certificate"] = request.TextValue("ES256"), request.TextValue(hex.EncodeToString(sum[:]))
	v["signature"], v["signed_at"] = request.TextValue(hex.EncodeToString(b)), request.TextValue(minute(w.now))
	maps.Copy(v, other)
	return v
}

func minute(at time.Time) string { return at.In(workday.Zone()).Format("02/01/2006 15:04") }
