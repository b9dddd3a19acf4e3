package pkitest

import (
	"crypto"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"testing"

	"motcua/protocol/ec"
)

// ECKey signs with ECDSA.
type ECKey struct {
	Curve    *ec.Curve
	D        []byte
	H        crypto.Hash
	Plain    bool // signatures are r||s
	Explicit bool // brainpoolP256r1 only: the curve is spelled out
}

// NewKey is a key of P-256.
func NewKey(t testing.TB) *ECKey { return NewECKey(t, ec.P256(), crypto.SHA256) }

// NewECKey is a key of a curve.
func NewECKey(t testing.TB, c *ec.Curve, h crypto.Hash) *ECKey {
	t.Helper()
	d, err := c.RandomScalar(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &ECKey{Curve: c, D: d, H: h}
}

// Hash is that of the signatures.
func (k *ECKey) Hash() crypto.Hash { return k.H }

// SPKI is the public key as certificates have it.
func (k *ECKey) SPKI() []byte {
	public, _ := k.Curve.ScalarBaseMult(k.D).Bytes()
	parameters := OID(string(k.Curve.OID()))
	if k.Explicit {
		parameters = explicitBrainpoolP256(k.Curve)
	}
	return Seq(Seq(OID(OIDX962+"\x02\x01"), parameters), Bits(public))
}

// explicitBrainpoolP256 is how many issuers write brainpoolP256r1.
func explicitBrainpoolP256(c *ec.Curve) []byte {
	g, _ := c.Generator().Bytes()
	p, _ := hex.DecodeString("A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377")
	a, _ := hex.DecodeString("7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9")
	b, _ := hex.DecodeString("26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6")
	return Seq(Integer(1), Seq(OID(OIDX962+"\x01\x01"), Integer(p...)), Seq(Octets(a), Octets(b)), Octets(g), Integer(c.Order()...), Integer(1))
}

// Algorithm is the AlgorithmIdentifier of the signatures.
func (k *ECKey) Algorithm() []byte {
	all := []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
	i := slices.Index(all, k.H)
	switch {
	case k.Plain:
		return Seq(OID("\x04\x00\x7f\x00\x07\x01\x01\x04\x01" + string(rune(i+1))))
	case i == 0:
		return Seq(OID(OIDX962 + "\x04\x01"))
	}
	return Seq(OID(OIDX962 + "\x04\x03" + string(rune(i))))
}

// Sign signs in the way of the algorithm.
func (k *ECKey) Sign(t testing.TB, msg []byte) []byte {
	t.Helper()
	r, s := k.SignRaw(t, msg)
	if k.Plain {
		size := k.Curve.OrderSize()
		both := make([]byte, 2*size)
		copy(both[size-len(r):], r)
		copy(both[2*size-len(s):], s)
		return both
	}
	return Seq(Integer(r...), Integer(s...))
}

// SignRaw gives both numbers of a signature.
func (k *ECKey) SignRaw(t testing.TB, msg []byte) (r, s []byte) {
	t.Helper()
	r, s, err := k.Curve.Sign(rand.Reader, k.D, Digest(k.H, msg))
	if err != nil {
		t.Fatal(err)
	}
	return r, s
}
