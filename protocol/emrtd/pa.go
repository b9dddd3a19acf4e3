package emrtd

import (
	"bytes"
	"crypto"
	"crypto/subtle"
	"errors"
	"maps"
	"slices"
	"time"

	"motcua/protocol/emrtd/lds"
	"motcua/protocol/mrz"
	"motcua/protocol/pki"
)

// VerifyPassive is passive authentication (Doc 9303 part 11, 5.1): EF.SOD's
// signature, the signer's certificate against the trusted authorities, and the
// hash of every data group that was read. It says nothing about the chip; a
// centre uses it to check again what a kiosk sends.
//
// Groups hold the data groups by number and must contain DG1, as a signature
// about nobody proves nothing. Certificates are held against now, the time of
// reading, and against the time of signing where the signature or DG12 tell it;
// [pki.Anchors.Check] says why both count.
func VerifyPassive(sod []byte, groups map[int][]byte, anchors pki.Anchors, now time.Time) Verification {
	var v Verification
	v.passive(sod, groups, anchors, now)
	v.judge()
	return v
}

func (v *Verification) passive(sod []byte, groups map[int][]byte, anchors pki.Anchors, now time.Time) {
	index := newIndex(sod, anchors, now)
	for n, content := range groups {
		index.add(n, content)
	}
	index.judge(v, groups)
}

// checkIdentity finds out whom the document names, zero when it names nobody.
func (v *Verification) checkIdentity(dg1 []byte) mrz.Document {
	if dg1 == nil {
		v.note(ReasonIdentityAbsent)
		return mrz.Document{}
	}
	holder, err := lds.ParseDG1(dg1)
	if _, digits := errors.AsType[*mrz.CheckError](err); digits {
		v.note(ReasonCheckDigits)
	} else if err != nil {
		v.note(ReasonIdentityMalformed)
	}
	return holder
}

func (v *Verification) checkGroups(s *securityObject, groups, digests map[int][]byte) {
	for _, g := range s.groups {
		_, read := groups[g.number]
		result := GroupResult{Number: g.number, Hash: bytes.Clone(g.hash), Read: read}
		if read {
			result.Match = subtle.ConstantTimeCompare(digests[g.number], g.hash) == 1
			if !result.Match {
				v.note(ReasonGroupAltered)
			}
		}
		v.Groups = append(v.Groups, result)
	}
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		if s.group(n) == nil {
			v.note(ReasonGroupUncovered)
		}
	}
}

// checkSignature says what became of the signature over the index.
func (v *Verification) checkSignature(err error) {
	if err == nil {
		return
	}
	for cause, reason := range map[error]Reason{
		pki.ErrNoSigner: ReasonSignerAbsent, pki.ErrUnsupported: ReasonAlgorithmUnknown,
		pki.ErrDigest: ReasonDigestAltered, pki.ErrSignature: ReasonSignatureFalse,
	} {
		if errors.Is(err, cause) {
			v.note(reason)
		}
	}
}

// findings are what the certificates' findings are called here.
var findings = map[pki.Finding]Reason{
	pki.NoAnchors: ReasonNoAnchors, pki.IssuerUnknown: ReasonIssuerUnknown, pki.IssuerFalse: ReasonIssuerFalse,
	pki.IssuerExpired: ReasonIssuerExpired, pki.SignerExpired: ReasonSignerExpired, pki.SignedOutside: ReasonSignedOutside,
	pki.SignerNotAllowed: ReasonSignerNotAllowed, pki.SignerRevoked: ReasonSignerRevoked, pki.CountryMismatch: ReasonCountryMismatch,
	pki.WeakAlgorithm: ReasonWeakAlgorithm, pki.RevocationStale: ReasonRevocationStale,
}

func (v *Verification) checkSigner(c pki.Chain, holder mrz.Document) {
	for _, f := range c.Findings {
		if reason, ok := findings[f]; ok {
			v.note(reason)
		} else {
			v.note(ReasonSignerNotAllowed)
		}
	}
	if c.Issuer == nil {
		return
	}
	v.Anchor = c.Issuer.ID()
	if holder.Issuer == "" { // told by the identity's own reason
		return
	}
	if !pki.SameState(holder.Issuer, c.Signer.Country()) {
		v.note(ReasonCountryMismatch)
	}
	if !c.Signer.MayIssue(holder.Type) {
		v.note(ReasonDocumentType)
	}
}

// issueDate is the date of issue that DG12 tells, zero where it tells none.
func issueDate(dg12 []byte) time.Time {
	if dg12 == nil {
		return time.Time{}
	}
	d, err := lds.ParseDG12(dg12)
	if err != nil || !d.Issued.Whole() || d.Issued.Short {
		return time.Time{}
	}
	return time.Date(d.Issued.Year, time.Month(d.Issued.Month), d.Issued.Day, 12, 0, 0, 0, time.UTC)
}

func digestOf(h crypto.Hash, b []byte) []byte {
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}
