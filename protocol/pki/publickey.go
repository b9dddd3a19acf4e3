package pki

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"math/big"

	"motcua/protocol/der"
	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

// Bounds of an RSA key in bits; Go verifies nothing below 1024.
const (
	minRSABits = 1024
	maxRSABits = 8192
)

// PublicKey is an RSA key or a point on a curve. The zero value is no key.
type PublicKey struct {
	rsa   *rsa.PublicKey
	point *ec.Point
}

// RSA is the key where it is one of RSA, else nil. It must not be changed.
func (k PublicKey) RSA() *rsa.PublicKey { return k.rsa }

// Point is the key where it is a point on a curve, else nil.
func (k PublicKey) Point() *ec.Point { return k.point }

// equal tells whether two keys are the same.
func (k PublicKey) equal(other PublicKey) bool {
	switch {
	case k.rsa != nil && other.rsa != nil:
		return k.rsa.Equal(other.rsa)
	case k.point != nil && other.point != nil:
		return k.point.Equal(other.point)
	}
	return false
}

// ParsePublicKey reads a SubjectPublicKeyInfo. Curves may be named or spelled
// out; a curve spelled out must be one of those known, with all its parameters.
func ParsePublicKey(r *tlv.Reader) (PublicKey, error) {
	info, err := der.Inside(r, der.TagSequence, "public key")
	if err != nil {
		return PublicKey{}, err
	}
	id, err := der.Inside(info, der.TagSequence, "public key algorithm")
	if err != nil {
		return PublicKey{}, err
	}
	oid, err := id.Expect(der.TagOID)
	if err != nil {
		return PublicKey{}, der.Malformed("public key algorithm", err)
	}
	bits, err := der.BitString(info)
	if err != nil {
		return PublicKey{}, err
	}
	switch string(oid.Value) {
	case oidRSA, oidRSAPSS:
		return parseRSAKey(bits)
	case oidECKey:
		curve, err := ParseCurve(id)
		if err != nil {
			return PublicKey{}, err
		}
		point, err := curve.Parse(bits)
		if err != nil {
			return PublicKey{}, der.Malformed("public key", err)
		}
		return PublicKey{point: point}, nil
	}
	return PublicKey{}, fmt.Errorf("public key: %w", errAlgorithm)
}

func parseRSAKey(b []byte) (PublicKey, error) {
	seq, err := der.Inside(tlv.NewReader(b), der.TagSequence, "RSA key")
	if err != nil {
		return PublicKey{}, err
	}
	n, err := der.Unsigned(seq)
	if err != nil {
		return PublicKey{}, err
	}
	e, err := der.Unsigned(seq)
	if err != nil {
		return PublicKey{}, err
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	if bits := modulus.BitLen(); bits < minRSABits || bits > maxRSABits || modulus.Bit(0) == 0 {
		return PublicKey{}, fmt.Errorf("RSA key of %d bits: %w", bits, errAlgorithm)
	}
	if exponent.BitLen() > 31 || exponent.Bit(0) == 0 || exponent.BitLen() < 2 {
		return PublicKey{}, fmt.Errorf("RSA exponent: %w", errAlgorithm)
	}
	return PublicKey{rsa: &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}}, nil
}

// ParseCurve reads the parameters of an elliptic curve key: the name of a curve,
// or a curve spelled out, which must be one of those known.
func ParseCurve(id *tlv.Reader) (*ec.Curve, error) {
	item, err := id.Next()
	if err != nil {
		return nil, der.Malformed("curve", err)
	}
	switch item.Tag {
	case der.TagOID:
		return namedCurve(item.Value)
	case der.TagSequence:
		return explicitCurve(item.Items())
	}
	return nil, der.Malformed("curve", nil)
}

func namedCurve(oid []byte) (*ec.Curve, error) {
	if c, ok := ec.ByOID(oid); ok {
		return c, nil
	}
	return nil, fmt.Errorf("curve: %w", errAlgorithm)
}

// explicitCurve reads ECParameters (TR-03111, 5.3.2; RFC 3279, 2.3.5).
func explicitCurve(r *tlv.Reader) (*ec.Curve, error) {
	if _, err := der.SmallInt(r); err != nil {
		return nil, err
	}
	fieldID, err := der.Inside(r, der.TagSequence, "field")
	if err != nil {
		return nil, err
	}
	if oid, err := fieldID.Expect(der.TagOID); err != nil || string(oid.Value) != oidPrimeField {
		return nil, fmt.Errorf("field: %w", errAlgorithm)
	}
	p, err := der.Unsigned(fieldID)
	if err != nil {
		return nil, err
	}
	coefficients, err := der.Inside(r, der.TagSequence, "curve")
	if err != nil {
		return nil, err
	}
	a, errA := coefficients.Expect(der.TagOctetString)
	b, errB := coefficients.Expect(der.TagOctetString)
	g, errG := r.Expect(der.TagOctetString)
	order, err := der.Unsigned(r)
	if errA != nil || errB != nil || errG != nil || err != nil {
		return nil, der.Malformed("curve parameters", nil)
	}
	curve, ok := ec.ByParameters(p, a.Value, b.Value, g.Value, order)
	if !ok {
		return nil, fmt.Errorf("curve: %w", errAlgorithm)
	}
	return curve, nil
}

// Verify checks a signature over msg; hash is used where the algorithm names
// none. An error means that the pair of key and algorithm is not known here.
func (k PublicKey) Verify(a SignatureAlgorithm, hash crypto.Hash, msg, signature []byte) (bool, error) {
	if a.Hash != 0 {
		hash = a.Hash
	}
	if hash == 0 || !hash.Available() {
		return false, fmt.Errorf("signature without a hash: %w", errAlgorithm)
	}
	h := hash.New()
	h.Write(msg)
	digest := h.Sum(nil)
	switch {
	case a.Scheme == PKCS1 && k.rsa != nil:
		return rsa.VerifyPKCS1v15(k.rsa, hash, digest, signature) == nil, nil
	case a.Scheme == PSS && k.rsa != nil:
		return rsa.VerifyPSS(k.rsa, hash, digest, signature, &rsa.PSSOptions{SaltLength: a.Salt, Hash: hash}) == nil, nil
	case (a.Scheme == ECDSA || a.Scheme == ECDSAPlain) && k.point != nil:
		return k.VerifyECDSA(a.Scheme, digest, signature), nil
	}
	return false, fmt.Errorf("key and signature of different kinds: %w", errAlgorithm)
}

// VerifyECDSA checks a signature over a digest, in the form of the scheme
// ([ECDSA] or [ECDSAPlain]); it is false for a key that is no point.
func (k PublicKey) VerifyECDSA(s Scheme, digest, signature []byte) bool {
	if k.point == nil {
		return false
	}
	curve := k.point.Curve()
	if s == ECDSAPlain {
		n := len(signature) / 2
		return len(signature) == 2*curve.OrderSize() && curve.Verify(k.point, digest, signature[:n], signature[n:])
	}
	r, sv, err := der.SplitSignature(signature)
	return err == nil && curve.Verify(k.point, digest, r, sv)
}
