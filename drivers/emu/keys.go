package emu

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"

	"motcua/protocol/tlv"
)

// chipKey is the key of active authentication.
type chipKey interface {
	// public is the SubjectPublicKeyInfo that DG15 holds.
	public() ([]byte, error)
	// sign answers a terminal's challenge (ICAO 9303-11, 6.1).
	sign(random io.Reader, challenge []byte) ([]byte, error)
}

func newChipKey(kind ActiveAuth, random io.Reader) (chipKey, error) {
	switch kind {
	case ActiveAuthRSA:
		return newRSAKey(random)
	case ActiveAuthECDSA:
		key, err := newKey(elliptic.P256(), random)
		return ecdsaKey{key}, err
	case ActiveAuthNone:
	}
	return nil, nil //nolint:nilnil // a chip without a key of its own
}

// ecdsaKey signs in the plain format of TR-03111, 5.2.1.
type ecdsaKey struct{ key *ecdsa.PrivateKey }

func (k ecdsaKey) public() ([]byte, error) { return marshalPublic(&k.key.PublicKey) }

func (k ecdsaKey) sign(_ io.Reader, challenge []byte) ([]byte, error) {
	digest := sha256.Sum256(challenge)
	der, err := ecdsa.SignASN1(rand.Reader, k.key, digest[:])
	if err != nil {
		return nil, fmt.Errorf("signing a challenge: %w", err)
	}
	sequence, err := tlv.Parse(der, derSequence)
	if err != nil {
		return nil, fmt.Errorf("signing a challenge: %w", err)
	}
	plain := make([]byte, 64)
	halves := sequence.Items()
	for _, half := range [][]byte{plain[:32], plain[32:]} {
		item, err := halves.Expect(derInteger)
		if err != nil {
			return nil, fmt.Errorf("signing a challenge: %w", err)
		}
		new(big.Int).SetBytes(item.Value).FillBytes(half)
	}
	return plain, nil
}

// rsaKey signs by ISO/IEC 9796-2, digital signature scheme 1, SHA-256, with as
// much recoverable message as fits.
type rsaKey struct{ n, d *big.Int }

const (
	rsaBits      = 2048
	rsaBytes     = rsaBits / 8
	rsaExponent  = 65537
	headPartial  = 0x6A // part of the message is not recoverable: the challenge
	trailSHA256  = 0x34
	trailEnd     = 0xCC
	recoverable  = rsaBytes - 1 - sha256.Size - 2
	primeRetries = 20_000
)

func newRSAKey(random io.Reader) (rsaKey, error) {
	e, one := big.NewInt(rsaExponent), big.NewInt(1)
	for {
		p, err := newPrime(random)
		if err != nil {
			return rsaKey{}, err
		}
		q, err := newPrime(random)
		if err != nil {
			return rsaKey{}, err
		}
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if d != nil && p.Cmp(q) != 0 && n.BitLen() == rsaBits {
			return rsaKey{n, d}, nil
		}
	}
}

// newPrime draws candidates from random, so that the same bytes give the same
// prime; crypto/rand.Prime does not promise that.
func newPrime(random io.Reader) (*big.Int, error) {
	b := make([]byte, rsaBytes/2)
	for range primeRetries {
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, fmt.Errorf("drawing a prime: %w", err)
		}
		b[0] |= 0xC0
		b[len(b)-1] |= 1
		if p := new(big.Int).SetBytes(b); p.ProbablyPrime(20) {
			return p, nil
		}
	}
	return nil, fmt.Errorf("%w: randomness gives no prime", ErrIssuer)
}

func (k rsaKey) public() ([]byte, error) {
	return marshalPublic(&rsa.PublicKey{N: k.n, E: rsaExponent})
}

func (k rsaKey) sign(random io.Reader, challenge []byte) ([]byte, error) {
	m := make([]byte, rsaBytes)
	m[0] = headPartial
	if _, err := io.ReadFull(random, m[1:1+recoverable]); err != nil {
		return nil, fmt.Errorf("signing a challenge: %w", err)
	}
	digest := sha256.Sum256(append(m[1:1+recoverable:1+recoverable], challenge...))
	copy(m[1+recoverable:], digest[:])
	m[rsaBytes-2], m[rsaBytes-1] = trailSHA256, trailEnd
	s := new(big.Int).Exp(new(big.Int).SetBytes(m), k.d, k.n)
	return s.FillBytes(m), nil
}

func marshalPublic(key any) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("encoding the chip's key: %w", err)
	}
	return der, nil
}
