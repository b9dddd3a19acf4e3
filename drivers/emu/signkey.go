package emu

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha3"
	"encoding/asn1"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

// KeyKind names a kind of signing key: a curve, as "p256" or "brainpoolP256r1",
// or "rsa-2048" and other lengths.
type KeyKind string

// Kinds of keys that are named in this package.
const (
	KeyP256         KeyKind = "p256"
	KeyP384         KeyKind = "p384"
	KeyBrainpool384 KeyKind = "brainpoolP384r1"
)

// Shortest and longest RSA key, in bits.
const (
	minRSA = 1024
	maxRSA = 4096
)

// curveOIDs are the named curves (RFC 5480, 2.1.1.1; RFC 5639, 4.1).
var curveOIDs = map[string]asn1.ObjectIdentifier{
	"P-192":           {1, 2, 840, 10045, 3, 1, 1},
	"P-224":           {1, 3, 132, 0, 33},
	"P-256":           {1, 2, 840, 10045, 3, 1, 7},
	"P-384":           {1, 3, 132, 0, 34},
	"P-521":           {1, 3, 132, 0, 35},
	"brainpoolP192r1": {1, 3, 36, 3, 3, 2, 8, 1, 1, 3},
	"brainpoolP224r1": {1, 3, 36, 3, 3, 2, 8, 1, 1, 5},
	"brainpoolP256r1": {1, 3, 36, 3, 3, 2, 8, 1, 1, 7},
	"brainpoolP320r1": {1, 3, 36, 3, 3, 2, 8, 1, 1, 9},
	"brainpoolP384r1": {1, 3, 36, 3, 3, 2, 8, 1, 1, 11},
	"brainpoolP512r1": {1, 3, 36, 3, 3, 2, 8, 1, 1, 13},
}

var (
	oidECPublicKey = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidRSAKey      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidMGF1        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	oidRSAPSS      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
)

// curve is the curve of the kind, nil for RSA.
func (k KeyKind) curve() *ec.Curve {
	name := string(k)
	if rest, nist := strings.CutPrefix(name, "p"); nist {
		name = "P-" + rest
	}
	for _, c := range ec.All() {
		if _, named := curveOIDs[c.Name()]; named && c.Name() == name {
			return c
		}
	}
	return nil
}

// rsaBits is the length of the kind, 0 for a curve.
func (k KeyKind) rsaBits() int {
	text, ok := strings.CutPrefix(string(k), "rsa-")
	n, err := strconv.Atoi(text)
	if !ok || err != nil || n < minRSA || n > maxRSA || n%512 != 0 {
		return 0
	}
	return n
}

func (k KeyKind) known() bool { return k.curve() != nil || k.rsaBits() > 0 }

// signingKey belongs to an authority, a document signer or a chip: RSA, or ECDSA
// on any curve of protocol/ec.
type signingKey struct {
	rsa   *rsa.PrivateKey
	curve *ec.Curve
	d     []byte
}

// newKey draws a key from random; equal bytes give equal keys.
func newKey(kind KeyKind, random io.Reader) (signingKey, error) {
	if bits := kind.rsaBits(); bits > 0 {
		key, err := newRSA(random, bits)
		return signingKey{rsa: key}, err
	}
	curve := kind.curve()
	if curve == nil {
		return signingKey{}, fmt.Errorf("%w: no kind of key %q; curves are %q", ErrIssuer, kind, slices.Sorted(maps.Keys(curveOIDs)))
	}
	d, err := curve.RandomScalar(random)
	if err != nil {
		return signingKey{}, fmt.Errorf("drawing a key: %w", err)
	}
	return signingKey{curve: curve, d: d}, nil
}

// bits are the key bits as they stand in a certificate.
func (k signingKey) bits() ([]byte, error) {
	if k.rsa != nil {
		return tlv.Encode(derSequence, derUnsigned(k.rsa.N.Bytes()), derUnsigned(big.NewInt(int64(k.rsa.E)).Bytes())), nil
	}
	point, err := k.curve.ScalarBaseMult(k.d).Bytes()
	if err != nil {
		return nil, fmt.Errorf("encoding a public key: %w", err)
	}
	return point, nil
}

// public is the SubjectPublicKeyInfo, with the curve's name or, explicit, with
// all of the curve's parameters (RFC 3279, 2.3; ICAO 9303-12, 4.4.3 demands
// those).
func (k signingKey) public(explicit bool) ([]byte, error) {
	bits, err := k.bits()
	if err != nil {
		return nil, err
	}
	if k.rsa != nil {
		return tlv.Encode(derSequence, algorithm(oidRSAKey, tlv.Encode(derNull)), derBitString(bits)), nil
	}
	parameters := oid(curveOIDs[k.curve.Name()])
	if explicit {
		if parameters, err = explicitCurve(k.curve); err != nil {
			return nil, err
		}
	}
	return tlv.Encode(derSequence, algorithm(oidECPublicKey, parameters), derBitString(bits)), nil
}

// Scheme is a way of signing.
type Scheme string

// Schemes (ICAO 9303-12, 4.4; BSI TR-03111, 5.2). Without one, the key says which
// is meant: ECDSA, or RSA as in PKCS #1.
const (
	SchemeECDSA Scheme = "ecdsa"       // r and s in DER
	SchemePlain Scheme = "ecdsa-plain" // r||s
	SchemePKCS1 Scheme = "pkcs1"
	SchemePSS   Scheme = "pss"
)

// fits tells whether a key of the kind signs in this way.
func (s Scheme) fits(k KeyKind) bool {
	switch s {
	case "":
		return true
	case SchemeECDSA, SchemePlain:
		return k.curve() != nil
	case SchemePKCS1, SchemePSS:
		return k.rsaBits() > 0
	}
	return false
}

// or gives the scheme that the key signs in when none was chosen.
func (s Scheme) or(k signingKey) Scheme {
	switch {
	case s != "":
		return s
	case k.rsa != nil:
		return SchemePKCS1
	}
	return SchemeECDSA
}

// algorithm is the AlgorithmIdentifier of a signature.
func (s Scheme) algorithm(h Hash) []byte {
	switch spec := h.spec(); s {
	case SchemePlain:
		return algorithm(spec.plain)
	case SchemePKCS1:
		return algorithm(spec.pkcs1, tlv.Encode(derNull))
	case SchemePSS: // RFC 4055, 3.1
		return algorithm(oidRSAPSS, tlv.Encode(derSequence,
			tlv.Encode(0xA0, h.algorithm()),
			tlv.Encode(0xA1, algorithm(oidMGF1, h.algorithm())),
			tlv.Encode(0xA2, derNumber(byte(spec.hash.Size()))),
		))
	default:
		return algorithm(spec.ecdsa)
	}
}

// sign signs a message. All schemes but PSS give the same signature each time:
// nonces come from the key and the digest.
func (k signingKey) sign(s Scheme, h Hash, message []byte) ([]byte, error) {
	digest, spec := h.sum(message), h.spec()
	switch s.or(k) {
	case SchemePKCS1:
		return rsa.SignPKCS1v15(nil, k.rsa, spec.hash, digest)
	case SchemePSS:
		return rsa.SignPSS(rand.Reader, k.rsa, spec.hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: spec.hash})
	case SchemePlain:
		r, v, err := k.ecdsa(digest)
		return append(r, v...), err
	default:
		r, v, err := k.ecdsa(digest)
		return tlv.Encode(derSequence, derUnsigned(r), derUnsigned(v)), err
	}
}

func (k signingKey) ecdsa(digest []byte) (r, s []byte, err error) {
	nonces := sha3.NewSHAKE256()
	for _, part := range [][]byte{[]byte("motcua demo nonce\x00"), k.d, digest} {
		if _, err := nonces.Write(part); err != nil {
			return nil, nil, fmt.Errorf("signing: %w", err)
		}
	}
	return k.curve.Sign(nonces, k.d, digest)
}
