package emrtd

import (
	"crypto/sha1"
	"fmt"
	"log/slog"
	"strings"

	"motcua/protocol/mrz"
)

// Password references of PACE (TR-03110 part 3, B.11.1).
const (
	passwordMRZ byte = 1
	passwordCAN byte = 2
	passwordPIN byte = 3
	passwordPUK byte = 4
)

// Key is what a person gives to open the chip: the card access number, three
// fields of the machine readable zone, or one of the secret numbers of
// identity cards by TR-03110. The zero Key opens nothing.
type Key struct {
	ref    byte
	secret []byte // the digits, or SHA-1 of the MRZ information
}

// Lengths of secret numbers. TR-03110 leaves them to the issuer: six digits and
// ten on the German card, whose letter comes with a PIN of five.
const (
	minSecretDigits = 4
	maxSecretDigits = 16
)

// CAN makes a key of the card access number: exactly six digits.
func CAN(digits string) (Key, error) {
	if len(digits) != 6 || strings.Trim(digits, "0123456789") != "" {
		return Key{}, fmt.Errorf("a card access number has six digits: %w", ErrKey)
	}
	return Key{ref: passwordCAN, secret: []byte(digits)}, nil
}

// PIN makes a key of the secret number that only the holder knows (TR-03110 part
// 2, 3.3). Chips count wrong ones and suspend, then block it: see [KeyError].
func PIN(digits string) (Key, error) { return secretDigits(passwordPIN, digits) }

// PUK makes a key of the number that unblocks the PIN.
func PUK(digits string) (Key, error) { return secretDigits(passwordPUK, digits) }

func secretDigits(ref byte, digits string) (Key, error) {
	if len(digits) < minSecretDigits || len(digits) > maxSecretDigits || strings.Trim(digits, "0123456789") != "" {
		return Key{}, fmt.Errorf("a secret number has %d to %d digits: %w", minSecretDigits, maxSecretDigits, ErrKey)
	}
	return Key{ref: ref, secret: []byte(digits)}, nil
}

// MRZ makes a key of document number, date of birth and date of expiry as they
// stand in the machine readable zone, dates as YYMMDD, without check digits.
func MRZ(docNumber, birthYYMMDD, expiryYYMMDD string) (Key, error) {
	number := strings.TrimRight(docNumber, "<")
	if number == "" || len(number) > 22 || len(birthYYMMDD) != 6 || len(expiryYYMMDD) != 6 {
		return Key{}, fmt.Errorf("fields of the machine readable zone: %w", ErrKey)
	}
	for len(number) < 9 {
		number += "<"
	}
	var info []byte
	defer func() { clear(info) }()
	for _, field := range []string{number, birthYYMMDD, expiryYYMMDD} {
		digit, ok := mrz.CheckDigit(field)
		if !ok {
			return Key{}, fmt.Errorf("characters of the machine readable zone: %w", ErrKey)
		}
		info = append(append(info, field...), digit)
	}
	return mrzKey(info), nil
}

func mrzKey(info []byte) Key {
	sum := sha1.Sum(info)
	return Key{ref: passwordMRZ, secret: sum[:]}
}

// IsZero tells whether this is no key at all.
func (k Key) IsZero() bool { return k.ref == 0 }

// PasswordRef is the reference PACE names the key by: 1 for the machine
// readable zone, 2 for the card access number, 3 for the PIN, 4 for the PUK.
func (k Key) PasswordRef() byte { return k.ref }

// access is the name of PACE with such a key.
func (k Key) access() string {
	switch k.ref {
	case passwordCAN:
		return AccessPACECAN
	case passwordPIN:
		return AccessPACEPIN
	case passwordPUK:
		return AccessPACEPUK
	}
	return AccessPACEMRZ
}

// PACEKey is the key that encrypts the nonce.
func (k Key) PACEKey(s Suite) []byte { return DeriveKey(s, k.secret, CounterPACE) }

// BACKeys derives the keys of basic access control; only the machine readable
// zone has them.
func (k Key) BACKeys() (kenc, kmac []byte, ok bool) {
	if k.ref != passwordMRZ {
		return nil, nil, false
	}
	seed := k.secret[:16]
	return DeriveKey(Suite3DES, seed, CounterEnc), DeriveKey(Suite3DES, seed, CounterMAC), true
}

// String keeps the key out of messages.
func (k Key) String() string { return "[key]" }

// GoString keeps the key out of %#v.
func (k Key) GoString() string { return "[key]" }

// LogValue keeps the key out of logs.
func (k Key) LogValue() slog.Value { return slog.StringValue("[key]") }
