package immunisation

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"slices"

	"motcua/protocol/personal"
	"motcua/protocol/request"
)

// ErrSeal: a record of the registry does not bear the centre's seal: it was made, or
// changed, by somebody else.
var ErrSeal = errors.New("a record that the centre has not made")

// Sealer makes the ids of what the centre has had recorded. Who does not have its key
// makes none.
type Sealer struct {
	personal.Masked
	key []byte
}

// NewSealer makes one with a secret key of 32 bytes.
func NewSealer(key []byte) Sealer { return Sealer{key: slices.Clone(key)} }

// Kinds of sealed records; each is part of what is sealed, and the first letter of ids.
const (
	kindSession     = "S"
	kindDose        = "D"
	kindAttestation = "A"
	kindCertificate = "C"
)

// idSize is how much of an HMAC-SHA256 stands in an id: 128 bits.
const idSize = 16

func (s Sealer) id(kind string, content any) (string, error) {
	b, err := request.Encode(content)
	if err != nil {
		return "", err
	}
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte("motcua immunisation " + kind + "\x00"))
	m.Write(b)
	return kind + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(m.Sum(nil)[:idSize]), nil
}

// sealed are the records whose id seals the rest.
type sealed interface{ Session | Dose | Attestation }

// idOf is where a record has its id, and of which kind it is.
func idOf[T sealed](v *T) (kind string, id *string) {
	switch v := any(v).(type) {
	case *Session:
		return kindSession, &v.ID
	case *Dose:
		return kindDose, &v.ID
	case *Attestation:
		return kindAttestation, &v.ID
	}
	return "", new(string) // there is no other
}

// Seal gives a record its id.
func Seal[T sealed](s Sealer, v T) (T, error) {
	kind, id := idOf(&v)
	*id = ""
	made, err := s.id(kind, v)
	*id = made
	return v, err
}

// Check fails with [ErrSeal] for a record that the centre has not made as it stands.
func Check[T sealed](s Sealer, v T) error {
	kind, id := idOf(&v)
	stated := *id
	*id = ""
	want, err := s.id(kind, v)
	if err != nil || subtle.ConstantTimeCompare([]byte(want), []byte(stated)) != 1 {
		return ErrSeal
	}
	return nil
}

// CertificateID is the unique id of the certificate that a request asks for (UVCI): the
// same request gets the same, and it tells nothing about anybody.
func (s Sealer) CertificateID(country, device string, r request.ID) (string, error) {
	id, err := s.id(kindCertificate, []string{country, device, r.String()})
	return "URN:UVCI:01:" + country + ":" + id, err
}

// RootOf names doses by one hash: SHA-256 of a domain tag and of their ids, in the order
// of their bytes, each followed by a line end. Ids seal the doses, so that the root
// says what is in each of them.
func RootOf(doses []string) string {
	h := sha256.New()
	h.Write([]byte("motcua dose batch v1\n"))
	for _, id := range slices.Sorted(slices.Values(doses)) {
		h.Write([]byte(id + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// AttestedBytes are what an attester signs for a batch.
func AttestedBytes(root string) []byte { return []byte("motcua attested batch v1\n" + root + "\n") }
