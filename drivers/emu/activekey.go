package emu

import (
	"fmt"
	"io"
	"math/big"
	"strings"

	"motcua/protocol/tlv"
)

// ActiveAuth is the kind of key that proves a chip is no copy, with what it signs
// like: "rsa-2048", "rsa-1024/sha512", "ecdsa-p256", "ecdsa-brainpoolP384r1/der".
// After the slash stand a hash, "der" for ECDSA signatures in DER, or "cc" for
// SHA-1 with the trailer of two bytes.
type ActiveAuth string

// Kinds of active authentication (ICAO 9303-11, 6.1).
const (
	ActiveAuthRSA   ActiveAuth = "rsa-2048"   // ISO/IEC 9796-2 scheme 1, SHA-256
	ActiveAuthECDSA ActiveAuth = "ecdsa-p256" // plain r||s, SHA-256
	ActiveAuthNone  ActiveAuth = "none"
)

// activeSpec is an [ActiveAuth] taken apart.
type activeSpec struct {
	kind       KeyKind
	hash       Hash
	der        bool
	twoTrailer bool // 33CC instead of BC
}

func (a ActiveAuth) spec() (activeSpec, bool) {
	parts := strings.Split(string(a), "/")
	kind, ecdsa := strings.CutPrefix(parts[0], "ecdsa-")
	s := activeSpec{kind: KeyKind(kind)}
	if !s.kind.known() || ecdsa != (s.kind.curve() != nil) {
		return s, false
	}
	for _, option := range parts[1:] {
		switch {
		case option == "der" && ecdsa:
			s.der = true
		case option == "cc" && !ecdsa:
			s.twoTrailer = true
		case Hash(option).known() && s.hash == "":
			s.hash = Hash(option)
		default:
			return s, false
		}
	}
	if s.hash == "" {
		s.hash = s.usualHash()
	}
	return s, true
}

// usualHash is as long as the curve asks for (BSI TR-03111, 4.1.2), and SHA-256
// with RSA.
func (s activeSpec) usualHash() Hash {
	curve := s.kind.curve()
	switch {
	case curve == nil:
		return SHA256
	case curve.OrderBits() >= 512:
		return SHA512
	case curve.OrderBits() >= 384:
		return SHA384
	case curve.OrderBits() < 256:
		return SHA224
	}
	return SHA256
}

// activeKey is the key of active authentication; the zero value is none.
type activeKey struct {
	signingKey
	how activeSpec
}

// activeKey makes a chip's key once and keeps it.
func (i *Issuer) activeKey(kind ActiveAuth, purpose string) (activeKey, error) {
	how, known := kind.spec()
	if kind == ActiveAuthNone || !known {
		return activeKey{}, nil
	}
	a, err := i.derive(purpose, func(random io.Reader) (authority, error) {
		key, err := newKey(how.kind, random)
		return authority{key: key}, err
	})
	return activeKey{a.key, how}, err
}

func (k activeKey) exists() bool { return k.rsa != nil || k.curve != nil }

// sign answers a terminal's challenge (ICAO 9303-11, 6.1.2).
func (k activeKey) sign(random io.Reader, challenge []byte) ([]byte, error) {
	switch {
	case k.rsa != nil:
		return k.sign9796(random, challenge)
	case k.how.der:
		return k.signingKey.sign(SchemeECDSA, k.how.hash, challenge)
	}
	return k.signingKey.sign(SchemePlain, k.how.hash, challenge)
}

// Bytes of a block of ISO/IEC 9796-2, digital signature scheme 1.
const (
	headPartial = 0x6A // part of the message is not recoverable: the challenge
	trailSHA1   = 0xBC // implicit hash
	trailEnd    = 0xCC // after the hash's own byte
)

// sign9796 is ISO/IEC 9796-2, digital signature scheme 1, with as much
// recoverable message of the chip's own as fits.
func (k activeKey) sign9796(random io.Reader, challenge []byte) ([]byte, error) {
	spec := k.how.hash.spec()
	trailer := []byte{spec.trailer, trailEnd}
	if k.how.hash == SHA1 && !k.how.twoTrailer {
		trailer = []byte{trailSHA1}
	}
	m := make([]byte, k.rsa.Size())
	own := m[1 : len(m)-spec.hash.Size()-len(trailer)]
	m[0] = headPartial
	if _, err := io.ReadFull(random, own); err != nil {
		return nil, fmt.Errorf("signing a challenge: %w", err)
	}
	copy(m[1+len(own):], k.how.hash.sum(own, challenge))
	copy(m[len(m)-len(trailer):], trailer)
	s := k.power(new(big.Int).SetBytes(m))
	return s.FillBytes(m), nil
}

// power is the private operation, by the Chinese remainder theorem.
func (k activeKey) power(m *big.Int) *big.Int {
	p, q := k.rsa.Primes[0], k.rsa.Primes[1]
	mp := new(big.Int).Exp(m, k.rsa.Precomputed.Dp, p)
	mq := new(big.Int).Exp(m, k.rsa.Precomputed.Dq, q)
	h := mp.Sub(mp, mq)
	h.Mul(h, k.rsa.Precomputed.Qinv).Mod(h, p)
	return h.Mul(h, q).Add(h, mq)
}

// info is the ActiveAuthenticationInfo of DG14, which an ECDSA key needs (ICAO
// 9303-11, 9.2.4).
func (k activeKey) info() []byte {
	if k.curve == nil {
		return nil
	}
	return tlv.Encode(derSequence, tlv.Encode(derOID, oidAA), derNumber(1), oid(k.how.hash.spec().plain))
}

// encodeDG15 holds the public key (ICAO 9303-10, 4.7.15).
func encodeDG15(key activeKey) ([]byte, error) {
	spki, err := key.public(false)
	if err != nil {
		return nil, err
	}
	return tlv.Encode(0x6F, spki), nil
}
