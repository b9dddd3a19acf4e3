package emrtd

import (
	"crypto"
	_ "crypto/sha1" // links the hashes that crypto.Hash names
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"

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
	oidP256       = oidX962 + "\x03\x01\x07"
	oidP384       = "\x2b\x81\x04\x00\x22"
	oidP521       = "\x2b\x81\x04\x00\x23"
	oidBrainpool  = "\x2b\x24\x03\x03\x02\x08\x01\x01" // then 07, 0B, 0D

	// TR-03111, 5.2.1: signatures as r||s; then 01 SHA-1, 02 224, 03 256, 04 384, 05 512.
	oidECDSAPlain = "\x04\x00\x7f\x00\x07\x01\x01\x04\x01"

	oidSignedData    = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidContentType   = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
	oidMessageDigest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
	oidLDSSecurity   = "\x67\x81\x08\x01\x01\x01"
	oidActiveAuth    = "\x67\x81\x08\x01\x01\x05"

	oidKeyUsage         = "\x55\x1d\x0f"
	oidBasicConstraints = "\x55\x1d\x13"
	oidSubjectKeyID     = "\x55\x1d\x0e"
	oidAuthorityKeyID   = "\x55\x1d\x23"
)

// errAlgorithm is wrapped where data is well formed and its algorithm is not
// known here.
var errAlgorithm = fmt.Errorf("algorithm: %w", ErrUnsupported)

// hashByOID finds a hash function.
func hashByOID(oid []byte) (crypto.Hash, error) {
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

// scheme is a way of signing.
type scheme int

const (
	schemePKCS1 scheme = iota + 1
	schemePSS
	schemeECDSA      // DER
	schemeECDSAPlain // r||s
)

// signatureAlgorithm is a scheme with its hash, which is 0 where the identifier
// leaves it to the context.
type signatureAlgorithm struct {
	scheme scheme
	hash   crypto.Hash
	salt   int // PSS
}

func (s signatureAlgorithm) String() string {
	name := map[scheme]string{schemePKCS1: "RSA-PKCS1", schemePSS: "RSA-PSS", schemeECDSA: "ECDSA", schemeECDSAPlain: "ECDSA"}[s.scheme]
	if s.hash == 0 {
		return name
	}
	return name + "-" + s.hash.String()
}

// fixedAlgorithms are those that an OID alone names.
var fixedAlgorithms = map[string]signatureAlgorithm{
	oidRSA:                 {scheme: schemePKCS1},
	oidPKCS1 + "\x05":      {scheme: schemePKCS1, hash: crypto.SHA1},
	oidPKCS1 + "\x0b":      {scheme: schemePKCS1, hash: crypto.SHA256},
	oidPKCS1 + "\x0c":      {scheme: schemePKCS1, hash: crypto.SHA384},
	oidPKCS1 + "\x0d":      {scheme: schemePKCS1, hash: crypto.SHA512},
	oidPKCS1 + "\x0e":      {scheme: schemePKCS1, hash: crypto.SHA224},
	oidECKey:               {scheme: schemeECDSA},
	oidECDSASHA1:           {scheme: schemeECDSA, hash: crypto.SHA1},
	oidECDSASHA2 + "\x01":  {scheme: schemeECDSA, hash: crypto.SHA224},
	oidECDSASHA2 + "\x02":  {scheme: schemeECDSA, hash: crypto.SHA256},
	oidECDSASHA2 + "\x03":  {scheme: schemeECDSA, hash: crypto.SHA384},
	oidECDSASHA2 + "\x04":  {scheme: schemeECDSA, hash: crypto.SHA512},
	oidECDSAPlain + "\x01": {scheme: schemeECDSAPlain, hash: crypto.SHA1},
	oidECDSAPlain + "\x02": {scheme: schemeECDSAPlain, hash: crypto.SHA224},
	oidECDSAPlain + "\x03": {scheme: schemeECDSAPlain, hash: crypto.SHA256},
	oidECDSAPlain + "\x04": {scheme: schemeECDSAPlain, hash: crypto.SHA384},
	oidECDSAPlain + "\x05": {scheme: schemeECDSAPlain, hash: crypto.SHA512},
}

// parseSignatureAlgorithm reads an AlgorithmIdentifier of a signature.
func parseSignatureAlgorithm(id *tlv.Reader) (signatureAlgorithm, error) {
	oid, err := id.Expect(tagOID)
	if err != nil {
		return signatureAlgorithm{}, malformed("signature algorithm", err)
	}
	if string(oid.Value) == oidRSAPSS {
		return parsePSS(id)
	}
	if a, ok := fixedAlgorithms[string(oid.Value)]; ok {
		return a, nil
	}
	return signatureAlgorithm{}, fmt.Errorf("signature: %w", errAlgorithm)
}

// parseHashAlgorithm reads an AlgorithmIdentifier of a hash function.
func parseHashAlgorithm(r *tlv.Reader) (crypto.Hash, error) {
	id, err := inside(r, tagSequence, "hash algorithm")
	if err != nil {
		return 0, err
	}
	oid, err := id.Expect(tagOID)
	if err != nil {
		return 0, malformed("hash algorithm", err)
	}
	return hashByOID(oid.Value)
}

// parsePSS reads RSASSA-PSS-params (RFC 4055, 3.1); the mask function must use
// the same hash, as everywhere in practice.
func parsePSS(id *tlv.Reader) (signatureAlgorithm, error) {
	a := signatureAlgorithm{scheme: schemePSS, hash: crypto.SHA1, salt: 20}
	mask := crypto.SHA1
	if !id.More() {
		return a, nil
	}
	params, err := inside(id, tagSequence, "PSS parameters")
	if err != nil {
		return a, err
	}
	for params.More() {
		item, err := params.Next()
		if err != nil {
			return a, malformed("PSS parameters", err)
		}
		switch value := item.Items(); item.Tag {
		case tagContext0:
			a.hash, err = parseHashAlgorithm(value)
		case tagContext1:
			mask, err = parseMask(value)
		case tagContext2:
			a.salt, err = readSmallInt(value)
		}
		if err != nil {
			return a, err
		}
	}
	if mask != a.hash {
		return a, fmt.Errorf("PSS with two hashes: %w", errAlgorithm)
	}
	return a, nil
}

func parseMask(r *tlv.Reader) (crypto.Hash, error) {
	id, err := inside(r, tagSequence, "mask function")
	if err != nil {
		return 0, err
	}
	if oid, err := id.Expect(tagOID); err != nil || string(oid.Value) != oidMGF1 {
		return 0, fmt.Errorf("mask function: %w", errAlgorithm)
	}
	return parseHashAlgorithm(id)
}
