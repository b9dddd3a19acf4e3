package pki

import (
	"slices"
	"strings"
	"time"
)

// Purpose is what a certificate's key signs.
type Purpose int

// Purposes.
const (
	// SigningDocuments: EF.SOD and EF.CardSecurity.
	SigningDocuments Purpose = iota + 1
	// SigningMasterLists: lists of authorities.
	SigningMasterLists
)

// MaySign tells whether the key is made for the purpose (Doc 9303 part 12,
// 7.1): it signs, does not certify, and has no other purpose; the
// signer of a master list says that it is one. Extensions that the certificate
// should have and has not are forgiven, as issuers leave them out; a critical
// extension that is not understood is not.
func (c *Certificate) MaySign(p Purpose) bool {
	if c.hasUsage && c.usage&usageSignature == 0 || c.isCA || c.unknownCritical {
		return false
	}
	lists := slices.Contains(c.purposes, oidMasterListSigning)
	if p == SigningMasterLists {
		return lists
	}
	return !lists && !slices.Contains(c.purposes, oidDeviationSigning)
}

// MayCertify tells whether the key is one of an authority.
func (c *Certificate) MayCertify() bool {
	return (!c.hasUsage || c.usage&usageCertSign != 0) && (!c.hasConstraints || c.isCA) && len(c.purposes) == 0
}

// mayRevoke tells whether the key signs revocation lists; old authorities do
// not say so and do.
func (c *Certificate) mayRevoke() bool {
	return !c.hasUsage || c.usage&(usageCRLSign|usageCertSign) != 0
}

// MayIssue tells whether the signer may sign documents of this code, as it
// stands in the machine readable zone, such as P or ID. An entry of one letter
// is good for every code that begins with it; a certificate without a list is
// good for all.
func (c *Certificate) MayIssue(code string) bool {
	if !c.hasDocumentTypes {
		return true
	}
	code = strings.TrimRight(code, "<")
	return slices.ContainsFunc(c.documentTypes, func(entry string) bool {
		entry = strings.ToUpper(strings.TrimRight(entry, "< "))
		return entry == code || len(entry) == 1 && strings.HasPrefix(code, entry)
	})
}

// How far a time of signing may lie outside the period of its key: some signers
// give the date only, or local time. A document is issued some time after, or
// dated before, it is signed.
const (
	signingGrace = 24 * time.Hour
	issueGrace   = 60 * 24 * time.Hour
)

// signedInPeriod tells whether nothing says that the key signed when it was not
// to be used.
func (c *Certificate) signedInPeriod(at Times) bool {
	switch {
	case !at.Signing.IsZero():
		return c.usableAt(at.Signing, signingGrace)
	case !at.Issued.IsZero():
		return c.usableAt(at.Issued, issueGrace)
	}
	return true
}

// usableAt tells whether the private key may have signed at t: within the
// validity, and within the usage period where there is one.
func (c *Certificate) usableAt(t time.Time, grace time.Duration) bool {
	from, to := c.NotBefore, c.NotAfter
	if c.privateFrom.After(from) {
		from = c.privateFrom
	}
	if !c.privateTo.IsZero() && c.privateTo.Before(to) {
		to = c.privateTo
	}
	return !t.Before(from.Add(-grace)) && !t.After(to.Add(grace))
}
