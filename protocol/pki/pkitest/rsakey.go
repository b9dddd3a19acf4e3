package pkitest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"testing"

	"motcua/protocol/tlv"
)

// RSAKey signs with RSA, of PKCS#1 v1.5 unless it says otherwise.
type RSAKey struct {
	Key  *rsa.PrivateKey
	H    crypto.Hash
	PSS  bool
	Mask crypto.Hash // PSS: 0 for the same as H
	Bare bool        // PSS without parameters: SHA-1, salt of 20
}

// Hash is that of the signatures.
func (k *RSAKey) Hash() crypto.Hash { return k.H }

// SPKI is the public key as certificates have it.
func (k *RSAKey) SPKI() []byte {
	e := []byte{byte(k.Key.E >> 16), byte(k.Key.E >> 8), byte(k.Key.E)}
	return Seq(Seq(OID(OIDPKCS+"\x01"), null()), Bits(Seq(Integer(k.Key.N.Bytes()...), Integer(e...))))
}

// Algorithm is the AlgorithmIdentifier of the signatures.
func (k *RSAKey) Algorithm() []byte {
	switch {
	case k.PSS && k.Bare:
		return Seq(OID(OIDPKCS + "\x0a"))
	case k.PSS:
		mask := k.H
		if k.Mask != 0 {
			mask = k.Mask
		}
		return Seq(OID(OIDPKCS+"\x0a"), Seq(tlv.Encode(0xA0, HashID(k.H)), tlv.Encode(0xA1, Seq(OID(OIDPKCS+"\x08"), HashID(mask))),
			tlv.Encode(0xA2, Integer(byte(k.H.Size())))))
	}
	last := map[crypto.Hash]string{crypto.SHA1: "\x05", crypto.SHA256: "\x0b", crypto.SHA384: "\x0c", crypto.SHA512: "\x0d", crypto.SHA224: "\x0e"}
	return Seq(OID(OIDPKCS+last[k.H]), null())
}

// Sign signs in the way of the algorithm.
func (k *RSAKey) Sign(t testing.TB, msg []byte) []byte {
	t.Helper()
	var signature []byte
	var err error
	if k.PSS {
		signature, err = rsa.SignPSS(rand.Reader, k.Key, k.H, Digest(k.H, msg), &rsa.PSSOptions{SaltLength: k.H.Size()})
	} else {
		signature, err = rsa.SignPKCS1v15(rand.Reader, k.Key, k.H, Digest(k.H, msg))
	}
	if err != nil {
		t.Fatal(err)
	}
	return signature
}
