package uplink_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"motcua/protocol/envelope"
)

// fleet is an authority and what it has issued.
type fleet struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{t: t}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "fleet"}, NotBefore: yesterday(), NotAfter: tomorrow(),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	f.key = newKey(t)
	f.cert = f.sign(template, template, f.key.Public())
	return f
}

func yesterday() time.Time { return time.Now().Add(-24 * time.Hour) }
func tomorrow() time.Time  { return time.Now().Add(24 * time.Hour) }

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (f *fleet) sign(template, parent *x509.Certificate, key crypto.PublicKey) *x509.Certificate {
	f.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, f.key)
	if err != nil {
		f.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fleet) issue(template *x509.Certificate) tls.Certificate {
	key := newKey(f.t)
	c := f.sign(template, f.cert, key.Public())
	return tls.Certificate{Certificate: [][]byte{c.Raw}, PrivateKey: key, Leaf: c}
}

// device is the certificate of a kiosk.
func (f *fleet) device(name string) tls.Certificate {
	b := branch()
	return f.issue(envelope.DeviceTemplate(name, b.Facility, b.Province, big.NewInt(2), yesterday(), tomorrow()))
}

// server is a broker's certificate; change makes it another.
func (f *fleet) server(change func(*x509.Certificate)) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "broker"}, NotBefore: yesterday(), NotAfter: tomorrow(),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if change != nil {
		change(template)
	}
	return f.issue(template)
}

func (f *fleet) receipts() tls.Certificate {
	return f.issue(envelope.ReceiptTemplate("receipt-1", big.NewInt(4), yesterday(), tomorrow()))
}

func (f *fleet) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(f.cert)
	return p
}

// serverTLS is how brokers listen: both sides show certificates of the fleet.
func (f *fleet) serverTLS(c tls.Certificate) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c},
		ClientCAs: f.pool(), ClientAuth: tls.RequireAndVerifyClientCert,
	}
}

// files writes what a broker that is another program reads.
func (f *fleet) files(dir string, c tls.Certificate) {
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		f.t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"ca.crt":     {Type: "CERTIFICATE", Bytes: f.cert.Raw},
		"server.crt": {Type: "CERTIFICATE", Bytes: c.Certificate[0]},
		"server.key": {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
}
