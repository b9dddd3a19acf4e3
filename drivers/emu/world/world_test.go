package world_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/drivers/emu"
	"motcua/drivers/emu/world"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/simcentral"
)

var now = time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)

func create(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "world")
	if err := world.Create(dir, world.Options{Now: now}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEveryFileIsThereWithItsMode(t *testing.T) {
	dir := create(t)
	secret := []string{".key", "world.json", "bhyt.json", "codes.json"}
	var got []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		got = append(got, filepath.ToSlash(name))
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o644)
		if slices.ContainsFunc(secret, func(s string) bool { return strings.HasSuffix(name, s) }) {
			want = 0o600
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode().Perm(), want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"centre/bhyt.json", "centre/document.crt", "centre/document.key", "centre/hc1-revocations.signed", "centre/hc1-signers.signed", "centre/receipt.crt", "centre/receipt.key", "centre/service.key", "centre/service.pub",
		"centre/tls.crt", "centre/tls.key", "device/device.crt", "device/device.key", "duty/approver.pub", "duty/roster.pub", "duty/roster.signed",
		"fleet/ca.crt", "fleet/ca.key",
		"gatewayd.toml", "immunisation/believed/signer.crt", "immunisation/codes.json", "immunisation/signer.key", "issuer/csca.crt", "issuer/csca.key", "issuer/ds.crt", "issuer/ds.key", "kioskd.toml",
		"registrar/approver.key", "registrar/lists.key", "registrar/roster.key",
		"trust/csca/csca-2.crt", "trust/csca/csca.crt", "trust/lists.pub", "world.json",
	}
	if !slices.Equal(got, want) {
		t.Errorf("files\n%q, want\n%q", got, want)
	}
}

func TestAWorldIsNotOverwritten(t *testing.T) {
	dir := create(t)
	before, err := os.ReadFile(filepath.Join(dir, "device/device.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := world.Create(dir, world.Options{}); err != nil {
		t.Errorf("the same world again: %v", err)
	}
	if err := world.Create(dir, world.Options{Port: 1234}); !errors.Is(err, world.ErrExists) {
		t.Errorf("another world: %v, want a refusal", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, "device/device.key"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the device key has changed")
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "thesis.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := world.Create(other, world.Options{}); !errors.Is(err, world.ErrExists) {
		t.Errorf("a folder of somebody else's: %v, want a refusal", err)
	}
}

func TestCertificatesServeTheirPurpose(t *testing.T) {
	dir := create(t)
	roots := x509.NewCertPool()
	roots.AddCert(certificate(t, dir, "fleet/ca.crt"))
	for name, usage := range map[string]x509.ExtKeyUsage{
		"device/device":  x509.ExtKeyUsageClientAuth,
		"centre/tls":     x509.ExtKeyUsageServerAuth,
		"centre/receipt": x509.ExtKeyUsageAny, "centre/document": x509.ExtKeyUsageAny,
	} {
		if _, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		c := certificate(t, dir, name+".crt")
		if _, err := c.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{usage}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	device := certificate(t, dir, "device/device.crt").Subject
	if device.CommonName != "demo-k01" || device.Organization[0] != "h001" || device.Province[0] != "99" {
		t.Errorf("device is %v", device)
	}
	broker := certificate(t, dir, "centre/tls.crt")
	for _, host := range []string{"localhost", "127.0.0.1"} {
		if err := broker.VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"issuer/csca.crt", "issuer/ds.crt", "fleet/ca.crt", "centre/tls.crt", "centre/receipt.crt", "centre/document.crt"} {
		if s := certificate(t, dir, name).Subject.String(); !strings.Contains(s, "DEMO") {
			t.Errorf("%s: %s does not say DEMO", name, s)
		}
	}
}

func TestServiceKeysBelongTogether(t *testing.T) {
	dir := create(t)
	private, err := envelope.ServicePrivateKeyFromPEM(read(t, dir, "centre/service.key"))
	if err != nil {
		t.Fatal(err)
	}
	public, err := envelope.ServiceKeyFromPEM(read(t, dir, "centre/service.pub"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(private.Public().Bytes(), public.Bytes()) {
		t.Error("service.pub is not the public half of service.key")
	}
}

func TestTheIssuerComesBack(t *testing.T) {
	dir := create(t)
	issuer, err := world.LoadIssuer(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(issuer.CSCA(), certificate(t, dir, "trust/csca/csca.crt").Raw) {
		t.Error("what is trusted is not what issues")
	}
	key, err := os.ReadFile(filepath.Join(create(t), "issuer/ds.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "issuer/ds.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := world.LoadIssuer(dir); !errors.Is(err, emu.ErrIssuer) {
		t.Errorf("a key of another world: %v, want a refusal", err)
	}
	if _, err := world.LoadIssuer(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestTheInsurerAnswersAsThePersonasExpect(t *testing.T) {
	insurer, err := simcentral.ReadInsurer(read(t, create(t), "centre/bhyt.json"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		subject := request.Subject{Number: p.Number, Name: p.Name, Birth: p.Birth.Format("02/01/2006")}
		a := insurer.Look(subject, "", now)
		if string(a.Class) != p.Expect.Insurance || a.Code != p.Insurance.Code {
			t.Errorf("%v: %s %s, want %s %s", p, a.Code, a.Class, p.Insurance.Code, p.Expect.Insurance)
		}
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func certificate(t *testing.T, dir, name string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(read(t, dir, name))
	if block == nil {
		t.Fatalf("%s is no PEM file", name)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
