package envelope

import "errors"

// Reasons for which a message is not taken. They are permanent: the same bytes
// will never be taken, certificates that are not yet valid apart.
var (
	// ErrMalformed: not a message of this protocol, or not its canonical bytes.
	ErrMalformed = errors.New("malformed message")
	// ErrVersion: a version that this program does not speak.
	ErrVersion = errors.New("unknown version of the message")
	// ErrSignature: the signature does not verify.
	ErrSignature = errors.New("signature does not verify")
	// ErrCertificate: the signer's certificate does not chain to the fleet
	// authority, is outside its time, or is for another purpose.
	ErrCertificate = errors.New("certificate is not accepted")
	// ErrRevoked: a certificate of the signer's chain counts no more.
	ErrRevoked = errors.New("certificate was revoked")
	// ErrIdentity: the message speaks for another device than its certificate.
	ErrIdentity = errors.New("message and certificate name different devices")
	// ErrRecipient: sealed to another key.
	ErrRecipient = errors.New("sealed to another key")
	// ErrSealed: the sealed part does not open, or not with this outer part.
	ErrSealed = errors.New("sealed part does not open")
	// ErrKey: a key that cannot be used.
	ErrKey = errors.New("key cannot be used")
)
