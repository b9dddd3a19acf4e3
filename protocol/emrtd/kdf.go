package emrtd

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
)

// Suite is a block cipher with its MAC as secure messaging uses them.
type Suite int

// Suites (Doc 9303 part 11, 9.8).
const (
	Suite3DES   Suite = iota + 1 // two-key triple DES, retail MAC
	SuiteAES128                  // AES-CBC, AES-CMAC
	SuiteAES192
	SuiteAES256
)

func (s Suite) String() string {
	switch s {
	case Suite3DES:
		return "3DES"
	case SuiteAES128:
		return "AES-128"
	case SuiteAES192:
		return "AES-192"
	case SuiteAES256:
		return "AES-256"
	}
	return fmt.Sprintf("suite %d", int(s))
}

// KeySize is the length of one key in bytes.
func (s Suite) KeySize() int {
	switch s {
	case SuiteAES192:
		return 24
	case SuiteAES256:
		return 32
	}
	return 16
}

// BlockSize is the length of a block and of the send sequence counter in bytes.
func (s Suite) BlockSize() int {
	if s == Suite3DES {
		return 8
	}
	return 16
}

// NonceSize is the length of the PACE nonce in bytes: whole blocks, as few as are
// not shorter than the key (Doc 9303 part 11, 4.4.3.3). Generic mapping stands
// other lengths.
func (s Suite) NonceSize() int {
	if s == SuiteAES192 || s == SuiteAES256 {
		return 32
	}
	return 16
}

// MaxShortData is how many data bytes fit into one protected short answer of
// 256 bytes: padding, DO87, DO99 and DO8E leave the rest.
func (s Suite) MaxShortData() int {
	if s == Suite3DES {
		return 231
	}
	return 223
}

// Counters of the key derivation function (Doc 9303 part 11, 9.7.1).
const (
	CounterEnc  uint32 = 1 // encryption of secure messaging
	CounterMAC  uint32 = 2 // authentication of secure messaging
	CounterPACE uint32 = 3 // encryption of the PACE nonce
)

// DeriveKey is the key derivation function: a hash of secret and counter, cut
// to the length of the suite's key; for 3DES with its parity bits set.
func DeriveKey(s Suite, secret []byte, counter uint32) []byte {
	input := make([]byte, 0, len(secret)+4)
	input = append(input, secret...)
	input = binary.BigEndian.AppendUint32(input, counter)
	defer clear(input)
	if s == SuiteAES192 || s == SuiteAES256 {
		sum := sha256.Sum256(input)
		clear(sum[s.KeySize():])
		return sum[:s.KeySize():s.KeySize()]
	}
	sum := sha1.Sum(input)
	clear(sum[16:])
	key := sum[:16:16]
	if s == Suite3DES {
		for i, b := range key {
			if bits.OnesCount8(b)%2 == 0 {
				key[i] = b ^ 1
			}
		}
	}
	return key
}
