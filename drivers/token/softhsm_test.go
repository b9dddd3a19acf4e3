//go:build cgo

package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miekg/pkcs11"

	"motcua/drivers/rig"
)

const pin = "482915"

// now is when the tests play.
var now = time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)

// softHSM is a folder of tokens that are files, behind a real module.
type softHSM struct {
	t      *testing.T
	module string
}

// newSoftHSM has no token.
func newSoftHSM(t *testing.T) *softHSM {
	t.Helper()
	if err := rig.Check(rig.NeedSoftHSM); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	conf := filepath.Join(dir, "softhsm2.conf")
	if err := os.WriteFile(conf, []byte("directories.tokendir = "+dir+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	return &softHSM{t, rig.NeedSoftHSM.File}
}

// troubled is the module with a trouble in it.
func (h *softHSM) troubled(kind string) *softHSM {
	h.t.Helper()
	if err := rig.Check(rig.NeedCompiler); err != nil {
		h.t.Fatal(err)
	}
	headers, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/miekg/pkcs11").Output()
	if err != nil {
		h.t.Fatal(err)
	}
	module := filepath.Join(h.t.TempDir(), "trouble.so")
	out, err := exec.Command("gcc", "-shared", "-fPIC", "-I", strings.TrimSpace(string(headers)), "-o", module, "testdata/trouble.c", "-ldl").CombinedOutput()
	if err != nil {
		h.t.Fatalf("%v\n%s", err, out)
	}
	h.t.Setenv("TROUBLE", kind)
	h.t.Setenv("TROUBLE_BEHIND", h.module)
	return &softHSM{h.t, module}
}

// owned is a token's session as whoever fills it sees it.
type owned struct {
	t  *testing.T
	m  *pkcs11.Ctx
	s  pkcs11.SessionHandle
	id byte
}

// token makes a token and has its owner fill it.
func (h *softHSM) token(label string, fill func(*owned)) {
	h.t.Helper()
	m := pkcs11.New(h.module)
	if m == nil {
		h.t.Fatal("the module does not load")
	}
	defer m.Destroy()
	must := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	must(m.Initialize())
	defer func() { must(m.Finalize()) }()
	slots, err := m.GetSlotList(true)
	must(err)
	slot := slots[len(slots)-1] // the one without a token
	must(m.InitToken(slot, "12345678", label))
	s, err := m.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	must(err)
	must(m.Login(s, pkcs11.CKU_SO, "12345678"))
	must(m.InitPIN(s, pin))
	must(m.Logout(s))
	must(m.Login(s, pkcs11.CKU_USER, pin))
	if fill != nil {
		fill(&owned{t: h.t, m: m, s: s})
	}
}

// kind is a kind of key.
type kind struct {
	name      string
	mechanism uint
	public    *pkcs11.Attribute
	key       func() crypto.Signer // of the same kind, outside of the token
}

var (
	p256 = ecKind(elliptic.P256(), asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7})
	p384 = ecKind(elliptic.P384(), asn1.ObjectIdentifier{1, 3, 132, 0, 34})
	p521 = ecKind(elliptic.P521(), asn1.ObjectIdentifier{1, 3, 132, 0, 35})
	rsa2 = rsaKind(2048)
	rsa1 = rsaKind(1024)
)

func ecKind(c elliptic.Curve, oid asn1.ObjectIdentifier) kind {
	der, err := asn1.Marshal(oid)
	if err != nil {
		panic(err)
	}
	return kind{c.Params().Name, pkcs11.CKM_EC_KEY_PAIR_GEN, pkcs11.NewAttribute(pkcs11.CKA_EC_PARAMS, der), func() crypto.Signer {
		k, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			panic(err)
		}
		return k
	}}
}

func rsaKind(bits int) kind {
	return kind{fmt.Sprintf("RSA-%d", bits), pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN, pkcs11.NewAttribute(pkcs11.CKA_MODULUS_BITS, bits), nil}
}

// pair has the token make a key, and returns the public one.
func (o *owned) pair(k kind, more ...*pkcs11.Attribute) any {
	o.t.Helper()
	o.id++
	public := []*pkcs11.Attribute{k.public, pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_ID, []byte{o.id}), pkcs11.NewAttribute(pkcs11.CKA_VERIFY, true)}
	if k.mechanism == pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN {
		public = append(public, pkcs11.NewAttribute(pkcs11.CKA_PUBLIC_EXPONENT, []byte{1, 0, 1}))
	}
	private := append([]*pkcs11.Attribute{
		pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, true), pkcs11.NewAttribute(pkcs11.CKA_SENSITIVE, true),
		pkcs11.NewAttribute(pkcs11.CKA_SIGN, true), pkcs11.NewAttribute(pkcs11.CKA_ID, []byte{o.id}),
	}, more...)
	h, _, err := o.m.GenerateKeyPair(o.s, []*pkcs11.Mechanism{pkcs11.NewMechanism(k.mechanism, nil)}, public, private)
	if err != nil {
		o.t.Fatalf("%s: %v", k.name, err)
	}
	if k.mechanism == pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN {
		return &rsa.PublicKey{N: new(big.Int).SetBytes(o.read(h, pkcs11.CKA_MODULUS)), E: 65537}
	}
	var point []byte
	if _, err := asn1.Unmarshal(o.read(h, pkcs11.CKA_EC_POINT), &point); err != nil {
		o.t.Fatal(err)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(k.key().(*ecdsa.PrivateKey).Curve, point)
	if err != nil {
		o.t.Fatal(err)
	}
	return key
}

func (o *owned) read(h pkcs11.ObjectHandle, attribute uint) []byte {
	o.t.Helper()
	a, err := o.m.GetAttributeValue(o.s, h, []*pkcs11.Attribute{pkcs11.NewAttribute(attribute, nil)})
	if err != nil {
		o.t.Fatal(err)
	}
	return a[0].Value
}

// certify puts a certificate of the newest key into the token.
func (o *owned) certify(public any, change func(*x509.Certificate)) *x509.Certificate {
	o.t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(o.id)), Subject: pkix.Name{CommonName: "op-1"}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), BasicConstraintsValid: true,
	}
	if change != nil {
		change(template)
	}
	authority := p256.key()
	der, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{Subject: pkix.Name{CommonName: "Demo Authority"}}, public, authority)
	if err != nil {
		o.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		o.t.Fatal(err)
	}
	o.put(der)
	return c
}

func (o *owned) put(der []byte) {
	o.t.Helper()
	_, err := o.m.CreateObject(o.s, []*pkcs11.Attribute{
		pkcs11.NewAttribute(pkcs11.CKA_CLASS, pkcs11.CKO_CERTIFICATE), pkcs11.NewAttribute(pkcs11.CKA_CERTIFICATE_TYPE, pkcs11.CKC_X_509),
		pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, false), pkcs11.NewAttribute(pkcs11.CKA_ID, []byte{o.id}),
		pkcs11.NewAttribute(pkcs11.CKA_SUBJECT, []byte{0x30, 0}), pkcs11.NewAttribute(pkcs11.CKA_VALUE, der),
	})
	if err != nil {
		o.t.Fatal(err)
	}
}
