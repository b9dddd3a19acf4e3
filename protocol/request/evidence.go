package request

// Evidence is what proves that the card, and the person, were there. Facts come
// first; the level follows from them ([LevelOf]).
type Evidence struct {
	Level  Level  `cbor:"level"`
	Facts  Facts  `cbor:"facts"`
	Access string `cbor:"access,omitempty"` // PACE-CAN, PACE-MRZ, BAC
	SOD    []byte `cbor:"sod,omitempty"`    // EF.SOD as read: the issuer's signature over the groups' hashes
	// Groups are the hashes of the data groups that were read. The groups
	// themselves are not sent.
	Groups []GroupHash `cbor:"groups,omitempty"`
	// DG1 is EF.DG1 as read, the machine readable zone: with its hash in SOD the
	// centre sees for itself whom the issuer's signature names.
	DG1 []byte      `cbor:"dg1,omitempty"`
	AA  *ActiveAuth `cbor:"aa,omitempty"`
	// Opening is the canonical bytes of the visit's [Opening].
	Opening    []byte `cbor:"opening"`
	CapturedAt int64  `cbor:"captured_at"`           // unix milliseconds
	DurationMS uint32 `cbor:"duration_ms,omitempty"` // reading took this long
	Reader     string `cbor:"reader,omitempty"`      // name of the reader
	// Reasons tell why the verdict is not better, as stable words.
	Reasons []string `cbor:"reasons,omitempty"`
}

// GroupHash is the hash of one data group, by the SOD's hash algorithm.
type GroupHash struct {
	Group uint8  `cbor:"group"` // 1..16
	Hash  []byte `cbor:"hash"`
}

// ActiveAuth is the chip's signature over a challenge (ICAO 9303-11 section 6.1).
type ActiveAuth struct {
	Challenge Bytes8 `cbor:"challenge"` // [Opening.Challenge]
	Signature []byte `cbor:"signature"`
	Key       []byte `cbor:"key"` // EF.DG15 as read
}

// Verdict is the outcome of verifying a card; see protocol/emrtd.
type Verdict string

// Verdicts. They are never merged.
const (
	VerdictNone          Verdict = "none"           // no chip was read
	VerdictGenuine       Verdict = "genuine"        // hashes, signature, chain to a provisioned issuer
	VerdictIntegrityOnly Verdict = "integrity-only" // hashes and signature good, issuer not anchored
	VerdictForged        Verdict = "forged"
	VerdictUnreadable    Verdict = "unreadable"
)

// Proof is how a chip proved that it is no copy.
type Proof string

// Proofs.
const (
	ProofNone Proof = "none"
	ProofAA   Proof = "aa" // active authentication over [Opening.Challenge]
	// ProofCA is chip authentication, also as a part of PACE: the chip and the
	// kiosk found the same keys. The kiosk could have computed them without any
	// chip, so this proves something to the kiosk and is its mere word to others.
	ProofCA Proof = "ca"
)
