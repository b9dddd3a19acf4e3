package pkitest

import (
	"crypto"
	"testing"
)

// Key is a key with the way it signs.
type Key interface {
	SPKI() []byte
	Algorithm() []byte
	Hash() crypto.Hash
	Sign(t testing.TB, msg []byte) []byte
}

// KeyID is the identifier of a key in certificates.
func KeyID(k Key) []byte { return Digest(crypto.SHA1, k.SPKI()) }

// HashID is the AlgorithmIdentifier of a hash.
func HashID(h crypto.Hash) []byte {
	if h == crypto.SHA1 {
		return Seq(OID("\x2b\x0e\x03\x02\x1a"), null())
	}
	last := map[crypto.Hash]string{crypto.SHA256: "\x01", crypto.SHA384: "\x02", crypto.SHA512: "\x03", crypto.SHA224: "\x04"}[h]
	return Seq(OID(OIDSHA2 + last))
}

// Digest is the hash of b.
func Digest(h crypto.Hash, b []byte) []byte {
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}
