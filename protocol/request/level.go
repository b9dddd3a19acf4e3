package request

// Facts are the observations from which the level of evidence follows. Each is
// a statement of the kiosk, signed with the request.
type Facts struct {
	Claim   bool    `cbor:"claim"`   // a number was typed or an unsigned code scanned
	Chip    bool    `cbor:"chip"`    // a chip was read
	Verdict Verdict `cbor:"verdict"` // of the chip's data
	// Proof counts only if it was made in this visit and its key is covered by the
	// verdict: active authentication over this visit's challenge, which the centre
	// can check, or chip authentication against a key that the kiosk drew for this
	// visit, which leaves nothing behind that anybody else could check.
	Proof   Proof `cbor:"proof"`
	Expired bool  `cbor:"expired"` // the card's date has passed
	Blocked bool  `cbor:"blocked"` // the card or its issuer is on a blocking list
	Secret  bool  `cbor:"secret"`  // a PIN, one-time code or VNeID confirmation was given
	// Biometric is nil when no live comparison was made.
	Biometric *Biometric `cbor:"biometric,omitempty"`
}

// Biometric is the outcome of one live comparison.
type Biometric struct {
	Modality  string `cbor:"modality"` // face, finger
	Method    string `cbor:"method"`   // chip-face, chip-finger, match-on-card, central, local, attended
	Matched   bool   `cbor:"matched"`
	Score     uint32 `cbor:"score"`     // by the matcher's own scale; zero when a person compared
	Threshold uint32 `cbor:"threshold"` // the score that counts as a match; zero when a person compared
	Liveness  string `cbor:"liveness"`  // passed, failed, not-checked: never claimed when not checked
	// Session is that of the officer who compared, Confirmed what the officer then
	// gave, and Reader how far the finger reader is to be trusted: with [Attended],
	// and with nothing else.
	Session   string      `cbor:"session,omitempty"`
	Confirmed Method      `cbor:"confirmed,omitempty"`
	Reader    ReaderTrust `cbor:"reader,omitempty"`
}

// Attended is the method of an officer on duty who has compared the person with the
// picture on the chip (NIST SP 800-63A-4: visual facial image comparison by staff).
const Attended = "attended"

// LivenessUnchecked is what is said of liveness when nothing was measured, also when
// an officer saw the person.
const LivenessUnchecked = "not-checked"

// live reports whether the comparison counts as a match with a person who was there.
// An officer's counts only with the session that it was made in and what the officer
// gave for it; whose session that is, is for the centre to look up.
func (b *Biometric) live() bool {
	if b == nil || !b.Matched || b.Liveness == LivenessFailed {
		return false
	}
	return b.Method != Attended || b.Session != "" && b.Confirmed != ""
}

// Level is the strength of evidence; see docs/protocol.md and Decree 69/2024.
type Level string

// Levels, weakest first.
const (
	E0  Level = "E0"  // nothing
	E1  Level = "E1"  // a claim: typed, scanned, or chip data without a proof that the chip was there
	E2  Level = "E2"  // a genuine chip, proven present
	E2k Level = "E2k" // and a secret
	E3  Level = "E3"  // E2 and a live biometric match
	E4  Level = "E4"  // E3 and a secret
)

// rank orders the levels; unknown ones rank below all.
func (l Level) rank() int {
	switch l {
	case E0:
		return 1
	case E1:
		return 2
	case E2:
		return 3
	case E2k:
		return 4
	case E3:
		return 5
	case E4:
		return 6
	}
	return 0
}

// Valid reports whether l is one of the levels.
func (l Level) Valid() bool { return l.rank() > 0 }

// AtLeast reports whether l is as strong as want. An unknown level satisfies
// nothing and is satisfied by nothing.
func (l Level) AtLeast(want Level) bool {
	return l.Valid() && want.Valid() && l.rank() >= want.rank()
}

// LevelOf computes the level from facts (facts first, level second): a chip
// whose data is signed but which did not prove its presence is a claim, because
// readable data can be copied; a forged or blocked card is nothing at all.
func LevelOf(f Facts) Level {
	if f.Blocked || f.Verdict == VerdictForged {
		return E0
	}
	if !present(f) {
		if f.Claim || f.Chip {
			return E1
		}
		return E0
	}
	switch matched := f.Biometric.live(); {
	case matched && f.Secret:
		return E4
	case matched:
		return E3
	case f.Secret:
		return E2k
	}
	return E2
}

// LivenessFailed marks a comparison whose subject did not seem alive.
const LivenessFailed = "failed"

// present reports whether a genuine, valid chip proved that it was there.
func present(f Facts) bool {
	proven := f.Proof == ProofAA || f.Proof == ProofCA
	return f.Chip && f.Verdict == VerdictGenuine && proven && !f.Expired
}
