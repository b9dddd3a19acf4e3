package emrtd

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"math/big"

	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

// Bounds of an RSA key in bits; Go verifies nothing below 1024.
const (
	minRSABits = 1024
	maxRSABits = 8192
)

// publicKey is a key of either kind.
type publicKey struct {
	rsa   *rsa.PublicKey
	point *ec.Point
}

// parsePublicKey reads a SubjectPublicKeyInfo. Curves may be named or spelled
// out; a curve spelled out must be one of those known, with all its parameters.
func parsePublicKey(r *tlv.Reader) (publicKey, error) {
	info, err := inside(r, tagSequence, "public key")
	if err != nil {
		return publicKey{}, err
	}
	id, err := inside(info, tagSequence, "public key algorithm")
	if err != nil {
		return publicKey{}, err
	}
	oid, err := id.Expect(tagOID)
	if err != nil {
		return publicKey{}, malformed("public key algorithm", err)
	}
	bits, err := readBitString(info)
	if err != nil {
		return publicKey{}, err
	}
	switch string(oid.Value) {
	case oidRSA, oidRSAPSS:
		return parseRSAKey(bits)
	case oidECKey:
		curve, err := parseCurve(id)
		if err != nil {
			return publicKey{}, err
		}
		point, err := curve.Parse(bits)
		if err != nil {
			return publicKey{}, malformed("public key", err)
		}
		return publicKey{point: point}, nil
	}
	return publicKey{}, fmt.Errorf("public key: %w", errAlgorithm)
}

// readBitString reads a BIT STRING of whole bytes.
func readBitString(r *tlv.Reader) ([]byte, error) {
	item, err := r.Expect(tagBitString)
	if err != nil {
		return nil, malformed("bit string", err)
	}
	if len(item.Value) == 0 || item.Value[0] != 0 {
		return nil, malformed("bit string", nil)
	}
	return item.Value[1:], nil
}

func parseRSAKey(b []byte) (publicKey, error) {
	seq, err := inside(tlv.NewReader(b), tagSequence, "RSA key")
	if err != nil {
		return publicKey{}, err
	}
	n, err := readUnsigned(seq)
	if err != nil {
		return publicKey{}, err
	}
	e, err := readUnsigned(seq)
	if err != nil {
		return publicKey{}, err
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	if bits := modulus.BitLen(); bits < minRSABits || bits > maxRSABits || modulus.Bit(0) == 0 {
		return publicKey{}, fmt.Errorf("RSA key of %d bits: %w", bits, errAlgorithm)
	}
	if exponent.BitLen() > 31 || exponent.Bit(0) == 0 || exponent.BitLen() < 2 {
		return publicKey{}, fmt.Errorf("RSA exponent: %w", errAlgorithm)
	}
	return publicKey{rsa: &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}}, nil
}

func parseCurve(id *tlv.Reader) (*ec.Curve, error) {
	item, err := id.Next()
	if err != nil {
		return nil, malformed("curve", err)
	}
	switch item.Tag {
	case tagOID:
		return namedCurve(item.Value)
	case tagSequence:
		return explicitCurve(item.Items())
	}
	return nil, malformed("curve", nil)
}

func namedCurve(oid []byte) (*ec.Curve, error) {
	switch string(oid) {
	case oidP256:
		return ec.P256(), nil
	case oidP384:
		return ec.P384(), nil
	case oidP521:
		return ec.P521(), nil
	case oidBrainpool + "\x07":
		return ec.BrainpoolP256r1(), nil
	case oidBrainpool + "\x0b":
		return ec.BrainpoolP384r1(), nil
	case oidBrainpool + "\x0d":
		return ec.BrainpoolP512r1(), nil
	}
	return nil, fmt.Errorf("curve: %w", errAlgorithm)
}

// explicitCurve reads ECParameters (TR-03111, 5.3.2; RFC 3279, 2.3.5).
func explicitCurve(r *tlv.Reader) (*ec.Curve, error) {
	if _, err := readSmallInt(r); err != nil {
		return nil, err
	}
	fieldID, err := inside(r, tagSequence, "field")
	if err != nil {
		return nil, err
	}
	if oid, err := fieldID.Expect(tagOID); err != nil || string(oid.Value) != oidPrimeField {
		return nil, fmt.Errorf("field: %w", errAlgorithm)
	}
	p, err := readUnsigned(fieldID)
	if err != nil {
		return nil, err
	}
	coefficients, err := inside(r, tagSequence, "curve")
	if err != nil {
		return nil, err
	}
	a, errA := coefficients.Expect(tagOctetString)
	b, errB := coefficients.Expect(tagOctetString)
	g, errG := r.Expect(tagOctetString)
	order, err := readUnsigned(r)
	if errA != nil || errB != nil || errG != nil || err != nil {
		return nil, malformed("curve parameters", nil)
	}
	curve, ok := ec.ByParameters(p, a.Value, b.Value, g.Value, order)
	if !ok {
		return nil, fmt.Errorf("curve: %w", errAlgorithm)
	}
	return curve, nil
}

// verify checks a signature over msg; hash is used where the algorithm names
// none. An error means that the pair of key and algorithm is not known here.
func (k publicKey) verify(a signatureAlgorithm, hash crypto.Hash, msg, signature []byte) (bool, error) {
	if a.hash != 0 {
		hash = a.hash
	}
	if hash == 0 || !hash.Available() {
		return false, fmt.Errorf("signature without a hash: %w", errAlgorithm)
	}
	h := hash.New()
	h.Write(msg)
	digest := h.Sum(nil)
	switch {
	case a.scheme == schemePKCS1 && k.rsa != nil:
		return rsa.VerifyPKCS1v15(k.rsa, hash, digest, signature) == nil, nil
	case a.scheme == schemePSS && k.rsa != nil:
		return rsa.VerifyPSS(k.rsa, hash, digest, signature, &rsa.PSSOptions{SaltLength: a.salt, Hash: hash}) == nil, nil
	case (a.scheme == schemeECDSA || a.scheme == schemeECDSAPlain) && k.point != nil:
		return k.verifyECDSA(a.scheme, digest, signature), nil
	}
	return false, fmt.Errorf("key and signature of different kinds: %w", errAlgorithm)
}

func (k publicKey) verifyECDSA(s scheme, digest, signature []byte) bool {
	curve := k.point.Curve()
	if s == schemeECDSAPlain {
		n := len(signature) / 2
		return len(signature) == 2*curve.OrderSize() && curve.Verify(k.point, digest, signature[:n], signature[n:])
	}
	r, sv, ok := splitDER(signature)
	return ok && curve.Verify(k.point, digest, r, sv)
}

// splitDER reads ECDSA-Sig-Value.
func splitDER(b []byte) (r, s []byte, ok bool) {
	item, err := tlv.Parse(b, tagSequence)
	if err != nil {
		return nil, nil, false
	}
	seq := item.Items()
	r, errR := readUnsigned(seq)
	s, errS := readUnsigned(seq)
	return r, s, errR == nil && errS == nil && seq.End() == nil
}
