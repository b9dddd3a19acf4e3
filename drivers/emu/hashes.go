package emu

import (
	"crypto"
	_ "crypto/sha1" // links the hashes that crypto.Hash names
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/asn1"
)

// Hash names a hash function of EF.SOD, certificates and active authentication.
type Hash string

// Hashes that travel documents use (ICAO 9303-12, 4.4).
const (
	SHA1   Hash = "sha1"
	SHA224 Hash = "sha224"
	SHA256 Hash = "sha256"
	SHA384 Hash = "sha384"
	SHA512 Hash = "sha512"
)

// hashSpec is what the standards say of a hash.
type hashSpec struct {
	hash    crypto.Hash
	oid     asn1.ObjectIdentifier
	ecdsa   asn1.ObjectIdentifier // ANSI X9.62, DER
	plain   asn1.ObjectIdentifier // BSI TR-03111, 5.2.1.1: r||s
	pkcs1   asn1.ObjectIdentifier // RFC 8017, appendix A.2.4
	trailer byte                  // ISO/IEC 10118-3, as ISO/IEC 9796-2 ends with it
}

func nistHash(n int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, n}
}

func x962(n ...int) asn1.ObjectIdentifier {
	return append(asn1.ObjectIdentifier{1, 2, 840, 10045, 4}, n...)
}

func plainECDSA(n int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 1, 4, 1, n}
}
func pkcs1(n int) asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, n} }

// spec finds a hash; the zero value when there is none of that name.
func (h Hash) spec() hashSpec {
	switch h {
	case SHA1:
		return hashSpec{crypto.SHA1, asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, x962(1), plainECDSA(1), pkcs1(5), 0x33}
	case SHA224:
		return hashSpec{crypto.SHA224, nistHash(4), x962(3, 1), plainECDSA(2), pkcs1(14), 0x38}
	case SHA256:
		return hashSpec{crypto.SHA256, nistHash(1), x962(3, 2), plainECDSA(3), pkcs1(11), 0x34}
	case SHA384:
		return hashSpec{crypto.SHA384, nistHash(2), x962(3, 3), plainECDSA(4), pkcs1(12), 0x36}
	case SHA512:
		return hashSpec{crypto.SHA512, nistHash(3), x962(3, 4), plainECDSA(5), pkcs1(13), 0x35}
	}
	return hashSpec{}
}

func (h Hash) known() bool { return h.spec().hash != 0 }

// algorithm is the AlgorithmIdentifier.
func (h Hash) algorithm() []byte { return algorithm(h.spec().oid) }

// sum hashes the parts joined.
func (h Hash) sum(parts ...[]byte) []byte {
	d := h.spec().hash.New()
	for _, p := range parts {
		d.Write(p)
	}
	return d.Sum(nil)
}
