package sign_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/daemon/sign"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

func today() time.Time { return time.Date(2025, 3, 10, 9, 0, 0, 0, time.UTC) }

// device is what a device certificate is made from; tests change parts of it.
type device struct {
	subject  pkix.Name
	from, to time.Time
	usage    x509.ExtKeyUsage
	curve    elliptic.Curve
}

func good() device {
	return device{
		subject: pkix.Name{CommonName: "demo-k01", Organization: []string{"h001"}, Province: []string{"99"}},
		from:    today().AddDate(0, 0, -1), to: today().AddDate(1, 0, 0),
		usage: x509.ExtKeyUsageClientAuth, curve: elliptic.P256(),
	}
}

// issue makes a key and a certificate over it, both PEM.
func (d device) issue(t *testing.T) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(d.curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: d.subject, NotBefore: d.from, NotAfter: d.to,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{d.usage},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("CERTIFICATE", der), pkcs8(t, private)
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("PRIVATE KEY", der)
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// store writes both files; a nil one is left out.
func store(t *testing.T, cert, key []byte, mode os.FileMode) (certFile, keyFile string) {
	t.Helper()
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "device.crt"), filepath.Join(dir, "device.key")
	for name, data := range map[string][]byte{certFile: cert, keyFile: key} {
		if data == nil {
			continue
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if key != nil {
		if err := os.Chmod(keyFile, mode); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

func TestDeviceKey(t *testing.T) {
	cert, key := good().issue(t)
	certFile, keyFile := store(t, cert, key, 0o600)
	k, err := sign.LoadFileAt(certFile, keyFile, today())
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte("a request"))
	signature, err := k.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	public, ok := k.Certificate().PublicKey.(*ecdsa.PublicKey)
	if !ok || !ecdsa.VerifyASN1(public, digest[:], signature) {
		t.Error("its signature does not verify with its certificate")
	}
	if k.Protection() != request.ProtectionFile {
		t.Errorf("its protection is %s", k.Protection())
	}
	if want := (wire.Branch{Province: "99", Facility: "h001", Device: "demo-k01"}); k.Branch() != want {
		t.Errorf("its branch is %s", k.Branch())
	}
	if len(k.Chain()) != 1 || len(k.TLSCertificate().Certificate) != 1 || k.TLSCertificate().PrivateKey == nil {
		t.Error("its chain is not complete")
	}
	for _, text := range []string{fmt.Sprint(k), fmt.Sprintf("%+v %#v", k, k)} {
		if strings.Contains(text, "D:") || !strings.Contains(text, "[device key of demo-k01]") {
			t.Errorf("it prints as %s", text)
		}
	}
}

// TestUnusableKeys: whatever is wrong is told with its code and with what to do.
func TestUnusableKeys(t *testing.T) {
	cert, key := good().issue(t)
	otherCert, otherKey := good().issue(t)
	change := func(f func(*device)) (c, k []byte) {
		d := good()
		f(&d)
		return d.issue(t)
	}
	pair := func(c, k []byte) [2][]byte { return [2][]byte{c, k} }
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		files [2][]byte
		mode  os.FileMode
		code  fault.Code
		says  string
	}{
		"no certificate":        {files: pair(nil, key), code: fault.KeyAbsent, says: "provision the kiosk"},
		"no key":                {files: pair(cert, nil), code: fault.KeyAbsent, says: "provision the kiosk"},
		"readable by the group": {files: pair(cert, key), mode: 0o640, code: fault.KeyInvalid, says: "chmod 600"},
		"readable by all":       {files: pair(cert, key), mode: 0o604, code: fault.KeyInvalid, says: "chmod 600"},
		"another's key":         {files: pair(cert, otherKey), code: fault.KeyInvalid, says: "different enrolments"},
		"another's certificate": {files: pair(otherCert, key), code: fault.KeyInvalid, says: "different enrolments"},
		"ended":                 {files: pair(change(func(d *device) { d.to = today().AddDate(0, 0, -1); d.from = d.to.AddDate(-1, 0, 0) })), code: fault.KeyInvalid, says: "ended on 2025-03-09"},
		"not yet valid":         {files: pair(change(func(d *device) { d.from = today().AddDate(0, 0, 1) })), code: fault.KeyInvalid, says: "set the clock"},
		"for servers":           {files: pair(change(func(d *device) { d.usage = x509.ExtKeyUsageServerAuth })), code: fault.KeyInvalid, says: "client authentication"},
		"without a facility":    {files: pair(change(func(d *device) { d.subject.Organization = nil })), code: fault.KeyInvalid, says: "facility (O)"},
		"a wildcard for a name": {files: pair(change(func(d *device) { d.subject.CommonName = "+" })), code: fault.KeyInvalid, says: "device (CN)"},
		"on another curve":      {files: pair(change(func(d *device) { d.curve = elliptic.P384() })), code: fault.KeyInvalid, says: "P-256"},
		"of another algorithm":  {files: pair(cert, pkcs8(t, ed)), code: fault.KeyInvalid, says: "P-256"},
		"certificate for key":   {files: pair(cert, cert), code: fault.KeyInvalid, says: "PRIVATE KEY is expected"},
		"key for certificate":   {files: pair(key, key), code: fault.KeyInvalid, says: "only CERTIFICATE"},
		"no PEM certificate":    {files: pair([]byte("x"), key), code: fault.KeyInvalid, says: "no PEM"},
		"no PEM key":            {files: pair(cert, []byte("x")), code: fault.KeyInvalid, says: "no PEM"},
		"a broken certificate":  {files: pair(pemOf("CERTIFICATE", []byte{1}), key), code: fault.KeyInvalid, says: "device.crt"},
		"a broken key":          {files: pair(cert, pemOf("PRIVATE KEY", []byte{1})), code: fault.KeyInvalid, says: "cannot be parsed"},
		"an endless key":        {files: pair(cert, make([]byte, 1<<20)), code: fault.KeyInvalid, says: "more than"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.mode == 0 {
				c.mode = 0o600
			}
			certFile, keyFile := store(t, c.files[0], c.files[1], c.mode)
			_, err := sign.LoadFileAt(certFile, keyFile, today())
			if err == nil || fault.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %s and %q", err, c.code, c.says)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %v", err)
			}
		})
	}
}
