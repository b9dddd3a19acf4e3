package pki

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

// maxRevoked bounds the entries of a revocation list.
const maxRevoked = 100_000

// Object identifiers of extensions of revocation lists.
const (
	oidCRLNumber = oidExtension + "\x14"
	oidCRLReason = oidExtension + "\x15"
	oidInvalidAt = oidExtension + "\x18"
)

// ErrNoIssuer: no trusted authority signed the revocation list.
var ErrNoIssuer = errors.New("no trusted authority signed the revocation list")

// CRL is a revocation list of an issuing authority: X.509 version 2 (Doc 9303
// part 12, 7.2; RFC 5280, 5). Lists of a part of the certificates and lists of
// changes do not occur there and are [ErrUnsupported].
type CRL struct {
	Raw        []byte
	ThisUpdate time.Time
	// NextUpdate is when there will be another one, zero when the list does not
	// say so.
	NextUpdate time.Time

	tbs            []byte
	issuer         name
	algorithm      SignatureAlgorithm
	signature      []byte
	authorityKeyID []byte
	serials        map[string]struct{}
	family         int // of the anchor that signed it
}

// ParseCRL reads one DER revocation list; it keeps b.
func ParseCRL(b []byte) (*CRL, error) {
	outer, err := tlv.Parse(b, der.TagSequence)
	if err != nil {
		return nil, der.Malformed("revocation list", err)
	}
	r := outer.Items()
	tbs, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, der.Malformed("revocation list", err)
	}
	c := &CRL{Raw: b, tbs: tbs.Raw, serials: map[string]struct{}{}}
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
	if err := c.parse(tbs.Items()); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *CRL) parse(r *tlv.Reader) error {
	if tag, _ := r.Peek(); tag == der.TagInteger {
		if _, err := der.SmallInt(r); err != nil { // version 2; its extensions tell what matters
			return err
		}
	}
	if _, err := r.Expect(der.TagSequence); err != nil { // signature algorithm, as outside
		return der.Malformed("revocation list", err)
	}
	var err error
	if c.issuer, err = readName(r); err != nil {
		return err
	}
	if c.ThisUpdate, err = readTime(r); err != nil {
		return err
	}
	if tag, _ := r.Peek(); tag == der.TagUTCTime || tag == der.TagGeneralizedTime {
		if c.NextUpdate, err = readTime(r); err != nil {
			return err
		}
	}
	revoked, present, err := r.Optional(der.TagSequence)
	if err != nil {
		return der.Malformed("revocation list", err)
	}
	if present {
		if err := c.parseRevoked(revoked.Items()); err != nil {
			return err
		}
	}
	extensions, present, err := r.Optional(der.TagContext0)
	if err != nil {
		return der.Malformed("revocation list", err)
	}
	if present {
		return eachExtension(extensions.Items(), c.extension)
	}
	return nil
}

func (c *CRL) parseRevoked(r *tlv.Reader) error {
	for r.More() {
		entry, err := der.Inside(r, der.TagSequence, "revoked certificate")
		if err != nil {
			return err
		}
		serial, err := entry.Expect(der.TagInteger)
		if err != nil || len(c.serials) == maxRevoked {
			return der.Malformed("revoked certificate", err)
		}
		if _, err := readTime(entry); err != nil {
			return err
		}
		if entry.More() {
			if err := eachExtension(entry, entryExtension); err != nil {
				return err
			}
		}
		c.serials[serialOf(serial.Value)] = struct{}{}
	}
	return nil
}

// serialOf makes serial numbers equal that differ in leading zeros only.
func serialOf(b []byte) string { return string(bytes.TrimLeft(b, "\x00")) }

func (c *CRL) extension(oid string, critical bool, value *tlv.Reader) (err error) {
	switch {
	case oid == oidAuthorityKeyID:
		c.authorityKeyID, err = parseAuthorityKeyID(value)
	case critical && oid != oidCRLNumber:
		err = fmt.Errorf("revocation list of a part of the certificates: %w", ErrUnsupported)
	}
	return err
}

func entryExtension(oid string, critical bool, _ *tlv.Reader) error {
	if critical && oid != oidCRLReason && oid != oidInvalidAt {
		return fmt.Errorf("revoked certificate of another issuer: %w", ErrUnsupported)
	}
	return nil
}

// Issuer is the issuer's name for a person to read.
func (c *CRL) Issuer() string { return c.issuer.text() }

// Len is how many certificates are revoked.
func (c *CRL) Len() int { return len(c.serials) }

// StaleAt tells whether a newer list should be there. A list that does not say
// when lasts 90 days, the longest that Doc 9303 part 12, 4, allows between two.
func (c *CRL) StaleAt(t time.Time) bool {
	next := c.NextUpdate
	if next.IsZero() {
		next = c.ThisUpdate.AddDate(0, 0, 90)
	}
	return t.After(next)
}

// WithRevocations returns the anchors with revocation lists in DER. Each must be
// signed by one of the authorities: it fails with [ErrNoIssuer] at the first
// that is not. How old a list is does not matter here; see [RevocationStale].
func (a Anchors) WithRevocations(lists ...[]byte) (Anchors, error) {
	out := Anchors{all: append([]anchor(nil), a.all...), crls: append([]*CRL(nil), a.crls...), known: newSignersKnown()}
	for i, b := range lists {
		c, err := ParseCRL(b)
		if err == nil {
			err = c.findIssuer(out)
		}
		if err != nil {
			return Anchors{}, fmt.Errorf("revocation list %d: %w", i+1, err)
		}
		out.crls = append(out.crls, c)
	}
	out.markRevoked()
	return out, nil
}

// Revocations are the revocation lists.
func (a Anchors) Revocations() []*CRL { return append([]*CRL(nil), a.crls...) }

func (c *CRL) findIssuer(a Anchors) error {
	for _, authority := range a.all {
		named := len(c.authorityKeyID) > 0 && bytes.Equal(c.authorityKeyID, authority.subjectKeyID)
		if !named && c.issuer.folded != authority.subject.folded || !authority.mayRevoke() {
			continue
		}
		if good, err := authority.key.Verify(c.algorithm, c.algorithm.Hash, c.tbs, c.signature); err == nil && good {
			c.family = authority.family
			return nil
		}
	}
	return ErrNoIssuer
}

// markRevoked finds authorities that were revoked: their certificate, or
// another one of the same key, or that of the key they are linked to.
func (a *Anchors) markRevoked() {
	for i := range a.all {
		if listed, _ := a.listed(a.all[i].Certificate, a.all[i].family); !listed {
			continue
		}
		for j := range a.all {
			if a.all[j].key.equal(a.all[i].key) {
				a.all[j].revoked = true
			}
		}
	}
	for range maxLinks {
		for i, c := range a.all {
			if c.by >= 0 && a.all[c.by].revoked {
				a.all[i].revoked = true
			}
		}
	}
}

// listed tells whether a list of the authority's family names the certificate,
// and which list is the newest, nil when there is none.
func (a Anchors) listed(c *Certificate, family int) (revoked bool, newest *CRL) {
	for _, list := range a.crls {
		if list.family != family {
			continue
		}
		if newest == nil || list.ThisUpdate.After(newest.ThisUpdate) {
			newest = list
		}
		if _, found := list.serials[serialOf(c.serial)]; found {
			revoked = true
		}
	}
	return revoked, newest
}
