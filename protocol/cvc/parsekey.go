package cvc

import (
	"bytes"
	"crypto/rsa"
	"fmt"
	"math/big"

	"motcua/protocol/ec"
)

// parsePublicKey reads the content of 7F49.
func parsePublicKey(r *reader) (PublicKey, error) {
	oid, err := r.value(tagOID, "identifier of the public key")
	if err != nil {
		return PublicKey{}, err
	}
	a, err := algorithmOf(oid)
	if err != nil {
		return PublicKey{}, fmt.Errorf("public key: %w", err)
	}
	if a.ECDSA() {
		return parseECKey(a, r)
	}
	return parseRSAKey(a, r)
}

func parseRSAKey(a Algorithm, r *reader) (PublicKey, error) {
	n, err := r.unsigned(tagModulus, "modulus")
	if err != nil {
		return PublicKey{}, err
	}
	e, err := r.unsigned(tagExponent, "exponent")
	if err != nil {
		return PublicKey{}, err
	}
	if err := r.end("public key"); err != nil {
		return PublicKey{}, err
	}
	if len(n) > maxRSABits/8 {
		return PublicKey{}, fmt.Errorf("modulus of %d bytes: %w", len(n), ErrAlgorithm)
	}
	exponent := new(big.Int).SetBytes(e)
	if exponent.BitLen() > 31 { // the standard's 32nd bit does not fit an int everywhere
		return PublicKey{}, fmt.Errorf("RSA exponent: %w", ErrAlgorithm)
	}
	return NewRSAKey(a, &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent.Int64())})
}

func parseECKey(a Algorithm, r *reader) (PublicKey, error) {
	k := PublicKey{algorithm: a, explicit: r.peek() == tagModulus}
	var err error
	if k.explicit {
		if k.curve, err = parseCurve(r); err != nil {
			return PublicKey{}, err
		}
	}
	point, err := r.value(tagPoint, "public point")
	if err != nil {
		return PublicKey{}, err
	}
	k.point = bytes.Clone(point)
	if k.explicit {
		cofactor, err := r.unsigned(tagCofactor, "cofactor")
		if err != nil {
			return PublicKey{}, err
		}
		if !bytes.Equal(cofactor, []byte{1}) {
			return PublicKey{}, fmt.Errorf("cofactor: %w", ErrAlgorithm)
		}
		if _, err := k.curve.Parse(k.point); err != nil {
			return PublicKey{}, malformed("public point", err)
		}
	}
	if len(point) < 3 || len(point) > 1+2*maxCoordinate || len(point)%2 == 0 || point[0] != 4 {
		return PublicKey{}, malformed("public point", nil)
	}
	return k, r.end("public key")
}

// maxCoordinate is that of P-521, in bytes.
const maxCoordinate = 66

// parseCurve reads domain parameters up to the order; they must be those of a
// curve known here.
func parseCurve(r *reader) (*ec.Curve, error) {
	p, err := r.unsigned(tagModulus, "prime")
	if err != nil {
		return nil, err
	}
	a, err := r.unsigned(tagExponent, "first coefficient")
	if err != nil {
		return nil, err
	}
	b, err := r.unsigned(tagB, "second coefficient")
	if err != nil {
		return nil, err
	}
	gen, err := r.value(tagG, "base point")
	if err != nil {
		return nil, err
	}
	order, err := r.unsigned(tagOrder, "order")
	if err != nil {
		return nil, err
	}
	if len(gen) == 0 || gen[0] != 4 {
		return nil, malformed("base point", nil)
	}
	curve, known := ec.ByParameters(p, a, b, gen, order)
	if !known {
		return nil, fmt.Errorf("domain parameters of an unknown curve: %w", ErrAlgorithm)
	}
	return curve, nil
}
