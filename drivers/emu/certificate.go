package emu

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"

	"motcua/protocol/tlv"
)

// Names in every certificate of the demonstration authority.
const (
	demoOrganisation = "DEMO INVENTED"
	demoCRL          = "http://demo.invalid/crl"
)

// inUse is how long before now the authority began to sign, so that cards issued
// in the last years fall into its time; afterwards is how long it stays valid.
const (
	inUse      = 6 * 365 * 24 * time.Hour
	afterwards = 15 * 365 * 24 * time.Hour
)

var (
	oidKeyUsagePeriod = asn1.ObjectIdentifier{2, 5, 29, 16}
	oidSubjectAltName = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidIssuerAltName  = asn1.ObjectIdentifier{2, 5, 29, 18}
	oidDocumentTypes  = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 6, 2}
)

// selfSign makes the CSCA's certificate (ICAO 9303-12, 7.1).
func selfSign(name string, key *ecdsa.PrivateKey, now time.Time) (*x509.Certificate, error) {
	t, err := template(name, &key.PublicKey, now)
	if err != nil {
		return nil, err
	}
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	t.BasicConstraintsValid, t.IsCA, t.MaxPathLenZero = true, true, true
	t.AuthorityKeyId = t.SubjectKeyId
	t.SignatureAlgorithm = x509.ECDSAWithSHA384
	return sign(t, t, &key.PublicKey, key)
}

// certify makes a document signer's certificate (ICAO 9303-12, 7.1).
func (a authority) certify(pub *ecdsa.PublicKey, now time.Time) (*x509.Certificate, error) {
	t, err := template("DS DEMO 1", pub, now)
	if err != nil {
		return nil, err
	}
	t.KeyUsage = x509.KeyUsageDigitalSignature
	t.SignatureAlgorithm = x509.ECDSAWithSHA384
	t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{
		Id: oidDocumentTypes,
		Value: tlv.Encode(derSequence, tlv.Encode(derInteger, []byte{0}),
			tlv.Encode(derSet, tlv.Encode(derPrintable, []byte("ID")))),
	})
	return sign(t, a.cert, pub, a.key)
}

func template(name string, pub *ecdsa.PublicKey, now time.Time) (*x509.Certificate, error) {
	point, err := pub.Bytes()
	if err != nil {
		return nil, fmt.Errorf("making the certificate of %s: %w", name, err)
	}
	id := sha1.Sum(point) // an identifier, not a proof (RFC 5280, 4.2.1.2)
	from := now.Add(-inUse).UTC().Truncate(24 * time.Hour)
	until := now.Add(afterwards).UTC().Truncate(24 * time.Hour)
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(append([]byte{0x01}, id[:7]...)),
		Subject: pkix.Name{
			Country:      []string{"VN"},
			Organization: []string{demoOrganisation},
			CommonName:   name,
		},
		NotBefore:             from,
		NotAfter:              until,
		SubjectKeyId:          id[:],
		CRLDistributionPoints: []string{demoCRL},
		ExtraExtensions: []pkix.Extension{
			{Id: oidKeyUsagePeriod, Value: usagePeriod(from, now.UTC())},
			{Id: oidSubjectAltName, Value: countryName()},
			{Id: oidIssuerAltName, Value: countryName()},
		},
	}, nil
}

// usagePeriod says when the private key signs (RFC 3280, 4.2.1.4).
func usagePeriod(from, until time.Time) []byte {
	stamp := func(tag tlv.Tag, t time.Time) []byte {
		return tlv.Encode(tag, []byte(t.Truncate(24*time.Hour).Format("20060102150405Z")))
	}
	return tlv.Encode(derSequence, stamp(0x80, from), stamp(0x81, until.Add(366*24*time.Hour)))
}

// countryName is the three-letter code that the alternative names carry.
func countryName() []byte {
	locality := tlv.Encode(derSequence, tlv.Encode(derOID, []byte{0x55, 0x04, 0x07}), tlv.Encode(derPrintable, []byte("VNM")))
	name := tlv.Encode(derSequence, tlv.Encode(derSet, locality))
	return tlv.Encode(derSequence, tlv.Encode(0xA4, name))
}

func sign(t, parent *x509.Certificate, pub *ecdsa.PublicKey, key *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, t, parent, pub, key)
	if err != nil {
		return nil, fmt.Errorf("signing the certificate of %s: %w", t.Subject.CommonName, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate of %s: %w", t.Subject.CommonName, err)
	}
	return cert, nil
}
