package request

// TypeRevocation is the type of a [Revocation].
const TypeRevocation = "revocation"

// MaxRevoked is the most certificates in one list; expired ones leave it.
const MaxRevoked = 4096

// Revocation is the centre's list of device certificates that count no more,
// signed as receipts are and kept by the broker for everybody
// (k1/all/doc/revocation).
type Revocation struct {
	V      uint   `cbor:"v"`
	Type   string `cbor:"type"`   // [TypeRevocation]
	Number uint64 `cbor:"number"` // counts the lists from 1: an older one never replaces a newer one
	At     int64  `cbor:"at"`     // unix milliseconds
	// Revoked are certificates in the order of their fingerprints.
	Revoked []Revoked `cbor:"revoked,omitempty"`
}

// Revoked is one certificate that counts no more.
type Revoked struct {
	Certificate Digest `cbor:"certificate"` // SHA-256 of its DER
	Since       int64  `cbor:"since"`       // unix milliseconds: what was signed before stays good
	Reason      string `cbor:"reason"`      // a stable word: lost, stolen, replaced, retired, forked
}

// Validate checks every field against its bounds.
func (r Revocation) Validate() error {
	err := first(
		check(r.V == Version, "v", "version 1"),
		check(r.Type == TypeRevocation, "type", TypeRevocation),
		check(r.Number > 0 && r.Number < 1<<62, "number", "at least 1"),
		instant("at", r.At),
		check(len(r.Revoked) <= MaxRevoked, "revoked", "at most 4096 entries"),
	)
	for i, c := range r.Revoked {
		sorted := i == 0 || string(r.Revoked[i-1].Certificate[:]) < string(c.Certificate[:])
		err = first(err, check(sorted, "revoked", "in the order of the fingerprints"), instant("since", c.Since), word("reason", c.Reason))
	}
	return err
}
