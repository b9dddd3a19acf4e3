package cvc

import (
	"crypto"
	_ "crypto/sha1" // links the hashes that crypto.Hash names
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"
)

// Algorithm is a way of signing with its hash. It is a property of the key: the
// certificate names the algorithm of the key it holds, not of its own
// signature.
type Algorithm int

// Algorithms (TR-03110 part 3, tables 14 and 15).
const (
	RSASHA1   Algorithm = iota + 1 // PKCS #1 v1.5
	RSASHA256                      // PKCS #1 v1.5
	RSASHA512                      // PKCS #1 v1.5
	PSSSHA1                        // salt as long as the hash, also below
	PSSSHA256
	PSSSHA512
	ECDSASHA1 // r||s, also below
	ECDSASHA224
	ECDSASHA256
	ECDSASHA384
	ECDSASHA512
)

// oidTerminalAuth is id-TA, without tag and length; then 1 for RSA or 2 for
// ECDSA, then the algorithm.
const oidTerminalAuth = "\x04\x00\x7f\x00\x07\x02\x02\x02"

type algorithmSpec struct {
	name string
	oid  string
	hash crypto.Hash
	pss  bool
}

var algorithmSpecs = [...]algorithmSpec{
	RSASHA1:     {"RSA-PKCS1-SHA-1", oidTerminalAuth + "\x01\x01", crypto.SHA1, false},
	RSASHA256:   {"RSA-PKCS1-SHA-256", oidTerminalAuth + "\x01\x02", crypto.SHA256, false},
	RSASHA512:   {"RSA-PKCS1-SHA-512", oidTerminalAuth + "\x01\x05", crypto.SHA512, false},
	PSSSHA1:     {"RSA-PSS-SHA-1", oidTerminalAuth + "\x01\x03", crypto.SHA1, true},
	PSSSHA256:   {"RSA-PSS-SHA-256", oidTerminalAuth + "\x01\x04", crypto.SHA256, true},
	PSSSHA512:   {"RSA-PSS-SHA-512", oidTerminalAuth + "\x01\x06", crypto.SHA512, true},
	ECDSASHA1:   {"ECDSA-SHA-1", oidTerminalAuth + "\x02\x01", crypto.SHA1, false},
	ECDSASHA224: {"ECDSA-SHA-224", oidTerminalAuth + "\x02\x02", crypto.SHA224, false},
	ECDSASHA256: {"ECDSA-SHA-256", oidTerminalAuth + "\x02\x03", crypto.SHA256, false},
	ECDSASHA384: {"ECDSA-SHA-384", oidTerminalAuth + "\x02\x04", crypto.SHA384, false},
	ECDSASHA512: {"ECDSA-SHA-512", oidTerminalAuth + "\x02\x05", crypto.SHA512, false},
}

// algorithmOf finds an algorithm by its identifier.
func algorithmOf(oid []byte) (Algorithm, error) {
	for a := RSASHA1; a <= ECDSASHA512; a++ {
		if algorithmSpecs[a].oid == string(oid) {
			return a, nil
		}
	}
	return 0, fmt.Errorf("identifier: %w", ErrAlgorithm)
}

func (a Algorithm) known() bool { return a >= RSASHA1 && a <= ECDSASHA512 }

// ECDSA tells the two kinds of keys apart.
func (a Algorithm) ECDSA() bool { return a >= ECDSASHA1 && a <= ECDSASHA512 }

// Hash is the hash of the signed message, 0 for an algorithm that is none.
func (a Algorithm) Hash() crypto.Hash {
	if !a.known() {
		return 0
	}
	return algorithmSpecs[a].hash
}

// OID is the encoded object identifier, without tag and length.
func (a Algorithm) OID() []byte {
	if !a.known() {
		return nil
	}
	return []byte(algorithmSpecs[a].oid)
}

func (a Algorithm) String() string {
	if !a.known() {
		return fmt.Sprintf("algorithm %d", int(a))
	}
	return algorithmSpecs[a].name
}

func (a Algorithm) digest(msg []byte) []byte {
	h := a.Hash().New()
	h.Write(msg)
	return h.Sum(nil)
}
