package hc1

import (
	"time"

	"motcua/protocol/cccd"
	"motcua/protocol/mrz"
	"motcua/protocol/signedlist"
)

// Lists are what certificates are held against. A nil list is a missing one.
type Lists struct {
	Signers     *Signers
	Revocations *Revocations
}

// Policy says what is too old. The zero policy takes no list.
type Policy struct {
	// SignersAge and RevocationsAge are the greatest ages of the lists.
	SignersAge, RevocationsAge time.Duration
	// Leeway is by how much the clock may be behind the issuers' clocks.
	Leeway time.Duration
}

// Holder is the person of a chip that was read and found genuine.
type Holder struct {
	Zone mrz.Document
	DG13 *cccd.DG13 // nil when the chip has none
}

// Verify says what a certificate is worth at the time now: whether the lists are
// young enough, who has signed it, and what it says about itself. holder is who
// presents it, or nil when nobody's chip was read.
func Verify(c *Certificate, lists Lists, policy Policy, holder *Holder, now time.Time) Verdict {
	v := Verdict{}
	if lists.Signers != nil {
		v.Signers = lists.Signers.Head
	}
	if lists.Revocations != nil {
		v.Revocations = lists.Revocations.Head
	}
	if v.Reasons = policy.checkLists(lists, now); len(v.Reasons) > 0 {
		return v
	}
	by, reasons := c.checkSigner(lists.Signers, now)
	if v.Country = by.country; len(reasons) > 0 {
		v.Reasons = reasons
		return v
	}
	v.Reasons = append(v.Reasons, c.checkRevoked(lists.Revocations, by.country)...)
	if holder != nil {
		v.HolderChecked = true
		v.Reasons = append(v.Reasons, c.checkHolder(*holder)...)
	}
	v.Reasons = append(v.Reasons, c.checkTime(policy.Leeway, now)...)
	return v
}

func (p Policy) checkLists(l Lists, now time.Time) (found []Reason) {
	if l.Signers == nil {
		found = append(found, NoSigners)
	} else {
		found = append(found, checkAge(l.Signers.Head, p.SignersAge, p.Leeway, now, SignersOld, SignersAhead)...)
	}
	if l.Revocations == nil {
		return append(found, NoRevocations)
	}
	return append(found, checkAge(l.Revocations.Head, p.RevocationsAge, p.Leeway, now, RevocationsOld, RevocationsAhead)...)
}

func checkAge(h signedlist.Head, greatest, leeway time.Duration, now time.Time, old, ahead Reason) []Reason {
	switch {
	case h.Issued.After(now.Add(leeway)):
		return []Reason{ahead}
	case now.Sub(h.Issued) > greatest, now.After(h.Expires):
		return []Reason{old}
	}
	return nil
}

// checkSigner finds the listed signer whose key verifies the signature, and says
// why its word does not count.
func (c *Certificate) checkSigner(list *Signers, now time.Time) (signer, []Reason) {
	named := list.named(c.keyID)
	if len(named) == 0 {
		return signer{}, []Reason{SignerNotListed}
	}
	for _, s := range named {
		if s.verifier.Algorithm() == c.alg && c.message.Verify(nil, s.verifier) == nil {
			return s, c.checkSignature(s, now)
		}
	}
	return signer{}, []Reason{SignatureFalse}
}

// checkSignature says why a good signature does not count.
func (c *Certificate) checkSignature(s signer, now time.Time) (found []Reason) {
	if c.Issuer != "" && c.Issuer != s.country {
		found = append(found, SignerOfAnother)
	}
	if c.Issued.Before(s.notBefore) || c.Issued.After(s.notAfter) {
		found = append(found, SignerNotThen)
	}
	if now.After(s.notAfter) {
		found = append(found, SignerEnded)
	}
	if !s.vaccinations {
		found = append(found, SignerNotForThis)
	}
	return found
}

func (c *Certificate) checkRevoked(list *Revocations, country string) (found []Reason) {
	for _, way := range []struct {
		by     By
		reason Reason
	}{{BySignature, RevokedBySignature}, {ByID, RevokedByID}, {ByCountryAndID, RevokedByCountryID}} {
		if list.has(country, way.by, c.Hashes(way.by, country)) {
			found = append(found, way.reason)
		}
	}
	return found
}

func (c *Certificate) checkHolder(h Holder) (found []Reason) {
	for _, m := range cccd.Mismatches(h.Zone, h.DG13, c.claim()) {
		found = append(found, Reason(m))
	}
	return found
}

// claim is who the certificate says its holder is. Issuers put the parts of
// Vietnamese names into family and given name in both orders, and what stands for
// machines is not always made from what stands for people.
func (c *Certificate) claim() cccd.Claim {
	n := c.Name
	return cccd.Claim{
		Names: []string{
			n.FamilyMRZ + " " + n.GivenMRZ, n.GivenMRZ + " " + n.FamilyMRZ,
			n.Family + " " + n.Given, n.Given + " " + n.Family,
		},
		Birth: c.birthDayFirst(),
	}
}

// birthDayFirst writes the date of birth as cards do, 00 for what is not known.
func (c *Certificate) birthDayFirst() string {
	if c.Birth == "" {
		return ""
	}
	whole := (c.Birth + "-00-00")[:len(time.DateOnly)]
	return whole[8:] + "/" + whole[5:7] + "/" + whole[:4]
}

func (c *Certificate) checkTime(leeway time.Duration, now time.Time) (found []Reason) {
	behind := now.Add(leeway)
	if c.Issued.After(behind) {
		found = append(found, IssuedInTheFuture)
	}
	if c.NotBefore.After(behind) {
		found = append(found, NotBeforeInTheFuture)
	}
	if now.After(c.Expires) {
		found = append(found, Ended)
	}
	return found
}
