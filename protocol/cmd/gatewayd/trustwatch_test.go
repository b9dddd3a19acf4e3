package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/pki"
	"motcua/protocol/request"
	"motcua/protocol/trustbundle"
)

// checkIn sends a check-in with a card of an issuer, and gives what the receipt says.
func (k *kiosk) checkIn(t *testing.T, w *world, issuer *gatewaytest.Issuer, person int) request.Status {
	t.Helper()
	subject := gatewaytest.Person(person)
	m := k.CheckIn(t, subject, "internal", func(_ *request.Outer, i *request.Inner) {
		i.Evidence = k.Evidence(t, issuer.Card(t, subject), k.Opening(t, i.Visit))
	})
	k.send(t, m)
	r, err := envelope.VerifyReceipt(k.receipt(t), w.fleet.Roots, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return r.Status
}

// TestTrustChanges: authorities that are put into the folder, or taken out of it,
// count without a restart; while something in it is broken, those before do, and
// log, figures and inbox say so.
func TestTrustChanges(t *testing.T) {
	w := newWorld(t)
	w.write(t, "gatewayd.toml", []byte(tomlText+"\n[metrics]\nlisten = \"127.0.0.1:0\"\n"))
	first, second := w.fleet.Issuer, gatewaytest.NewIssuer(t, time.Now())
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	figures := func(refused string, certificates string) {
		t.Helper()
		lines := strings.Split(r.figuresPage(t), "\n")
		for _, want := range []string{"motcua_gateway_trust_refused " + refused, "motcua_gateway_trust_certificates " + certificates, "motcua_gateway_trust_ends_seconds -1"} {
			if !slices.Contains(lines, want) {
				t.Errorf("the figures do not say %s", want)
			}
		}
	}
	r.says(t, `"msg":"trust","certificates":1`)
	if got := k.checkIn(t, w, second, 2); got != request.StatusHeld {
		t.Errorf("a card of an authority that is not trusted: %s", got)
	}

	w.write(t, "csca/second.crt", []byte("not a certificate"))
	r.says(t, `"msg":"the authorities to trust count as they were","fault":"trust.csca: \"second.crt\"`)
	r.says(t, `"msg":"alarm","kind":"trust-refused"`)
	if got := k.checkIn(t, w, first, 3); got != request.StatusAccepted {
		t.Errorf("while the folder is broken: %s", got)
	}
	figures("1", "1")
	if got := w.inbox(t); !strings.Contains(got, "alarm trust-refused centre seq 0, 1 times") {
		t.Errorf("the inbox says\n%s", got)
	}

	w.write(t, "csca/second.crt", second.CSCA.CertPEM())
	r.says(t, `"msg":"trust","certificates":2`)
	if got := k.checkIn(t, w, second, 4); got != request.StatusAccepted {
		t.Errorf("a card of the second authority: %s", got)
	}
	figures("0", "2")

	for _, name := range []string{"csca/csca.der", "csca/second.crt"} {
		if err := os.Remove(w.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	r.says(t, `no certificate of an authority is left`)
	if got := k.checkIn(t, w, first, 5); got != request.StatusAccepted {
		t.Errorf("of an emptied folder: %s", got)
	}
	w.write(t, "csca/second.crt", second.CSCA.CertPEM())
	w.write(t, "csca/first.der", first.CSCA.Cert.Raw)
	r.says(t, `"msg":"the files hold the authorities that count again"`)
	figures("0", "2")
	if status := r.stop(); status != exitOK {
		t.Errorf("ended with %d", status)
	}
}

// bundles makes signed bundles of a provisioner.
type bundles struct {
	t      *testing.T
	key    ed25519.PrivateKey
	issued time.Time
}

func newBundles(t *testing.T, issued time.Time) bundles {
	t.Helper()
	return bundles{t, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)), issued}
}

// publicKey is the provisioner's key as a file.
func (b bundles) publicKey() []byte {
	b.t.Helper()
	der, err := x509.MarshalPKIXPublicKey(b.key.Public())
	if err != nil {
		b.t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func (b bundles) make(serial uint64, days int, key ed25519.PrivateKey, certificates ...[]byte) []byte {
	b.t.Helper()
	signed, err := trustbundle.Sign(trustbundle.Content{
		Serial: serial, Issued: b.issued.Truncate(time.Second), Expires: b.issued.Truncate(time.Second).AddDate(0, 0, days), Certificates: certificates,
	}, key)
	if err != nil {
		b.t.Fatal(err)
	}
	return signed
}

// TestTrustBundleChanges: the same of a signed bundle, over the real program: the
// next one counts, an older one and one of another signer do not.
func TestTrustBundleChanges(t *testing.T) {
	w := newWorld(t)
	b := newBundles(t, time.Now().Add(-time.Hour))
	first, second := w.fleet.Issuer.CSCA.Cert.Raw, gatewaytest.NewIssuer(t, time.Now())
	w.write(t, "trust.pub", b.publicKey())
	w.write(t, "trust.cose", b.make(2, 30, b.key, first))
	w.write(t, "gatewayd.toml", []byte(strings.Replace(tomlText, `csca = "csca"`, "bundle = \"trust.cose\"\nkey = \"trust.pub\"", 1)))
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	w.write(t, "trust.cose", b.make(1, 30, b.key, second.CSCA.Cert.Raw))
	r.says(t, "bundle 1 after bundle 2: an older bundle")
	w.write(t, "trust.cose", b.make(3, 30, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)), second.CSCA.Cert.Raw))
	r.says(t, "signature is false")
	if got := k.checkIn(t, w, second, 2); got != request.StatusHeld {
		t.Errorf("by a bundle that is refused: %s", got)
	}
	w.write(t, "trust.cose", b.make(3, 30, b.key, first, second.CSCA.Cert.Raw))
	r.says(t, `"msg":"trust","certificates":2,"lists":0,"bundle":3`)
	if got := k.checkIn(t, w, second, 3); got != request.StatusAccepted {
		t.Errorf("by the next bundle: %s", got)
	}
	if status := r.stop(); status != exitOK {
		t.Errorf("ended with %d", status)
	}
}

// TestTrustBundleEnds: a bundle counts until its end and not longer, one for later
// counts from then on, and each is told of once.
func TestTrustBundleEnds(t *testing.T) {
	w := newWorld(t)
	issuer := w.fleet.Issuer.CSCA.Cert.Raw
	now := time.Now()
	today, later := newBundles(t, now), newBundles(t, now.AddDate(0, 0, 2))
	w.write(t, "trust.pub", today.publicKey())
	w.write(t, "trust.cose", today.make(1, 1, today.key, issuer))
	conf := trustConfig{Bundle: w.path("trust.cose"), Key: w.path("trust.pub")}
	first, err := loadTrust(conf, now.Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	var alarms []gateway.Alarm
	a := newAuthorities(conf, first, slog.New(slog.NewTextHandler(&log, nil)))
	a.raise = func(_ context.Context, x gateway.Alarm) { alarms = append(alarms, x) }
	look := func(at time.Duration) pki.Anchors {
		a.now = func() time.Time { return now.Add(at) }
		for range 3 { // a change is taken when it has not changed since the look before
			a.check(t.Context())
		}
		return a.trusted.Anchors()
	}
	if look(23*time.Hour).Len() != 1 || len(alarms) != 0 {
		t.Errorf("before its end: %d, alarms %v", a.trusted.Anchors().Len(), alarms)
	}
	for range 2 {
		if look(25*time.Hour).Len() != 0 || len(alarms) != 1 || !a.refused.Load() || a.number.Load() != 0 {
			t.Errorf("after its end: %d, alarms %v", a.trusted.Anchors().Len(), alarms)
		}
	}
	w.write(t, "trust.cose", later.make(2, 1, later.key, issuer))
	if look(26*time.Hour).Len() != 0 || len(alarms) != 2 || alarms[1].Digest == alarms[0].Digest {
		t.Errorf("one for later: %d, alarms %v", a.trusted.Anchors().Len(), alarms)
	}
	if look(47*time.Hour).Len() != 0 || len(alarms) != 2 {
		t.Errorf("told again: %v", alarms)
	}
	if look(49*time.Hour).Len() != 1 || a.refused.Load() || len(alarms) != 2 {
		t.Errorf("when its time has come: %d, alarms %v\n%s", a.trusted.Anchors().Len(), alarms, &log)
	}
}

// TestTrustIsReplacedWhole: what is half copied is not taken, and what cannot be
// read leaves what counts.
func TestTrustIsReplacedWhole(t *testing.T) {
	w := newWorld(t)
	conf := trustConfig{CSCA: w.path("csca")}
	first, err := loadTrust(conf, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthorities(conf, first, slog.New(slog.DiscardHandler))
	a.check(t.Context())
	a.check(t.Context())
	next := gatewaytest.NewIssuer(t, time.Now()).CSCA.CertPEM()
	for n := 100; n < len(next); n += 100 { // each look sees a little more
		w.write(t, "csca/next.crt", next[:n])
		a.check(t.Context())
		if a.refused.Load() || a.trusted.Anchors().Len() != 1 {
			t.Fatalf("%d of %d bytes were judged", n, len(next))
		}
	}
	w.write(t, "csca/next.crt", next)
	a.check(t.Context())
	a.check(t.Context())
	if a.trusted.Anchors().Len() != 2 {
		t.Error("the whole was not taken")
	}
	if err := os.RemoveAll(w.path("csca")); err != nil {
		t.Fatal(err)
	}
	a.check(t.Context())
	a.check(t.Context())
	if a.trusted.Anchors().Len() != 2 || !a.refused.Load() {
		t.Error("a folder that is gone takes the authorities along")
	}
	if err := (trust{serial: 5}).replacedBy(trust{serial: 5}); !errors.Is(err, errOlderBundle) {
		t.Errorf("another bundle of the same number: %v", err)
	}
}
