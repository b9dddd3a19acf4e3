package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/hc1"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
	"motcua/protocol/wire"
	"motcua/protocol/workday"
)

const immunisationText = `
[duty]
roster = "roster"
key = "registrar.pub"

[vaccination]
key = "lists.pub"
signers = "signers.signed"
revocations = "revocations.signed"
list_key = "lists.key"
believed = "believed"

[immunisation]
address = "http://127.0.0.1:%PORT"
token_file = "registry.token"
seal_file = "registry.seal"
certificate = "believed/issuer.crt"
key = "issuer.key"
issued_by = "Sở Y tế Mẫu"
attesters = "attesters"

[anomaly] # the station is new, and tests run at night
off = ["dormant-facility", "out-of-hours"]
`

// station is a world whose centre has an immunisation registry: a plan of today,
// approved by the tool of approvers; two officers; an issuer.
type station struct {
	*world
	attester gatewaytest.Party
	approval string // digest
	served   *running
}

const (
	stationPlan    = `{"id":"plan-1","facility":"h001","place":"Trạm y tế Mẫu","day":"%DAY","proposer":"op-9","most":5,"lots":[{"lot":"LOT-0991","antigen":"covid-19","expires":"2099-12-31","doses":2,"pause":21,"disease":"840539006","vaccine":"1119349007","product":"EU/1/20/1528","maker":"ORG-100030215"}]}`
	registryToken  = "invented-token"
	registrySecret = "0123456789abcdef0123456789abcdef"
)

func newStation(t *testing.T) *station {
	t.Helper()
	s := &station{world: newWorld(t)}
	registrar, approver := s.keyFiles(t, "registrar"), s.keyFiles(t, "approver")
	s.keyFiles(t, "lists")
	s.attester = s.fleet.Issue(t, &x509.Certificate{
		SerialNumber: big.NewInt(70), Subject: pkix.Name{CommonName: "op-2"}, NotBefore: s.fleet.From, NotAfter: s.fleet.From.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	})
	for _, dir := range []string{"believed", "attesters"} {
		if err := os.Mkdir(s.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s.issuer(t)
	for name, text := range map[string]string{
		"attesters/op-2.crt": string(s.attester.CertPEM()), "registry.token": registryToken + "\n", "registry.seal": registrySecret + "\n",
		"plan.json": strings.Replace(stationPlan, "%DAY", time.Now().In(workday.Zone()).Format(time.DateOnly), 1),
	} {
		s.write(t, name, []byte(text))
	}
	s.officers(t, registrar, approver)
	out, status := s.bare(t, "vaccination", "approve", "-plan", s.path("plan.json"), "-by", "d001/ap-1", "-key", s.path("approver.key"), "-out", s.path("approval"))
	if status != exitOK || !strings.HasPrefix(out, "plan-1 is approved by d001/ap-1; approval ") {
		t.Fatalf("approving: %d, %q", status, out)
	}
	s.approval = strings.TrimSpace(out[strings.LastIndex(out, " "):])
	approval, err := os.ReadFile(s.path("approval"))
	if err != nil {
		t.Fatal(err)
	}
	scenario, err := json.Marshal(map[string]any{"token": registryToken, "plans": map[string][]byte{"plan-1": approval}})
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "registry.json", scenario)
	s.write(t, "gatewayd.toml", []byte(tomlText+strings.Replace(immunisationText, "%PORT", s.playWith(t, "registry", "registry.json"), 1)))
	return s
}

// bare runs a command that needs no configuration.
func (s *station) bare(t *testing.T, args ...string) (out string, status int) {
	t.Helper()
	var b strings.Builder
	status = run(t.Context(), args, &b, &b)
	return b.String(), status
}

func (s *station) issuer(t *testing.T) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"VN"}, CommonName: "DEMO"}, NotBefore: s.fleet.From, NotAfter: s.fleet.From.AddDate(2, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "believed/issuer.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	s.write(t, "issuer.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

// The officers op-1 and op-2 come with the cards of these people.
var stationCards = map[string]int{"op-1": 17, "op-2": 18}

func (s *station) officers(t *testing.T, registrar, approver ed25519.PrivateKey) {
	t.Helper()
	at := time.Now().Truncate(time.Second)
	entry := func(ref string, role roster.Role, facility string, card int) roster.Officer {
		return roster.Officer{
			Ref: ref, Role: role, Facility: facility, Card: roster.CardOf(s.fleet.Card(t, gatewaytest.Person(card)).SOD), From: at.Add(-time.Hour), Until: at.Add(24 * time.Hour),
		}
	}
	all := []roster.Officer{entry("ap-1", roster.Approver, "d001", 30), entry("op-1", roster.Duty, "h001", 17), entry("op-2", roster.Duty, "h001", 18)}
	all[0].Key = roster.Key(approver.Public().(ed25519.PublicKey))
	for i := range all[1:] {
		pin, err := roster.NewPIN("482915", rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		all[i+1].PIN = pin
	}
	b, err := roster.Sign(roster.Roster{Head: signedlist.Head{Serial: 1, Issued: at, Expires: at.Add(24 * time.Hour)}, Officers: all}, registrar)
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "roster", b)
}

// asks sends a form over the broker, of a person beside an officer, or of the officer
// when the person is none, and opens the answer.
func (s *station) asks(t *testing.T, k *kiosk, service, officer string, person int, values map[string]request.Value) (request.Result, request.Answer) {
	t.Helper()
	kind, _ := catalogue.Lookup(service)
	card := person
	if person == 0 {
		card = stationCards[officer]
	}
	m := k.Seal(t, service, gatewaytest.Person(card), request.GenericForm{Entry: kind.Entry(), Values: values}, func(_ *request.Outer, i *request.Inner) {
		i.Officer = &request.Officer{Session: "d-" + officer, Ref: officer, Role: string(roster.Duty), Method: request.MethodPIN}
		i.Evidence.Level = request.E3
		i.Evidence.Facts.Biometric = &request.Biometric{Modality: "finger", Method: "central", Matched: true, Score: 60, Threshold: 40, Liveness: "not-checked"}
		if person == 0 {
			i.Subject, i.Evidence.Facts.Secret, i.Evidence.Level = nil, true, request.E4
		}
	})
	k.send(t, m)
	b, err := within(k.results, patience)
	if err != nil {
		t.Fatalf("%s: %v\n%s", service, err, s.served.log.String())
	}
	r, err := envelope.VerifyResult(b, s.fleet.Roots, time.Now())
	if err != nil || r.ID != m.Outer.ID {
		t.Fatalf("%s: %v", service, err)
	}
	if len(r.Sealed) == 0 {
		return r, request.Answer{}
	}
	a, err := envelope.OpenResult(r, m.Reply)
	if err != nil {
		t.Fatalf("%s: %v", service, err)
	}
	return r, a
}

func (s *station) opening() map[string]request.Value {
	return map[string]request.Value{
		"act": request.TextValue("open"), "plan": request.TextValue("plan-1"), "approver": request.TextValue("d001/ap-1"), "approval": request.TextValue(s.approval),
		"place": request.TextValue("Trạm y tế Mẫu"), "lots": request.ListValue("LOT-0991"), "antigens": request.ListValue("covid-19"),
	}
}

func (s *station) signed(t *testing.T, batch string) (certificate, signature request.Value) {
	t.Helper()
	sum := sha256.Sum256(immunisation.AttestedBytes(batch))
	b, err := ecdsa.SignASN1(rand.Reader, s.attester.Key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	name := sha256.Sum256(s.attester.Cert.Raw)
	return request.TextValue(hex.EncodeToString(name[:])), request.TextValue(hex.EncodeToString(b))
}

// certified takes a person from the plan to the certificate.
func (s *station) certified(t *testing.T, k *kiosk) (session, code string) {
	t.Helper()
	_, a := s.asks(t, k, catalogue.VaccineSession, "op-1", 0, s.opening())
	if a.Session == nil || !a.Session.Open {
		t.Fatal("the session is not open")
	}
	session = a.Session.Session
	_, a = s.asks(t, k, catalogue.RecordDose, "op-1", 1, map[string]request.Value{
		"session": request.TextValue(session), "antigen": request.TextValue("covid-19"), "dose": request.NumberValue(1), "lot": request.TextValue("LOT-0991"), "site": request.TextValue("left-arm"),
	})
	if a.Filed == nil {
		t.Fatal("the dose is not recorded")
	}
	_, a = s.asks(t, k, catalogue.VaccineSession, "op-2", 0, map[string]request.Value{
		"act": request.TextValue("close"), "plan": request.TextValue("plan-1"), "session": request.TextValue(session),
	})
	if a.Session == nil || a.Session.Records != 1 {
		t.Fatal("the session is not closed")
	}
	certificate, signature := s.signed(t, a.Session.Batch)
	_, a = s.asks(t, k, catalogue.AttestDoses, "op-2", 0, map[string]request.Value{
		"batch": request.TextValue(a.Session.Batch), "records": request.NumberValue(1), "certificate": certificate, "signature": signature,
	})
	if a.Filed == nil {
		t.Fatal("the dose is not attested")
	}
	_, a = s.asks(t, k, catalogue.VaccineCert, "op-2", 1, map[string]request.Value{"act": request.TextValue("issue")})
	if a.Certificate == nil {
		t.Fatal("there is no certificate")
	}
	return session, a.Certificate.Text
}

// TestVaccinationDay: real programs from the plan to the certificate; a session that is
// revoked is on the list that kiosks have within seconds, and nobody's name is told.
func TestVaccinationDay(t *testing.T) {
	s := newStation(t)
	if out, status := s.command(t, "vaccination", "lists"); status != exitOK || out != "lists 1 are signed; 0 certificates are revoked\n" {
		t.Fatalf("lists: %d, %q", status, out)
	}
	if out, _ := s.command(t, "vaccination", "lists"); out != "lists 1 are as they were; 0 certificates are revoked\n" {
		t.Errorf("lists again: %q", out)
	}
	lists := s.beside(t, "vaccination", "lists", "-watch", "-config", s.path("gatewayd.toml"))
	r := s.start(t)
	s.served = r
	k := connect(t, s.world, r.port, s.fleet.Device(t, "k01"))
	got := make(chan mqtt.Message, 64)
	if token := k.client.Subscribe("k1/all/doc/hc1-revocations", wire.QoSDocument, func(_ mqtt.Client, m mqtt.Message) { got <- m }); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("subscribing: %v", token.Error())
	}
	session, code := s.certified(t, k)
	if out, _ := s.command(t, "vaccination", "hours"); !strings.HasPrefix(out, "h001 ") || !strings.HasSuffix(out, "1 sessions 1 doses\n") {
		t.Errorf("hours: %q", out)
	}
	verify := func(list []byte) hc1.Status {
		t.Helper()
		return s.verify(t, code, list)
	}
	first, err := within(got, patience)
	if err != nil || verify(first.Payload()) != hc1.Valid {
		t.Fatalf("before: %v", err)
	}
	if _, a := s.asks(t, k, catalogue.VaccineCert, "op-2", 0, map[string]request.Value{
		"act": request.TextValue("revoke"), "credential": request.TextValue(session), "reason": request.TextValue("Buổi tiêm không diễn ra"),
	}); a.Filed == nil {
		t.Fatal("the session is not revoked")
	}
	for {
		m, err := within(got, patience)
		if err != nil {
			t.Fatalf("waiting for the list: %v\n%s", err, lists.log.String())
		}
		if verify(m.Payload()) == hc1.Revoked {
			break
		}
	}
	if out, _ := s.command(t, "vaccination", "lists", "URN:UVCI:01:VN:ANOTHER"); !strings.HasSuffix(out, "2 certificates are revoked\n") {
		t.Errorf("another by hand: %q", out)
	}
	if err := os.Remove(s.path("signers.signed")); err != nil { // both are signed again
		t.Fatal(err)
	}
	lists.says(t, `"msg":"lists","number":4`)
	if out, _ := s.command(t, "vaccination", "lists"); !strings.HasSuffix(out, " are as they were; 2 certificates are revoked\n") {
		t.Errorf("in the end: %q", out)
	}
	for _, secret := range []string{gatewaytest.Person(1).Number, gatewaytest.Person(1).Name, registryToken, registrySecret, "Buổi tiêm"} {
		if strings.Contains(r.log.String()+lists.log.String(), secret) {
			t.Errorf("a log tells %q", secret)
		}
	}
}

// verify is what a kiosk with these lists says of a code.
func (s *station) verify(t *testing.T, code string, revoked []byte) hc1.Status {
	t.Helper()
	text, err := os.ReadFile(s.path("lists.pub"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := signedlist.ParsePublicKey(text)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(s.path("signers.signed"))
	if err != nil {
		t.Fatal(err)
	}
	var lists hc1.Lists
	if lists.Signers, _, err = hc1.OpenSigners(b, key); err != nil {
		t.Fatal(err)
	}
	if lists.Revocations, err = hc1.OpenRevocations(revoked, key); err != nil {
		t.Fatal(err)
	}
	c, err := hc1.Decode(code)
	if err != nil {
		t.Fatal(err)
	}
	day := 24 * time.Hour
	return hc1.Verify(c, lists, hc1.Policy{SignersAge: day, RevocationsAge: day, Leeway: time.Minute}, nil, time.Now()).Status()
}

// TestImmunisationConfig: what is wrong is told before anybody is served.
func TestImmunisationConfig(t *testing.T) {
	s := newStation(t)
	good, err := os.ReadFile(s.path("gatewayd.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ story, old, with, says string }{
		{"no roster", "roster = \"roster\"\nkey = \"registrar.pub\"", "", "immunisation needs duty.roster"},
		{"no seal", "seal_file = \"registry.seal\"", "", "immunisation.seal_file is not set"},
		{"a short seal", "registry.seal", "registry.token", "want 32 characters at least"},
		{"no attesters", "attesters = \"attesters\"", "attesters = \"nowhere\"", "immunisation.attesters"},
		{"another's key", "key = \"issuer.key\"", "key = \"receipt.key\"", "do not fit"},
		{"a key without a folder", "believed = \"believed\"", "", "vaccination.list_key and vaccination.believed belong together"},
		{"a password in clear over the net", "http://127.0.0.1", "http://registry.example", "immunisation.address"},
	} {
		s.write(t, "gatewayd.toml", good)
		s.edit(t, c.old, c.with)
		if out, status := s.command(t, "-check-config"); status != exitUsage || !strings.Contains(out, c.says) {
			t.Errorf("%s: %d, %q", c.story, status, out)
		}
	}
}
