package emrtd_test

import (
	"crypto"
	"crypto/rand"
	"math/big"
	"testing"

	"motcua/protocol/pki/pkitest"
)

// sign9796 signs a challenge as a chip does: ISO/IEC 9796-2 with partial
// recovery.
func sign9796(t testing.TB, k *pkitest.RSAKey) func([]byte) []byte {
	return func(challenge []byte) []byte {
		trailer := []byte{0xBC}
		if id := map[crypto.Hash]byte{crypto.SHA256: 0x34, crypto.SHA512: 0x35, crypto.SHA384: 0x36, crypto.SHA224: 0x38}[k.H]; id != 0 {
			trailer = []byte{id, 0xCC}
		}
		return sign9796With(t, k, challenge, 0x6A, trailer)
	}
}

func sign9796With(t testing.TB, k *pkitest.RSAKey, challenge []byte, first byte, trailer []byte) []byte {
	t.Helper()
	size := k.Key.Size()
	m1 := make([]byte, size-1-k.H.Size()-len(trailer))
	if _, err := rand.Read(m1); err != nil {
		t.Fatal(err)
	}
	f := append([]byte{first}, m1...)
	f = append(f, pkitest.Digest(k.H, append(append([]byte(nil), m1...), challenge...))...)
	f = append(f, trailer...)
	s := new(big.Int).Exp(new(big.Int).SetBytes(f), k.Key.D, k.Key.N)
	return s.FillBytes(make([]byte, size))
}
