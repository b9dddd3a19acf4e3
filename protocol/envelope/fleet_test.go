package envelope_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// now is a fixed instant: 2026-03-02 07:30:00 +07:00.
func now() time.Time { return time.UnixMilli(1772411400000) }

// party is a key with the certificate chain that speaks for it.
type party struct {
	key   *ecdsa.PrivateKey
	cert  *x509.Certificate
	chain [][]byte
}

// fleet is everybody who takes part.
type fleet struct {
	ca       party
	roots    *x509.CertPool
	device   party
	receipt  party
	document party
	service  envelope.ServicePrivateKey
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newCA(t testing.TB, name string) party {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: now().Add(-time.Hour), NotAfter: now().AddDate(10, 0, 0),
		KeyUsage: x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
	}
	return issue(t, template, key.Public(), key, party{key: key, cert: template})
}

// issue signs a certificate with the issuer's key.
func issue(t testing.TB, template *x509.Certificate, public crypto.PublicKey, key *ecdsa.PrivateKey, issuer party) party {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.cert, public, issuer.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return party{key, cert, [][]byte{der}}
}

func deviceTemplate() *x509.Certificate {
	return envelope.DeviceTemplate("demo-k01", "h001", "99", big.NewInt(2), now().Add(-time.Hour), now().AddDate(1, 0, 0))
}

func receiptTemplate() *x509.Certificate {
	return envelope.ReceiptTemplate("receipt-1", big.NewInt(3), now().Add(-time.Hour), now().AddDate(1, 0, 0))
}

func documentTemplate() *x509.Certificate {
	return envelope.DocumentTemplate("document-1", big.NewInt(4), now().Add(-time.Hour), now().AddDate(1, 0, 0))
}

func (f *fleet) issue(t testing.TB, template *x509.Certificate) party {
	t.Helper()
	key := newKey(t)
	return issue(t, template, key.Public(), key, f.ca)
}

func newFleet(t testing.TB) *fleet {
	t.Helper()
	f := &fleet{ca: newCA(t, "demo fleet"), roots: x509.NewCertPool()}
	f.roots.AddCert(f.ca.cert)
	f.device = f.issue(t, deviceTemplate())
	f.receipt = f.issue(t, receiptTemplate())
	var err error
	if f.service, err = envelope.NewServiceKey(); err != nil {
		t.Fatal(err)
	}
	f.document = f.issue(t, documentTemplate())
	return f
}

func outer() request.Outer {
	id, err := request.ParseID("01965f3a-7c00-7abc-8def-0123456789ab")
	if err != nil {
		panic(err)
	}
	at := now().UnixMilli()
	return request.Outer{
		V: request.Version, ID: id, Type: request.TypeRequest, Service: "H01", Seq: 1,
		Device: "demo-k01", Facility: "h001", Province: "99", CreatedAt: at, ExpiresAt: at + 3600000,
		Clock: request.Clock{Trust: request.ClockSynced}, Priority: 1, Protection: request.ProtectionFile,
	}
}

func inner(t testing.TB, replyKey []byte) request.Inner {
	t.Helper()
	at := now().UnixMilli()
	opening, err := request.Opening{Visit: "v-000001", Device: "demo-k01", Facility: "h001", At: at, Nonce: make([]byte, 16)}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	form, err := request.Encode(request.CheckIn{Specialty: "internal"})
	if err != nil {
		t.Fatal(err)
	}
	return request.Inner{
		Visit: "v-000001", Lang: "vi",
		Subject: &request.Subject{Number: "099090000123", Name: "NGUYỄN THỊ MẪU", Birth: "01/02/1990", Sex: "F"},
		Evidence: request.Evidence{
			Level: request.E1, Facts: request.Facts{Claim: true, Verdict: request.VerdictNone, Proof: request.ProofNone},
			Opening: opening, CapturedAt: at,
		},
		Form: form, ReplyKey: replyKey,
	}
}

func newReply(t testing.TB) envelope.ReplyKey {
	t.Helper()
	key, err := envelope.NewReplyKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// seal makes the fleet's device send a request.
func (f *fleet) seal(t testing.TB) envelope.Sealed {
	t.Helper()
	s, err := envelope.Seal(rand.Reader, outer(), inner(t, newReply(t).Public()), f.service.Public(), f.device.key, f.device.chain)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func receipt() request.Receipt {
	o := outer()
	return request.Receipt{
		V: request.Version, ID: o.ID, Device: o.Device, Seq: o.Seq, Digest: request.Digest{1},
		Status: request.StatusAccepted, No: "h001-260302-0001", At: now().UnixMilli(), Contiguous: 1, ChainHead: request.Digest{1},
	}
}

func result() request.Result {
	o := outer()
	return request.Result{V: request.Version, ID: o.ID, Device: o.Device, Service: o.Service, Class: request.ClassOK, At: now().UnixMilli()}
}

func answer() request.Answer {
	return request.Answer{Insurance: &request.AnswerInsurance{Class: request.ClassOK, Code: "000", CardNo: "GD4990990000123", AsOf: now().UnixMilli()}}
}
