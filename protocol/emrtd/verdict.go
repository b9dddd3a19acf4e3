package emrtd

import (
	"slices"
	"strings"
	"time"
)

// Verdict is what became of the checks. They are four and are never merged.
type Verdict string

// Verdicts.
const (
	// Genuine: hashes, signature, chain to a trusted authority and chip proof.
	Genuine Verdict = "genuine"
	// IntegrityOnly: hashes and signature are good, but the issuer is not
	// anchored or the chip proved nothing.
	IntegrityOnly Verdict = "integrity-only"
	// Forged: data, a signature or the chip's proof is false.
	Forged Verdict = "forged"
	// Unreadable: what is needed to judge was withheld or cannot be understood.
	Unreadable Verdict = "unreadable"
)

// Reason is why a verdict is not better, or something worth noting. The names
// are stable: they are stored and sent.
type Reason string

// Reasons for [Forged].
const (
	ReasonGroupAltered   Reason = "group-altered"          // a data group differs from its signed hash
	ReasonGroupUncovered Reason = "group-uncovered"        // the signed index does not list what was read
	ReasonDigestAltered  Reason = "signed-digest-altered"  // the signed index differs from the signed digest
	ReasonSignatureFalse Reason = "signature-false"        // not signed by the certificate that came along
	ReasonIssuerFalse    Reason = "issuer-signature-false" // the certificate names a trusted key that did not sign it
	ReasonChipProofFalse Reason = "chip-proof-false"       // active authentication failed
)

// Reasons for [Unreadable].
const (
	ReasonSODAbsent         Reason = "sod-absent"
	ReasonSODMalformed      Reason = "sod-malformed"
	ReasonSignerAbsent      Reason = "signer-absent"      // no certificate of the signer
	ReasonAlgorithmUnknown  Reason = "algorithm-unknown"  // hash, signature or curve
	ReasonGroupWithheld     Reason = "group-withheld"     // listed, but the chip does not give it
	ReasonChipKeyMalformed  Reason = "chip-key-malformed" // DG15 holds no key known here
	ReasonChipProofRefused  Reason = "chip-proof-refused" // the chip has a key and does not use it
	ReasonIdentityMalformed Reason = "identity-malformed" // DG1 holds no machine readable zone
	ReasonIdentityAbsent    Reason = "identity-absent"    // DG1 was not read: nobody is named
)

// Reasons for [IntegrityOnly].
const (
	ReasonNoAnchors        Reason = "no-anchors"            // nobody is trusted
	ReasonIssuerUnknown    Reason = "issuer-unknown"        // no trusted authority signed the certificate
	ReasonSignerExpired    Reason = "signer-expired"        // at the time of reading
	ReasonIssuerExpired    Reason = "issuer-expired"        // at the time of reading
	ReasonSignerNotAllowed Reason = "signer-not-allowed"    // the certificate is not made for signing documents
	ReasonSignedOutside    Reason = "signed-outside-period" // at the time of signing the signer's key was not to be used
	ReasonNoChipProof      Reason = "no-chip-proof"         // the chip has no key to prove itself with
	// ReasonChipProofUncovered: the chip proved itself with a key that no
	// trusted signature covers, which any copy can.
	ReasonChipProofUncovered Reason = "chip-proof-uncovered"
	// ReasonSignerRevoked: the authority withdrew the certificate of the signer,
	// or its own.
	ReasonSignerRevoked Reason = "signer-revoked"
	// ReasonCountryMismatch: the machine readable zone, the signer and the
	// authority do not name the same state.
	ReasonCountryMismatch Reason = "country-mismatch"
	// ReasonDocumentType: the signer is not made for documents of this type.
	ReasonDocumentType Reason = "document-type-mismatch"
)

// Reasons that change no verdict.
const (
	ReasonWeakAlgorithm Reason = "weak-algorithm"   // SHA-1 somewhere in the chain
	ReasonCheckDigits   Reason = "mrz-check-digits" // of the machine readable zone
	// ReasonRevocationStale: the authority's revocation list should have been
	// replaced before the time of reading.
	ReasonRevocationStale Reason = "revocation-stale"
	// ReasonInspectionRefused: the chip did not accept the inspection system, so
	// that what only such a system may read was left out.
	ReasonInspectionRefused Reason = "inspection-refused"
	// ReasonOffersDiffer: EF.CardAccess offered other protocols than its signed
	// copy in DG14.
	ReasonOffersDiffer Reason = "access-offers-differ"
)

// Verdict is the verdict this reason leads to by itself; a note leads to
// [Genuine].
func (r Reason) Verdict() Verdict {
	switch r {
	case ReasonGroupAltered, ReasonGroupUncovered, ReasonDigestAltered, ReasonSignatureFalse, ReasonIssuerFalse, ReasonChipProofFalse:
		return Forged
	case ReasonSODAbsent, ReasonSODMalformed, ReasonSignerAbsent, ReasonAlgorithmUnknown, ReasonGroupWithheld, ReasonChipKeyMalformed,
		ReasonChipProofRefused, ReasonIdentityMalformed, ReasonIdentityAbsent:
		return Unreadable
	case ReasonNoAnchors, ReasonIssuerUnknown, ReasonSignerExpired, ReasonIssuerExpired, ReasonSignerNotAllowed, ReasonNoChipProof,
		ReasonSignedOutside, ReasonChipProofUncovered, ReasonSignerRevoked, ReasonCountryMismatch, ReasonDocumentType:
		return IntegrityOnly
	case ReasonWeakAlgorithm, ReasonCheckDigits, ReasonRevocationStale, ReasonInspectionRefused, ReasonOffersDiffer:
		return Genuine
	}
	return Unreadable
}

// Verification is the outcome of all checks.
type Verification struct {
	Verdict Verdict
	Reasons []Reason // sorted, each once
	// Signer is the certificate of the document signer in DER, nil when there is
	// none; with IntegrityOnly it is what an online check needs.
	Signer []byte
	// SignedAt is when the signer says that it signed, zero when it does not.
	SignedAt time.Time
	// LDS is the version of the logical data structure: 1.7, 1.8.
	LDS string
	// Anchor is the [pki.Certificate.ID] of the authority that signed it, "" when
	// none of the trusted ones did.
	Anchor string
	// Groups are the data groups of the signed index, in its order.
	Groups []GroupResult
	// Hash and Signature name the algorithms, such as SHA-256 and RSA-PSS-SHA-256.
	Hash, Signature string
	// ChipProof is "AA" when the chip proved itself with a covered key.
	ChipProof string
}

// GroupResult is one line of the signed index.
type GroupResult struct {
	Number int
	Hash   []byte
	Read   bool
	Match  bool // meaningful where Read
}

// Has tells whether a reason was found.
func (v Verification) Has(r Reason) bool { return slices.Contains(v.Reasons, r) }

func (v *Verification) note(r Reason) {
	if !v.Has(r) {
		v.Reasons = append(v.Reasons, r)
	}
}

// judge sets the verdict from the reasons: the worst counts.
func (v *Verification) judge() {
	slices.Sort(v.Reasons)
	rank := []Verdict{Genuine, IntegrityOnly, Unreadable, Forged}
	worst := 0
	for _, r := range v.Reasons {
		worst = max(worst, slices.Index(rank, r.Verdict()))
	}
	v.Verdict = rank[worst]
}

func (v Verification) String() string {
	reasons := make([]string, len(v.Reasons))
	for i, r := range v.Reasons {
		reasons[i] = string(r)
	}
	if len(reasons) == 0 {
		return string(v.Verdict)
	}
	return string(v.Verdict) + " (" + strings.Join(reasons, ", ") + ")"
}
