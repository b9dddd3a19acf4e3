package hc1

import (
	"slices"

	"motcua/protocol/cccd"
	"motcua/protocol/signedlist"
)

// Status is what a certificate is worth. Statuses are never merged: a certificate
// that is both expired and somebody else's is said to be both.
type Status string

// Statuses, the gravest first. The first three are said alone, since nothing that
// an unverified certificate says counts.
const (
	ListTooOld      Status = "list-too-old"     // nothing could be checked
	Tampered        Status = "tampered"         // not what the signer signed
	UntrustedIssuer Status = "untrusted-issuer" // nobody whose word counts has signed it
	Revoked         Status = "revoked"
	NotHolder       Status = "not-holder" // not the person of the chip
	NotYetValid     Status = "not-yet-valid"
	Expired         Status = "expired"
	Valid           Status = "valid"
)

// Reason is one thing that was found. It is a stable word and says nothing about
// the person.
type Reason string

// Reasons. The table below gives each its status and meaning.
const (
	NoSigners            Reason = "no-signers"
	SignersOld           Reason = "signers-old"
	SignersAhead         Reason = "signers-ahead"
	NoRevocations        Reason = "no-revocations"
	RevocationsOld       Reason = "revocations-old"
	RevocationsAhead     Reason = "revocations-ahead"
	SignatureFalse       Reason = "signature-false"
	SignerNotListed      Reason = "signer-not-listed"
	SignerOfAnother      Reason = "signer-of-another-country"
	SignerNotThen        Reason = "signer-not-then"
	SignerEnded          Reason = "signer-ended"
	SignerNotForThis     Reason = "signer-not-for-vaccinations"
	RevokedBySignature   Reason = "revoked-by-signature"
	RevokedByID          Reason = "revoked-by-id"
	RevokedByCountryID   Reason = "revoked-by-country-and-id"
	IssuedInTheFuture    Reason = "issued-in-the-future"
	NotBeforeInTheFuture Reason = "not-before-in-the-future"
	Ended                Reason = "ended"
)

// Explanation is what a reason means.
type Explanation struct {
	Reason Reason
	Status Status
	Text   string // for a technician or officer, in English
}

// Explanations are all reasons, in the order in which they are found.
func Explanations() []Explanation {
	list := []Explanation{
		{NoSigners, ListTooOld, "there is no list of signers"},
		{SignersOld, ListTooOld, "the list of signers is older than the policy allows, or has ended"},
		{SignersAhead, ListTooOld, "the list of signers was issued in the future: the clock is behind, so its age is not known"},
		{NoRevocations, ListTooOld, "there is no list of revoked certificates"},
		{RevocationsOld, ListTooOld, "the list of revoked certificates is older than the policy allows, or has ended"},
		{RevocationsAhead, ListTooOld, "the list of revoked certificates was issued in the future: the clock is behind, so its age is not known"},
		{SignatureFalse, Tampered, "the signature does not fit what is signed, or the signer's key"},
		{SignerNotListed, UntrustedIssuer, "the signer is not listed"},
		{SignerOfAnother, UntrustedIssuer, "the certificate names another country than its signer's"},
		{SignerNotThen, UntrustedIssuer, "the signer was not valid when the certificate was issued"},
		{SignerEnded, UntrustedIssuer, "the signer is not valid any more"},
		{SignerNotForThis, UntrustedIssuer, "the signer may sign tests or recoveries only"},
		{RevokedBySignature, Revoked, "this certificate was revoked"},
		{RevokedByID, Revoked, "every certificate with this id was revoked"},
		{RevokedByCountryID, Revoked, "every certificate of this country with this id was revoked"},
	}
	for _, m := range []struct {
		mismatch cccd.Mismatch
		text     string
	}{
		{cccd.NameNotSaid, "there is no name to compare"},
		{cccd.NameOrder, "the name has the same words in another order"},
		{cccd.NameWordsMissing, "words of the chip's name are missing"},
		{cccd.NameWordsAdded, "there are words that the chip's name does not have"},
		{cccd.NameOneWord, "one word of the name is another"},
		{cccd.NameDiffers, "the name is another"},
		{cccd.BirthNotSaid, "there is no date of birth to compare"},
		{cccd.BirthExchanged, "day and month of birth are exchanged"},
		{cccd.BirthYear, "the year of birth is another; day and month, if known, are not"},
		{cccd.BirthDay, "day or month of birth are others; the year is not"},
		{cccd.BirthDiffers, "the date of birth is another"},
	} {
		list = append(list, Explanation{Reason(m.mismatch), NotHolder, m.text})
	}
	return append(
		list,
		Explanation{IssuedInTheFuture, NotYetValid, "it was issued in the future, or the clock is behind"},
		Explanation{NotBeforeInTheFuture, NotYetValid, "its validity has not begun"},
		Explanation{Ended, Expired, "its validity has ended"},
	)
}

// Status is the one that a reason leads to.
func (r Reason) Status() Status {
	list := Explanations()
	i := slices.IndexFunc(list, func(e Explanation) bool { return e.Reason == r })
	if i < 0 {
		return Tampered // no reason of this package: never valid
	}
	return list[i].Status
}

// Verdict is what was found about a certificate, and by which lists.
type Verdict struct {
	// Reasons are all that was found, the gravest first; none is [Valid].
	Reasons []Reason
	// HolderChecked tells whether the certificate was held against a person. One that
	// was not can be anybody's.
	HolderChecked bool
	// Country is the signer's, once the signature is verified.
	Country string
	// Signers and Revocations are the heads of the lists, zero where there is none.
	Signers, Revocations signedlist.Head
}

// Status is the gravest one.
func (v Verdict) Status() Status {
	if len(v.Reasons) == 0 {
		return Valid
	}
	return v.Reasons[0].Status()
}
