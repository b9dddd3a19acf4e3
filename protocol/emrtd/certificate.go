package emrtd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"time"

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
	key       publicKey
	algorithm signatureAlgorithm
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

// ParseCertificate reads one DER certificate; it keeps der.
func ParseCertificate(der []byte) (*Certificate, error) {
	outer, err := tlv.Parse(der, tagSequence)
	if err != nil {
		return nil, malformed("certificate", err)
	}
	r := outer.Items()
	tbs, err := r.Expect(tagSequence)
	if err != nil {
		return nil, malformed("certificate", err)
	}
	c := &Certificate{Raw: der, tbs: tbs.Raw}
	id, err := inside(r, tagSequence, "signature algorithm")
	if err != nil {
		return nil, err
	}
	if c.algorithm, err = parseSignatureAlgorithm(id); err != nil {
		return nil, err
	}
	if c.signature, err = readBitString(r); err != nil {
		return nil, err
	}
	return c, c.parseTBS(tbs.Items())
}

func (c *Certificate) parseTBS(r *tlv.Reader) error {
	if _, _, err := r.Optional(tagContext0); err != nil { // version
		return malformed("certificate version", err)
	}
	serial, err := r.Expect(tagInteger)
	if err != nil {
		return malformed("serial number", err)
	}
	c.serial = serial.Value
	if _, err := r.Expect(tagSequence); err != nil { // inner signature algorithm
		return malformed("certificate", err)
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
	if c.key, err = parsePublicKey(r); err != nil {
		return err
	}
	for r.More() {
		item, err := r.Next()
		if err != nil {
			return malformed("certificate", err)
		}
		if item.Tag == tagContext3 {
			return c.parseExtensions(item.Items())
		}
	}
	return nil
}

func readName(r *tlv.Reader) (string, error) {
	item, err := r.Expect(tagSequence)
	if err != nil {
		return "", malformed("name", err)
	}
	return foldName(item.Raw)
}

func (c *Certificate) parseValidity(r *tlv.Reader) error {
	seq, err := inside(r, tagSequence, "validity")
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
		return time.Time{}, malformed("time", err)
	}
	layouts := []string{"20060102150405Z", "200601021504Z"}
	text := string(item.Value)
	if item.Tag == tagUTCTime && len(text) > 2 { // RFC 5280, 4.1.2.5.1: 1950 to 2049
		century := "20"
		if text[0] >= '5' {
			century = "19"
		}
		text = century + text
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil && (item.Tag == tagUTCTime || item.Tag == tagTime) {
			return t, nil
		}
	}
	return time.Time{}, malformed("time", nil)
}

func (c *Certificate) parseExtensions(r *tlv.Reader) error {
	list, err := inside(r, tagSequence, "extensions")
	if err != nil {
		return err
	}
	for list.More() {
		ext, err := inside(list, tagSequence, "extension")
		if err != nil {
			return err
		}
		oid, err := ext.Expect(tagOID)
		if err != nil {
			return malformed("extension", err)
		}
		if _, _, err := ext.Optional(tagBoolean); err != nil {
			return malformed("extension", err)
		}
		value, err := ext.Expect(tagOctetString)
		if err != nil {
			return malformed("extension", err)
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
		item, err := r.Expect(tagBitString)
		if err != nil || len(item.Value) == 0 {
			return malformed("key usage", err)
		}
		c.hasUsage = true
		if len(item.Value) > 1 {
			c.usage = item.Value[1]
		}
	case oidBasicConstraints:
		seq, err := inside(r, tagSequence, "basic constraints")
		if err != nil {
			return err
		}
		c.hasConstraints = true
		flag, present, err := seq.Optional(tagBoolean)
		if err != nil {
			return malformed("basic constraints", err)
		}
		c.isCA = present && len(flag.Value) == 1 && flag.Value[0] != 0
	case oidSubjectKeyID:
		item, err := r.Expect(tagOctetString)
		if err != nil {
			return malformed("subject key identifier", err)
		}
		c.subjectKeyID = item.Value
	case oidAuthorityKeyID:
		seq, err := inside(r, tagSequence, "authority key identifier")
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

// validAt tells whether t lies within the validity.
func (c *Certificate) validAt(t time.Time) bool {
	return !t.Before(c.NotBefore) && !t.After(c.NotAfter)
}

// maySign: a document signer.
func (c *Certificate) maySign() bool {
	return (!c.hasUsage || c.usage&usageSignature != 0) && !c.isCA
}

// mayCertify: an authority.
func (c *Certificate) mayCertify() bool {
	return (!c.hasUsage || c.usage&usageCertSign != 0) && (!c.hasConstraints || c.isCA)
}

// namesKeyOf tells whether c names the key of issuer by its identifier.
func (c *Certificate) namesKeyOf(issuer *Certificate) bool {
	return len(c.authorityKeyID) > 0 && bytes.Equal(c.authorityKeyID, issuer.subjectKeyID)
}

// signedBy checks c's signature with the issuer's key.
func (c *Certificate) signedBy(issuer *Certificate) (bool, error) {
	return issuer.key.verify(c.algorithm, c.algorithm.hash, c.tbs, c.signature)
}
