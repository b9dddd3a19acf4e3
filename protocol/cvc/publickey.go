package cvc

import (
	"bytes"
	"crypto/rsa"
	"fmt"
	"math/big"

	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

// Bounds of an RSA key in bits; TR-03110 part 3, A.6.3.2 names 1024 to 3072.
const (
	minRSABits = 1024
	maxRSABits = 4096
)

// Data objects of a public key (TR-03110 part 3, D.3); RSA uses the first two
// for modulus and exponent.
const (
	tagOID      tlv.Tag = 0x06
	tagModulus  tlv.Tag = 0x81 // n, or the prime p
	tagExponent tlv.Tag = 0x82 // e, or the coefficient a
	tagB        tlv.Tag = 0x83
	tagG        tlv.Tag = 0x84
	tagOrder    tlv.Tag = 0x85
	tagPoint    tlv.Tag = 0x86
	tagCofactor tlv.Tag = 0x87
)

// PublicKey is a key with the algorithm it is for. An elliptic key of a document
// verifier or a terminal comes without domain parameters and is of no use until
// it has inherited them.
type PublicKey struct {
	algorithm Algorithm
	rsa       *rsa.PublicKey
	curve     *ec.Curve // nil while the parameters are not known
	point     []byte    // uncompressed
	explicit  bool      // the certificate spells the parameters out
}

// NewRSAKey wraps an RSA key of 1024 to 4096 bits.
func NewRSAKey(a Algorithm, key *rsa.PublicKey) (PublicKey, error) {
	if !a.known() || a.ECDSA() || key == nil || key.N == nil {
		return PublicKey{}, fmt.Errorf("RSA key for %v: %w", a, ErrAlgorithm)
	}
	if bits := key.N.BitLen(); bits < minRSABits || bits > maxRSABits || key.N.Bit(0) == 0 {
		return PublicKey{}, fmt.Errorf("RSA key of %d bits: %w", bits, ErrAlgorithm)
	}
	if key.E < 3 || key.E%2 == 0 {
		return PublicKey{}, fmt.Errorf("RSA exponent: %w", ErrAlgorithm)
	}
	return PublicKey{algorithm: a, rsa: key}, nil
}

// NewECKey wraps a point, with the domain parameters of its curve.
func NewECKey(a Algorithm, p *ec.Point) (PublicKey, error) {
	if !a.ECDSA() {
		return PublicKey{}, fmt.Errorf("elliptic key for %v: %w", a, ErrAlgorithm)
	}
	b, err := p.Bytes()
	if err != nil {
		return PublicKey{}, fmt.Errorf("elliptic key: %w: %w", ErrAlgorithm, err)
	}
	return PublicKey{algorithm: a, curve: p.Curve(), point: b, explicit: true}, nil
}

// Algorithm is what the key signs with.
func (k PublicKey) Algorithm() Algorithm { return k.algorithm }

// Curve is the curve of an elliptic key, nil while it is not known.
func (k PublicKey) Curve() *ec.Curve { return k.curve }

// Complete tells whether the key can verify: false for an elliptic key without
// domain parameters.
func (k PublicKey) Complete() bool { return k.rsa != nil || k.curve != nil }

// Equal tells whether both are the same key for the same algorithm.
func (k PublicKey) Equal(o PublicKey) bool {
	if k.algorithm != o.algorithm || k.curve != o.curve || (k.rsa == nil) != (o.rsa == nil) {
		return false
	}
	return bytes.Equal(k.point, o.point) && (k.rsa == nil || k.rsa.Equal(o.rsa))
}

// Inherit gives a key without domain parameters those of its authority; a key
// that is complete stays as it is.
func (k PublicKey) Inherit(from PublicKey) (PublicKey, error) {
	if k.Complete() {
		return k, nil
	}
	if from.curve == nil {
		return PublicKey{}, fmt.Errorf("nothing to inherit: %w", ErrParameters)
	}
	if _, err := from.curve.Parse(k.point); err != nil {
		return PublicKey{}, malformed("public point", err)
	}
	k.curve = from.curve
	return k, nil
}

// Verify fails with [ErrSignature] when signature is not one of msg by this key,
// and with [ErrParameters] when the key is not complete.
func (k PublicKey) Verify(msg, signature []byte) error {
	if !k.Complete() || !k.algorithm.known() {
		return fmt.Errorf("verifying: %w", ErrParameters)
	}
	good := false
	digest := k.algorithm.digest(msg)
	switch h := k.algorithm.Hash(); {
	case k.curve != nil:
		good = k.verifyPlain(digest, signature)
	case algorithmSpecs[k.algorithm].pss:
		good = rsa.VerifyPSS(k.rsa, h, digest, signature, &rsa.PSSOptions{SaltLength: h.Size(), Hash: h}) == nil
	default:
		good = rsa.VerifyPKCS1v15(k.rsa, h, digest, signature) == nil
	}
	if !good {
		return fmt.Errorf("%v: %w", k.algorithm, ErrSignature)
	}
	return nil
}

// verifyPlain takes r||s of equal width (TR-03111, 5.2.1.1).
func (k PublicKey) verifyPlain(digest, signature []byte) bool {
	n := k.curve.OrderSize()
	point, err := k.curve.Parse(k.point)
	return err == nil && len(signature) == 2*n && k.curve.Verify(point, digest, signature[:n], signature[n:])
}

// encode is the content of 7F49.
func (k PublicKey) encode(explicit bool) []byte {
	b := tlv.Encode(tagOID, k.algorithm.OID())
	if k.rsa != nil {
		b = tlv.Append(b, tagModulus, k.rsa.N.Bytes())
		return tlv.Append(b, tagExponent, big.NewInt(int64(k.rsa.E)).Bytes())
	}
	if explicit {
		prime, first, second, gen := k.curve.Parameters()
		for tag, v := range [][]byte{prime, first, second} {
			b = tlv.Append(b, tagModulus+tlv.Tag(tag), unsigned(v))
		}
		b = tlv.Append(b, tagG, gen)
		b = tlv.Append(b, tagOrder, k.curve.Order())
	}
	b = tlv.Append(b, tagPoint, k.point)
	if explicit {
		b = tlv.Append(b, tagCofactor, []byte{1})
	}
	return b
}

// unsigned drops leading zeros (TR-03110 part 3, D.2.1.1).
func unsigned(b []byte) []byte {
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	return b
}
