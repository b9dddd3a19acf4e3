package pki

import "fmt"

// Anchors are the issuing authorities (CSCA) that are trusted. The zero value
// trusts nobody. They do not change and may be shared.
type Anchors struct{ certs []*Certificate }

// NewAnchors takes DER certificates of issuing authorities, on any curve this
// package knows. It fails on the first that is none.
func NewAnchors(certificates ...[]byte) (Anchors, error) {
	var a Anchors
	for i, b := range certificates {
		c, err := ParseCertificate(b)
		if err != nil {
			return Anchors{}, fmt.Errorf("trusted certificate %d: %w", i+1, err)
		}
		if !c.MayCertify() {
			return Anchors{}, fmt.Errorf("trusted certificate %d belongs to no authority: %w", i+1, ErrUnsupported)
		}
		a.certs = append(a.certs, c)
	}
	return a, nil
}

// Len is the number of authorities.
func (a Anchors) Len() int { return len(a.certs) }

// IssuerOf finds the authority whose key signed c. When there is none, forged
// tells that c names the very key of one that did not sign it.
func (a Anchors) IssuerOf(c *Certificate) (issuer *Certificate, forged bool) {
	for _, anchor := range a.certs {
		named := c.namesKeyOf(anchor)
		if !named && c.issuer != anchor.subject {
			continue
		}
		if ok, err := c.signedBy(anchor); err == nil && ok {
			return anchor, false
		}
		forged = forged || named
	}
	return nil, forged
}
