package roster

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"

	"motcua/protocol/personal"
)

const (
	// Digits is the length of a PIN.
	Digits = 6
	// Sizes of a verifier, in bytes (RFC 9106 section 3.1).
	saltSize = 16
	hashSize = 32
)

// Bounds of what a verifier may ask of the machine that checks a PIN. Below them
// it protects nobody; above them a hostile list would eat a kiosk's memory.
const (
	minMemory  = 8 << 10 // KiB
	maxMemory  = 64 << 10
	maxPasses  = 4 // passes over the memory
	maxThreads = 4
)

// ErrDigits: a PIN is not of six digits.
var ErrDigits = errors.New("a PIN has six digits")

// PIN is the verifier of an officer's PIN: Argon2id, version 0x13 (RFC 9106).
type PIN struct {
	personal.Masked
	Time    uint32 // passes
	Memory  uint32 // KiB
	Threads uint8
	Salt    [saltSize]byte
	Hash    [hashSize]byte
}

// NewPIN makes the verifier of a PIN with two passes over 19 MiB and a salt of its
// own. It fails with [ErrDigits].
func NewPIN(digits string, rand io.Reader) (PIN, error) {
	if !IsPIN(digits) {
		return PIN{}, ErrDigits
	}
	p := PIN{Time: 2, Memory: 19 << 10, Threads: 1}
	if _, err := io.ReadFull(rand, p.Salt[:]); err != nil {
		return PIN{}, fmt.Errorf("reading randomness: %w", err)
	}
	p.Hash = p.of(digits)
	return p, nil
}

// Matches tells whether these are the digits. It takes tens of milliseconds and
// the verifier's memory, whatever the digits.
func (p PIN) Matches(digits string) bool {
	if p.entry().fault() != "" || !IsPIN(digits) {
		return false
	}
	h := p.of(digits)
	return subtle.ConstantTimeCompare(h[:], p.Hash[:]) == 1
}

func (p PIN) of(digits string) [hashSize]byte {
	return [hashSize]byte(argon2.IDKey([]byte(digits), p.Salt[:], p.Time, p.Memory, p.Threads, hashSize))
}

func (p PIN) entry() pinEntry {
	return pinEntry{p.Time, p.Memory, p.Threads, p.Salt[:], p.Hash[:]}
}

// IsPIN tells whether a text has the form of a PIN.
func IsPIN(digits string) bool {
	if len(digits) != Digits {
		return false
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// fault says what is outside its bounds, "" when nothing is.
func (e pinEntry) fault() string {
	switch {
	case e.Time < 1 || e.Time > maxPasses:
		return fmt.Sprintf("a PIN with %d passes", e.Time)
	case e.Memory < minMemory || e.Memory > maxMemory:
		return fmt.Sprintf("a PIN with %d KiB of memory", e.Memory)
	case e.Threads < 1 || e.Threads > maxThreads:
		return fmt.Sprintf("a PIN with %d threads", e.Threads)
	case len(e.Salt) != saltSize || len(e.Hash) != hashSize:
		return "a PIN of other sizes"
	}
	return ""
}
