package world

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"

	"motcua/drivers/emu"
	"motcua/protocol/envelope"
)

// Validity of what the fleet authority issues: it has to outlive a demo, and a
// clock that is a little wrong.
const (
	before = 24 * time.Hour
	after  = 5 * 365 * 24 * time.Hour
)

const demo = "DEMO INVENTED"

// authority is the fleet authority while it issues.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	now  time.Time
}

func (w *writer) issuer(i *emu.Issuer) {
	f, err := i.Files()
	if err != nil {
		w.err = err
		return
	}
	w.certificate("issuer/csca.crt", f.CSCACert)
	w.pkcs8("issuer/csca.key", f.CSCAKey)
	w.certificate("issuer/ds.crt", f.DSCert)
	w.pkcs8("issuer/ds.key", f.DSKey)
	w.certificate("trust/csca/csca.crt", f.CSCACert)
	for n, csca := range i.CSCAs()[1:] {
		w.certificate(fmt.Sprintf("trust/csca/csca-%d.crt", n+2), csca)
	}
}

// fleet makes the device authority and what it issues: the kiosk's certificate,
// the broker's and those that sign receipts and documents; and the service's key.
func (w *writer) fleet(o Options) {
	if w.err != nil {
		return
	}
	ca, err := newAuthority(o.Now)
	if err != nil {
		w.err = err
		return
	}
	w.certificate("fleet/ca.crt", ca.cert.Raw)
	w.key("fleet/ca.key", ca.key)
	from, until := ca.validity()
	w.issue(ca, "device/device", envelope.DeviceTemplate(o.Device, o.Facility, o.Province, serial(2), from, until))
	w.issue(ca, "centre/tls", brokerTemplate(from, until))
	receipt := envelope.ReceiptTemplate("receipt-1", serial(4), from, until)
	receipt.Subject.Organization = []string{demo}
	w.issue(ca, "centre/receipt", receipt)
	document := envelope.DocumentTemplate("document-1", serial(5), from, until)
	document.Subject.Organization = []string{demo}
	w.issue(ca, "centre/document", document)
	w.service()
}

func (w *writer) service() {
	if w.err != nil {
		return
	}
	key, err := envelope.NewServiceKey()
	if err != nil {
		w.err = err
		return
	}
	private, err := key.PEM()
	if err != nil {
		w.err = err
		return
	}
	w.file("centre/service.key", private, modeSecret)
	w.file("centre/service.pub", key.Public().PEM(), modePublic)
}

// issue makes a key, certifies it and writes both.
func (w *writer) issue(ca *authority, name string, template *x509.Certificate) {
	if w.err != nil {
		return
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.err = fmt.Errorf("making the key of %s: %w", name, err)
		return
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, &key.PublicKey, ca.key)
	if err != nil {
		w.err = fmt.Errorf("certifying %s: %w", name, err)
		return
	}
	w.certificate(name+".crt", der)
	w.key(name+".key", key)
}

func newAuthority(now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making the fleet authority's key: %w", err)
	}
	a := &authority{key: key, now: now}
	from, until := a.validity()
	t := &x509.Certificate{
		SerialNumber:          serial(1),
		Subject:               pkix.Name{Organization: []string{demo}, CommonName: "DEMO fleet authority"},
		NotBefore:             from,
		NotAfter:              until,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("certifying the fleet authority: %w", err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("reading the fleet authority's certificate: %w", err)
	}
	return a, nil
}

func (a *authority) validity() (from, until time.Time) {
	return a.now.Add(-before).UTC(), a.now.Add(after).UTC()
}

// brokerTemplate is the certificate of a broker on this machine.
func brokerTemplate(from, until time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          serial(3),
		Subject:               pkix.Name{Organization: []string{demo}, CommonName: "DEMO broker"},
		NotBefore:             from,
		NotAfter:              until,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
}

func serial(n int64) *big.Int { return big.NewInt(n) }
