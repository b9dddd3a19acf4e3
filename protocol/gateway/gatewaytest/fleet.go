package gatewaytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Party is a key and the certificate that speaks for it.
type Party struct {
	Key  *ecdsa.PrivateKey
	Cert *x509.Certificate
}

// Chain is the party's certificate chain.
func (p Party) Chain() [][]byte { return [][]byte{p.Cert.Raw} }

// TLS is the party as a TLS certificate.
func (p Party) TLS() tls.Certificate {
	return tls.Certificate{Certificate: p.Chain(), PrivateKey: p.Key, Leaf: p.Cert}
}

// CertPEM is the party's certificate file.
func (p Party) CertPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Cert.Raw})
}

// KeyPEM is the party's key file.
func (p Party) KeyPEM(t testing.TB) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(p.Key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// Fleet is an authority and what it has certified.
type Fleet struct {
	CA       Party
	Roots    *x509.CertPool
	Receipt  Party // signs receipts and results
	Document Party // signs lists of revoked certificates
	Server   Party // the broker, for localhost and 127.0.0.1
	Service  envelope.ServicePrivateKey
	Issuer   *Issuer   // of the people's cards
	From     time.Time // certificates are valid from an hour before, for a year

	mu    sync.Mutex
	cards map[string]Card // by personal number
}

// Card is a person's card, always the same.
func (f *Fleet) Card(t testing.TB, person request.Subject) Card {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	card, ok := f.cards[person.Number]
	if !ok {
		card = f.Issuer.Card(t, person)
		f.cards[person.Number] = card
	}
	return card
}

// NewFleet makes a fleet whose certificates are valid around a time.
func NewFleet(t testing.TB, now time.Time) *Fleet {
	t.Helper()
	f := &Fleet{From: now.Add(-time.Hour), Roots: x509.NewCertPool(), Issuer: NewIssuer(t, now), cards: map[string]Card{}}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test fleet"},
		NotBefore: f.From, NotAfter: f.until(), KeyUsage: x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
	}
	key := newKey(t)
	f.CA = certify(t, template, key, Party{key, template})
	f.Roots.AddCert(f.CA.Cert)
	f.Receipt = f.Issue(t, envelope.ReceiptTemplate("receipt-1", big.NewInt(2), f.From, f.until()))
	f.Document = f.Issue(t, envelope.DocumentTemplate("document-1", big.NewInt(5), f.From, f.until()))
	f.Server = f.Issue(t, &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "broker"}, NotBefore: f.From, NotAfter: f.until(),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	})
	var err error
	if f.Service, err = envelope.NewServiceKey(); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *Fleet) until() time.Time { return f.From.AddDate(1, 0, 0) }

// Issue certifies a new key.
func (f *Fleet) Issue(t testing.TB, template *x509.Certificate) Party {
	t.Helper()
	return certify(t, template, newKey(t), f.CA)
}

// Device enrols a device at facility h001 of province 99.
func (f *Fleet) Device(t testing.TB, id string) *Device {
	t.Helper()
	return f.DeviceAt(t, wire.Branch{Province: "99", Facility: "h001", Device: id})
}

// DeviceAt enrols a device anywhere.
func (f *Fleet) DeviceAt(t testing.TB, b wire.Branch) *Device {
	t.Helper()
	p := f.Issue(t, envelope.DeviceTemplate(b.Device, b.Facility, b.Province, big.NewInt(4), f.From, f.until()))
	return &Device{Party: p, Branch: b, fleet: f, now: f.From.Add(time.Hour)}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func certify(t testing.TB, template *x509.Certificate, key *ecdsa.PrivateKey, issuer Party) Party {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.Cert, key.Public(), issuer.Key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return Party{key, cert}
}
