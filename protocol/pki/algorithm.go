package pki

import (
	"crypto"
	_ "crypto/sha1" // links the hashes that crypto.Hash names
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"fmt"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

// Object identifiers, encoded without tag and length.
const (
	oidSHA1   = "\x2b\x0e\x03\x02\x1a"
	oidNIST   = "\x60\x86\x48\x01\x65\x03\x04\x02" // then 01 SHA-256, 02 384, 03 512, 04 224
	oidPKCS1  = "\x2a\x86\x48\x86\xf7\x0d\x01\x01" // then the algorithm
	oidRSA    = oidPKCS1 + "\x01"
	oidMGF1   = oidPKCS1 + "\x08"
	oidRSAPSS = oidPKCS1 + "\x0a"

	oidX962       = "\x2a\x86\x48\xce\x3d"
	oidECKey      = oidX962 + "\x02\x01"
	oidPrimeField = oidX962 + "\x01\x01"
	oidECDSASHA1  = oidX962 + "\x04\x01"
	oidECDSASHA2  = oidX962 + "\x04\x03" // then 01 SHA-224, 02 256, 03 384, 04 512

	// TR-03111, 5.2.1: signatures as r||s; then 01 SHA-1, 02 224, 03 256, 04 384, 05 512.
	oidECDSAPlain = "\x04\x00\x7f\x00\x07\x01\x01\x04\x01"
)

// ErrUnsupported is wrapped where data is well formed and its algorithm is not
// known here.
var ErrUnsupported = errors.New("not supported")

var errAlgorithm = fmt.Errorf("algorithm: %w", ErrUnsupported)

// HashByOID finds a hash function by its identifier, encoded without tag and
// length: SHA-1 and the SHA-2 family.
func HashByOID(oid []byte) (crypto.Hash, error) {
	switch string(oid) {
	case oidSHA1:
		return crypto.SHA1, nil
	case oidNIST + "\x01":
		return crypto.SHA256, nil
	case oidNIST + "\x02":
		return crypto.SHA384, nil
	case oidNIST + "\x03":
		return crypto.SHA512, nil
	case oidNIST + "\x04":
		return crypto.SHA224, nil
	}
	return 0, fmt.Errorf("hash: %w", errAlgorithm)
}

// Scheme is a way of signing.
type Scheme int

// Schemes.
const (
	PKCS1      Scheme = iota + 1 // RSASSA-PKCS1-v1_5 (RFC 8017, 8.2)
	PSS                          // RSASSA-PSS (RFC 8017, 8.1)
	ECDSA                        // ECDSA-Sig-Value in DER (RFC 3279, 2.2.3)
	ECDSAPlain                   // r||s at full width (TR-03111, 5.2.1)
)

// SignatureAlgorithm is a scheme with its hash, which is 0 where the identifier
// leaves it to the context.
type SignatureAlgorithm struct {
	Scheme Scheme
	Hash   crypto.Hash
	Salt   int // bytes, PSS only
}

func (s SignatureAlgorithm) String() string {
	name := map[Scheme]string{PKCS1: "RSA-PKCS1", PSS: "RSA-PSS", ECDSA: "ECDSA", ECDSAPlain: "ECDSA"}[s.Scheme]
	if s.Hash == 0 {
		return name
	}
	return name + "-" + s.Hash.String()
}

// fixedAlgorithms are those that an OID alone names.
var fixedAlgorithms = map[string]SignatureAlgorithm{
	oidRSA:                 {Scheme: PKCS1},
	oidPKCS1 + "\x05":      {Scheme: PKCS1, Hash: crypto.SHA1},
	oidPKCS1 + "\x0b":      {Scheme: PKCS1, Hash: crypto.SHA256},
	oidPKCS1 + "\x0c":      {Scheme: PKCS1, Hash: crypto.SHA384},
	oidPKCS1 + "\x0d":      {Scheme: PKCS1, Hash: crypto.SHA512},
	oidPKCS1 + "\x0e":      {Scheme: PKCS1, Hash: crypto.SHA224},
	oidECKey:               {Scheme: ECDSA},
	oidECDSASHA1:           {Scheme: ECDSA, Hash: crypto.SHA1},
	oidECDSASHA2 + "\x01":  {Scheme: ECDSA, Hash: crypto.SHA224},
	oidECDSASHA2 + "\x02":  {Scheme: ECDSA, Hash: crypto.SHA256},
	oidECDSASHA2 + "\x03":  {Scheme: ECDSA, Hash: crypto.SHA384},
	oidECDSASHA2 + "\x04":  {Scheme: ECDSA, Hash: crypto.SHA512},
	oidECDSAPlain + "\x01": {Scheme: ECDSAPlain, Hash: crypto.SHA1},
	oidECDSAPlain + "\x02": {Scheme: ECDSAPlain, Hash: crypto.SHA224},
	oidECDSAPlain + "\x03": {Scheme: ECDSAPlain, Hash: crypto.SHA256},
	oidECDSAPlain + "\x04": {Scheme: ECDSAPlain, Hash: crypto.SHA384},
	oidECDSAPlain + "\x05": {Scheme: ECDSAPlain, Hash: crypto.SHA512},
}

// AlgorithmByOID finds the signature algorithm that an identifier alone names,
// encoded without tag and length.
func AlgorithmByOID(oid []byte) (SignatureAlgorithm, bool) {
	a, ok := fixedAlgorithms[string(oid)]
	return a, ok
}

// ParseSignatureAlgorithm reads the inside of an
// AlgorithmIdentifier of a signature.
func ParseSignatureAlgorithm(id *tlv.Reader) (SignatureAlgorithm, error) {
	oid, err := id.Expect(der.TagOID)
	if err != nil {
		return SignatureAlgorithm{}, der.Malformed("signature algorithm", err)
	}
	if string(oid.Value) == oidRSAPSS {
		return parsePSS(id)
	}
	if a, ok := fixedAlgorithms[string(oid.Value)]; ok {
		return a, nil
	}
	return SignatureAlgorithm{}, fmt.Errorf("signature: %w", errAlgorithm)
}

// ParseHashAlgorithm reads an AlgorithmIdentifier of a hash function.
func ParseHashAlgorithm(r *tlv.Reader) (crypto.Hash, error) {
	id, err := der.Inside(r, der.TagSequence, "hash algorithm")
	if err != nil {
		return 0, err
	}
	oid, err := id.Expect(der.TagOID)
	if err != nil {
		return 0, der.Malformed("hash algorithm", err)
	}
	return HashByOID(oid.Value)
}

// parsePSS reads RSASSA-PSS-params (RFC 4055, 3.1); the mask function must use
// the same hash, as everywhere in practice.
func parsePSS(id *tlv.Reader) (SignatureAlgorithm, error) {
	a := SignatureAlgorithm{Scheme: PSS, Hash: crypto.SHA1, Salt: 20}
	mask := crypto.SHA1
	if !id.More() {
		return a, nil
	}
	params, err := der.Inside(id, der.TagSequence, "PSS parameters")
	if err != nil {
		return a, err
	}
	for params.More() {
		item, err := params.Next()
		if err != nil {
			return a, der.Malformed("PSS parameters", err)
		}
		switch value := item.Items(); item.Tag {
		case der.TagContext0:
			a.Hash, err = ParseHashAlgorithm(value)
		case der.TagContext1:
			mask, err = parseMask(value)
		case der.TagContext2:
			a.Salt, err = der.SmallInt(value)
		}
		if err != nil {
			return a, err
		}
	}
	if mask != a.Hash {
		return a, fmt.Errorf("PSS with two hashes: %w", errAlgorithm)
	}
	return a, nil
}

func parseMask(r *tlv.Reader) (crypto.Hash, error) {
	id, err := der.Inside(r, der.TagSequence, "mask function")
	if err != nil {
		return 0, err
	}
	if oid, err := id.Expect(der.TagOID); err != nil || string(oid.Value) != oidMGF1 {
		return 0, fmt.Errorf("mask function: %w", errAlgorithm)
	}
	return ParseHashAlgorithm(id)
}
