package request

import (
	"bytes"
	"sort"
)

// TypeRevocation is the type of a [Revocation].
const TypeRevocation = "revocation"

// MaxRevoked is the most certificates in one list.
const MaxRevoked = 32_768

// maxDocumentTime is how long a document may be the newest, in milliseconds.
const maxDocumentTime = 400 * 24 * 3600 * 1000

// CertificateName names a certificate in a [Revocation]: the first 16 bytes of the
// SHA-256 of what its issuer signed (tbsCertificate, RFC 5280 section 4.1). The
// signature is left out: whoever holds an ECDSA signature can write it in a second
// way, and with it make the same certificate with other bytes.
type CertificateName [16]byte

// Revocation is the centre's list of certificates that count no more, of devices
// and of its own, and of facilities all of whose devices' count no more; kept by the broker for everybody (k1/all/doc/revocation).
type Revocation struct {
	V      uint   `cbor:"v"`
	Type   string `cbor:"type"`   // [TypeRevocation]
	Number uint64 `cbor:"number"` // counts the lists from 1: an older one never replaces a newer one
	At     int64  `cbor:"at"`     // when it was signed, unix milliseconds
	Next   int64  `cbor:"next"`   // another one is signed until then, unix milliseconds
	// Revoked are the names of certificates and facilities, one after the other,
	// ascending.
	Revoked []byte `cbor:"revoked,omitempty"`
}

// Len is how many certificates the list holds.
func (r Revocation) Len() int { return len(r.Revoked) / len(CertificateName{}) }

// entry is the i-th name.
func (r Revocation) entry(i int) []byte {
	const size = len(CertificateName{})
	return r.Revoked[i*size : (i+1)*size]
}

// find is where a name is, or would be.
func (r Revocation) find(n CertificateName) (at int, found bool) {
	at = sort.Search(r.Len(), func(i int) bool { return bytes.Compare(r.entry(i), n[:]) >= 0 })
	return at, at < r.Len() && bytes.Equal(r.entry(at), n[:])
}

// Has tells whether a certificate is on the list.
func (r Revocation) Has(n CertificateName) bool {
	_, found := r.find(n)
	return found
}

// With is the list with one more certificate, or as it was when it has it.
func (r Revocation) With(n CertificateName) Revocation {
	at, found := r.find(n)
	if found {
		return r
	}
	at *= len(n)
	r.Revoked = append(append(bytes.Clone(r.Revoked[:at]), n[:]...), r.Revoked[at:]...)
	return r
}

// Without is the list without a name.
func (r Revocation) Without(n CertificateName) Revocation {
	at, found := r.find(n)
	if !found {
		return r
	}
	at *= len(n)
	r.Revoked = append(bytes.Clone(r.Revoked[:at]), r.Revoked[at+len(n):]...)
	return r
}

// Validate checks every field against its bounds.
func (r Revocation) Validate() error {
	err := first(
		version(r.V),
		check(r.Type == TypeRevocation, "type", TypeRevocation),
		check(r.Number > 0 && r.Number < 1<<62, "number", "at least 1"),
		instant("at", r.At), instant("next", r.Next),
		check(r.Next > r.At && r.Next-r.At <= maxDocumentTime, "next", "after at, within 400 days"),
		check(len(r.Revoked)%len(CertificateName{}) == 0 && r.Len() <= MaxRevoked, "revoked", "at most 32768 names of 16 bytes"),
	)
	if err != nil {
		return err
	}
	for i := 1; i < r.Len(); i++ {
		if bytes.Compare(r.entry(i-1), r.entry(i)) >= 0 {
			return check(false, "revoked", "ascending, each once")
		}
	}
	return nil
}
