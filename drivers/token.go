package drivers

import (
	"context"
	"errors"
)

// What signing with an officer's token fails with, beside [ErrDeviceMute] and
// [ErrDeviceFault]. Each is wrapped with its cause; a context's own error is passed
// on as it is.
var (
	// ErrNoToken: no token is plugged in. Retry when one is.
	ErrNoToken = errors.New("no signing token")
	// ErrSeveralTokens: more than one is plugged in, and nobody guesses whose counts.
	// Retry with one.
	ErrSeveralTokens = errors.New("more than one signing token")
	// ErrTokenGone: the token was pulled while it was asked. Retry when it is back;
	// nothing was signed that anybody has.
	ErrTokenGone = errors.New("signing token pulled")
	// ErrTokenModule: the token's PKCS#11 module is missing, does not load, or breaks
	// its own rules. Permanent until a technician mends it.
	ErrTokenModule = errors.New("module of the signing token is missing or broken")
	// ErrPIN: the PIN is wrong; [PINError] says what is known of the tries left.
	// Retry with another.
	ErrPIN = errors.New("wrong PIN of the signing token")
	// ErrPINForm: the PIN is shorter or longer than any of this token; none of its
	// tries was used. Retry with another.
	ErrPINForm = errors.New("no PIN of this signing token")
	// ErrTokenLocked: too many wrong PINs. Permanent until the token's issuer unlocks it.
	ErrTokenLocked = errors.New("signing token locked")
	// ErrNoCertificate: the token has no certificate for signing documents, or none
	// whose key it has too. Permanent for this token.
	ErrNoCertificate = errors.New("no certificate for signing documents")
	// ErrCertificateTime: it has one, whose time is over or has not begun. Permanent
	// for this token, if the clock is right.
	ErrCertificateTime = errors.New("certificate not valid now")
)

// PINTries is what a token tells of the tries left.
type PINTries int

// What tokens tell (PKCS #11 v2.40, CKF_USER_PIN_COUNT_LOW, _FINAL_TRY, _LOCKED). No
// token has to tell any of it.
const (
	TriesUntold PINTries = iota
	TriesLow             // a wrong PIN was given since the last right one
	TriesLast            // the next wrong one locks
	TriesNone            // it locked
)

// PINError is a PIN that was refused. It is [ErrPIN], and with no tries left
// [ErrTokenLocked] alone.
type PINError struct{ Left PINTries }

// Error implements error.
func (e *PINError) Error() string {
	switch e.Left {
	case TriesLow:
		return ErrPIN.Error() + ", few tries left"
	case TriesLast:
		return ErrPIN.Error() + ", one try left"
	case TriesNone:
		return ErrTokenLocked.Error()
	default:
		return ErrPIN.Error()
	}
}

// Unwrap tells which error it is.
func (e *PINError) Unwrap() error {
	if e.Left == TriesNone {
		return ErrTokenLocked
	}
	return ErrPIN
}

// SigningToken is a token of an officer's own, which signs and never gives its key
// away. It belongs to one goroutine at a time.
type SigningToken interface {
	// Sign signs the SHA-256 of a document with the token's only certificate for
	// documents. The PIN is wiped, whatever comes of it.
	Sign(ctx context.Context, pin []byte, digest [32]byte) (TokenSignature, error)
}

// SignatureAlgorithm is how a token signed.
type SignatureAlgorithm string

// Algorithms, by their names of RFC 7518. The curve is the certificate's, P-256 or
// P-384: what is signed is always a SHA-256.
const (
	SignedES256 SignatureAlgorithm = "ES256"
	SignedPS256 SignatureAlgorithm = "PS256" // salt of 32 bytes
	SignedRS256 SignatureAlgorithm = "RS256" // of tokens that know no other RSA
)

// TokenSignature is a signature that was held against its certificate.
type TokenSignature struct {
	Algorithm   SignatureAlgorithm
	Value       []byte // as in X.509: ECDSA is a SEQUENCE of two INTEGERs
	Certificate []byte // of the signer, DER
}
