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
	issuer    string // folded
	subject   string // folded
	key       PublicKey
	algorithm SignatureAlgorithm
	signature []byte

	subjectKeyID, authorityKeyID []byte
	usage                        byte // first byte of the key usage
	hasUsage                     bool
	isCA, hasConstraints         bool
}

// Bits of the first byte of the key usage (RFC 5280, 4.2.1.3).
const (
	usageSignature byte = 0x80
	usageCertSign  byte = 0x04
)

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
			return c.parseExtensions(item.Items())
		}
	}
	return nil
}

func readName(r *tlv.Reader) (string, error) {
	item, err := r.Expect(der.TagSequence)
	if err != nil {
		return "", der.Malformed("name", err)
	}
	return FoldName(item.Raw)
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

// readTime reads UTCTime or GeneralizedTime; a missing second occurs.
func readTime(r *tlv.Reader) (time.Time, error) {
	item, err := r.Next()
	if err != nil {
		return time.Time{}, der.Malformed("time", err)
	}
	layouts := []string{"20060102150405Z", "200601021504Z"}
	text := string(item.Value)
	if item.Tag == der.TagUTCTime && len(text) > 2 { // RFC 5280, 4.1.2.5.1: 1950 to 2049
		century := "20"
		if text[0] >= '5' {
			century = "19"
		}
		text = century + text
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil && (item.Tag == der.TagUTCTime || item.Tag == der.TagGeneralizedTime) {
			return t, nil
		}
	}
	return time.Time{}, der.Malformed("time", nil)
}

func (c *Certificate) parseExtensions(r *tlv.Reader) error {
	list, err := der.Inside(r, der.TagSequence, "extensions")
	if err != nil {
		return err
	}
	for list.More() {
		ext, err := der.Inside(list, der.TagSequence, "extension")
		if err != nil {
			return err
		}
		oid, err := ext.Expect(der.TagOID)
		if err != nil {
			return der.Malformed("extension", err)
		}
		if _, _, err := ext.Optional(der.TagBoolean); err != nil {
			return der.Malformed("extension", err)
		}
		value, err := ext.Expect(der.TagOctetString)
		if err != nil {
			return der.Malformed("extension", err)
		}
		if err := c.parseExtension(string(oid.Value), value.Items()); err != nil {
			return err
		}
	}
	return nil
}

func (c *Certificate) parseExtension(oid string, r *tlv.Reader) error {
	switch oid {
	case oidKeyUsage:
		item, err := r.Expect(der.TagBitString)
		if err != nil || len(item.Value) == 0 {
			return der.Malformed("key usage", err)
		}
		c.hasUsage = true
		if len(item.Value) > 1 {
			c.usage = item.Value[1]
		}
	case oidBasicConstraints:
		seq, err := der.Inside(r, der.TagSequence, "basic constraints")
		if err != nil {
			return err
		}
		c.hasConstraints = true
		flag, present, err := seq.Optional(der.TagBoolean)
		if err != nil {
			return der.Malformed("basic constraints", err)
		}
		c.isCA = present && len(flag.Value) == 1 && flag.Value[0] != 0
	case oidSubjectKeyID:
		item, err := r.Expect(der.TagOctetString)
		if err != nil {
			return der.Malformed("subject key identifier", err)
		}
		c.subjectKeyID = item.Value
	case oidAuthorityKeyID:
		seq, err := der.Inside(r, der.TagSequence, "authority key identifier")
		if err != nil {
			return err
		}
		if item, present, err := seq.Optional(0x80); err == nil && present {
			c.authorityKeyID = item.Value
		}
	}
	return nil
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
	return issuer == c.issuer && bytes.Equal(serial, c.serial)
}

// ValidAt tells whether t lies within the validity.
func (c *Certificate) ValidAt(t time.Time) bool {
	return !t.Before(c.NotBefore) && !t.After(c.NotAfter)
}

// MaySign tells whether the key is one of a document signer.
func (c *Certificate) MaySign() bool {
	return (!c.hasUsage || c.usage&usageSignature != 0) && !c.isCA
}

// MayCertify tells whether the key is one of an authority.
func (c *Certificate) MayCertify() bool {
	return (!c.hasUsage || c.usage&usageCertSign != 0) && (!c.hasConstraints || c.isCA)
}

// namesKeyOf tells whether c names the key of issuer by its identifier.
func (c *Certificate) namesKeyOf(issuer *Certificate) bool {
	return len(c.authorityKeyID) > 0 && bytes.Equal(c.authorityKeyID, issuer.subjectKeyID)
}

// signedBy checks c's signature with the issuer's key.
func (c *Certificate) signedBy(issuer *Certificate) (bool, error) {
	return issuer.key.Verify(c.algorithm, c.algorithm.Hash, c.tbs, c.signature)
}
