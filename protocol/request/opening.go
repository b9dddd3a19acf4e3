package request

import "crypto/sha256"

// openingTag separates the hash of an opening from every other hash.
const openingTag = "motcua visit opening v1\x00"

// Opening is the record with which a visit begins. Its hash is what the chip is
// asked to sign, so that a chip's signature belongs to one visit on one device
// at one time.
type Opening struct {
	Visit    string `cbor:"visit"`
	Device   string `cbor:"device"`
	Facility string `cbor:"facility"`
	At       int64  `cbor:"at"`    // unix milliseconds
	Nonce    []byte `cbor:"nonce"` // 16 to 32 random bytes, the centre's when there was a connection
}

// Bytes are the canonical bytes of o.
func (o Opening) Bytes() ([]byte, error) { return Encode(o) }

// Challenge is the first 8 bytes of SHA-256 over a domain tag and the canonical
// bytes of o; INTERNAL AUTHENTICATE takes no more (ICAO 9303-11 section 6.1).
//
// Eight bytes prove that this chip answered this very opening unless somebody
// could choose openings freely: finding one that gives a wanted challenge takes
// about 2^64 hashes, and finding two with the same challenge about 2^32. That is
// why the nonce should come from the centre, and why a chip's signature is
// evidence for a request but does not sign its content; the device key does.
//
// It is zero for an opening that cannot be encoded, which [Opening.Validate]
// refuses.
func (o Opening) Challenge() [8]byte {
	b, err := Encode(o)
	if err != nil {
		return [8]byte{}
	}
	return ChallengeOf(b)
}

// ChallengeOf is the challenge of an opening's canonical bytes.
func ChallengeOf(opening []byte) [8]byte {
	h := sha256.New()
	h.Write([]byte(openingTag))
	h.Write(opening)
	return [8]byte(h.Sum(nil)[:8])
}
