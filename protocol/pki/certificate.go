package pki

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

// Certificate is an X.509 certificate as the issuers of travel documents make
// them (Doc 9303 part 12). The standard library's parser refuses brainpool
// keys, curves spelled out and some of their strings; this one reads what
// verification needs and nothing else.
type Certificate struct {
	Raw                 []byte
	NotBefore, NotAfter time.Time

	tbs       []byte
	serial    []byte
	issuer    name
	subject   name
	key       PublicKey
	algorithm SignatureAlgorithm
	signature []byte

	extensions
}

// ParseCertificate reads one DER certificate; it keeps b.
func ParseCertificate(b []byte) (*Certificate, error) {
	outer, err := tlv.Parse(b, der.TagSequence)
	if err != nil {
		return nil, der.Malformed("certificate", err)
	}
	r := outer.Items()
	tbs, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, der.Malformed("certificate", err)
	}
	c := &Certificate{Raw: b, tbs: tbs.Raw}
	id, err := der.Inside(r, der.TagSequence, "signature algorithm")
	if err != nil {
		return nil, err
	}
	if c.algorithm, err = ParseSignatureAlgorithm(id); err != nil {
		return nil, err
	}
	if c.signature, err = der.BitString(r); err != nil {
		return nil, err
	}
	return c, c.parseTBS(tbs.Items())
}

func (c *Certificate) parseTBS(r *tlv.Reader) error {
	if _, _, err := r.Optional(der.TagContext0); err != nil { // version
		return der.Malformed("certificate version", err)
	}
	serial, err := r.Expect(der.TagInteger)
	if err != nil {
		return der.Malformed("serial number", err)
	}
	c.serial = serial.Value
	if _, err := r.Expect(der.TagSequence); err != nil { // inner signature algorithm
		return der.Malformed("certificate", err)
	}
	if c.issuer, err = readName(r); err != nil {
		return err
	}
	if err := c.parseValidity(r); err != nil {
		return err
	}
	if c.subject, err = readName(r); err != nil {
		return err
	}
	if c.key, err = ParsePublicKey(r); err != nil {
		return err
	}
	for r.More() {
		item, err := r.Next()
		if err != nil {
			return der.Malformed("certificate", err)
		}
		if item.Tag == der.TagContext3 {
			return c.extensions.parse(item.Items())
		}
	}
	return nil
}

func (c *Certificate) parseValidity(r *tlv.Reader) error {
	seq, err := der.Inside(r, der.TagSequence, "validity")
	if err != nil {
		return err
	}
	if c.NotBefore, err = readTime(seq); err != nil {
		return err
	}
	c.NotAfter, err = readTime(seq)
	return err
}

// ID names a certificate: the first half of its SHA-256, in hexadecimal.
func (c *Certificate) ID() string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:16])
}

// PublicKey is the key of the subject.
func (c *Certificate) PublicKey() PublicKey { return c.key }

// SignatureAlgorithm is how the issuer signed.
func (c *Certificate) SignatureAlgorithm() SignatureAlgorithm { return c.algorithm }

// SubjectKeyID is the identifier that the certificate gives its key, nil when
// it gives none.
func (c *Certificate) SubjectKeyID() []byte { return c.subjectKeyID }

// IsNumber tells whether this is the certificate of this serial number (the
// value of its INTEGER) that the issuer of this folded name gave.
func (c *Certificate) IsNumber(issuer string, serial []byte) bool {
	return issuer == c.issuer.folded && bytes.Equal(serial, c.serial)
}

// ValidAt tells whether t lies within the validity.
func (c *Certificate) ValidAt(t time.Time) bool {
	return !t.Before(c.NotBefore) && !t.After(c.NotAfter)
}

// Country is the country of the subject in capitals, "" when the name has none:
// two letters of ISO 3166 as a rule.
func (c *Certificate) Country() string { return c.subject.country }

// Subject is the subject's name for a person to read.
func (c *Certificate) Subject() string { return c.subject.text() }

// Serial is the serial number in hexadecimal.
func (c *Certificate) Serial() string { return hex.EncodeToString(c.serial) }

// SelfIssued tells whether the subject names itself as the issuer.
func (c *Certificate) SelfIssued() bool { return c.issuer.folded == c.subject.folded }

// namesKeyOf tells whether c names the key of issuer by its identifier.
func (c *Certificate) namesKeyOf(issuer *Certificate) bool {
	return len(c.authorityKeyID) > 0 && bytes.Equal(c.authorityKeyID, issuer.subjectKeyID)
}

// IsLink tells whether the certificate names another key than its own as the
// issuer's: a link certificate, or that of a signer.
func (c *Certificate) IsLink() bool { return !c.SelfIssued() || !c.namesItself() }

// mayBeSignedBy tells whether key identifier or name say that issuer signed c.
func (c *Certificate) mayBeSignedBy(issuer *Certificate) bool {
	return c.namesKeyOf(issuer) || c.issuer.folded == issuer.subject.folded
}

// signedBy checks c's signature with the issuer's key.
func (c *Certificate) signedBy(issuer *Certificate) (bool, error) {
	return issuer.key.Verify(c.algorithm, c.algorithm.Hash, c.tbs, c.signature)
}
