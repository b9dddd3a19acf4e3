package pki

import (
	"crypto"
	"slices"
	"time"
)

// Finding is something about a signer that speaks against it, or is worth
// knowing.
type Finding int

// Findings. All but the last two mean that the signer is not to be trusted.
const (
	// NoAnchors: nobody is trusted.
	NoAnchors Finding = iota + 1
	// IssuerUnknown: no trusted authority signed the certificate.
	IssuerUnknown
	// IssuerFalse: the certificate names the key of a trusted authority that did
	// not sign it.
	IssuerFalse
	// IssuerExpired: the authority's certificate is not valid at the time of
	// reading.
	IssuerExpired
	// SignerExpired: the signer's certificate is not valid at the time of
	// reading.
	SignerExpired
	// SignedOutside: the time of signing lies outside the validity or the usage
	// period of the signer's key.
	SignedOutside
	// SignerNotAllowed: the certificate is not made for this purpose.
	SignerNotAllowed
	// SignerRevoked: the authority revoked the certificate, or its own.
	SignerRevoked
	// CountryMismatch: signer and authority do not name the same country.
	CountryMismatch

	// WeakAlgorithm: the certificate is signed with SHA-1. It is worth knowing.
	WeakAlgorithm
	// RevocationStale: the authority's newest revocation list should have been
	// replaced before the time of reading. It is worth knowing.
	RevocationStale
)

// Chain is what became of the way from a signer to the trusted authorities.
type Chain struct {
	Signer *Certificate
	// Issuer is the trusted authority that signed it, nil when there is none.
	Issuer *Certificate
	// Findings are in no order, each once.
	Findings []Finding
}

// Trusted tells whether a trusted authority vouches for the signer.
func (c Chain) Trusted() bool {
	return c.Issuer != nil && !slices.ContainsFunc(c.Findings, func(f Finding) bool { return f != WeakAlgorithm && f != RevocationStale })
}

// Has tells whether something was found.
func (c Chain) Has(f Finding) bool { return slices.Contains(c.Findings, f) }

func (c *Chain) note(f Finding) {
	if !c.Has(f) {
		c.Findings = append(c.Findings, f)
	}
}

// Times are the moments that certificates are held against.
type Times struct {
	// Reading is now.
	Reading time.Time
	// Signing is when the signature was made, zero where that is not known.
	Signing time.Time
	// Issued is the day on which the document was issued, which counts where the
	// time of signing is not known; zero where it is not known either. It may be
	// some weeks from the signature.
	Issued time.Time
}

// Check follows a signer to the trusted authorities (Doc 9303 part 11, 5.1,
// and part 12; RFC 5280, 6.1): signature, purpose, validity, revocation, country.
//
// Validity is held against two times. At the time of reading, signer and
// authority must be valid: Doc 9303 part 12, 4, makes a signer's certificate
// outlive every document it signs, so one that has run out means a document that
// has run out too, or a key that nobody watches or revokes any more. A time of
// signing within the period does not mend that, because the signer itself says
// when it signed, and who holds an old key can say so too. At the time of
// signing, where it is known, the key must have been in its usage period.
func (a Anchors) Check(signer *Certificate, p Purpose, at Times) Chain {
	c := Chain{Signer: signer}
	if !signer.ValidAt(at.Reading) {
		c.note(SignerExpired)
	}
	if !signer.signedInPeriod(at) {
		c.note(SignedOutside)
	}
	if !signer.MaySign(p) {
		c.note(SignerNotAllowed)
	}
	if signer.algorithm.Hash == crypto.SHA1 {
		c.note(WeakAlgorithm)
	}
	if a.Len() == 0 {
		c.note(NoAnchors)
		return c
	}
	signers, forged := a.signers(signer)
	switch {
	case forged:
		c.note(IssuerFalse)
	case len(signers) == 0:
		c.note(IssuerUnknown)
	default:
		a.checkIssuer(&c, best(signers, at.Reading), at.Reading)
	}
	return c
}

// best prefers an authority that is good now: the same key may stand in a
// self-signed and in a link certificate.
func best(signers []anchor, now time.Time) anchor {
	return slices.MaxFunc(signers, func(x, y anchor) int { return worth(x, now) - worth(y, now) })
}

func worth(a anchor, now time.Time) (n int) {
	if !a.revoked {
		n += 2
	}
	if a.ValidAt(now) {
		n++
	}
	return n
}

func (a Anchors) checkIssuer(c *Chain, issuer anchor, now time.Time) {
	c.Issuer = issuer.Certificate
	if !issuer.ValidAt(now) {
		c.note(IssuerExpired)
	}
	revoked, list := a.listed(c.Signer, issuer.family)
	if revoked || issuer.revoked {
		c.note(SignerRevoked)
	}
	if list != nil && list.StaleAt(now) {
		c.note(RevocationStale)
	}
	if c.Signer.Country() != issuer.Country() {
		c.note(CountryMismatch)
	}
}

// Verify checks signature and signer. An error is one of
// [SignedData.CheckSignature]; without one, the signature is that of the
// certificate that came along, and the Chain says what that one is worth.
func (s *SignedData) Verify(anchors Anchors, p Purpose, now time.Time) (Chain, error) {
	if err := s.CheckSignature(); err != nil {
		return Chain{Signer: s.Signer()}, err
	}
	return anchors.Check(s.Signer(), p, Times{Reading: now, Signing: s.SigningTime()}), nil
}
