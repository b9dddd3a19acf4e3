package envelope

import (
	"crypto/hpke"
	"crypto/sha256"
	"encoding/pem"
	"fmt"

	"motcua/protocol/request"
)

// PEM block types of HPKE keys. The bytes are those of RFC 9180's
// SerializePublicKey and SerializePrivateKey for MLKEM768-X25519: 1216 and 32.
const (
	pemPublic  = "MOTCUA SERVICE PUBLIC KEY"
	pemPrivate = "MOTCUA SERVICE PRIVATE KEY"
)

func kem() hpke.KEM { return hpke.MLKEM768X25519() }

// ServiceKey is a service's published key; requests are sealed to it.
type ServiceKey struct {
	key  hpke.PublicKey
	name request.Bytes8
}

func newServiceKey(key hpke.PublicKey) ServiceKey {
	sum := sha256.Sum256(key.Bytes())
	return ServiceKey{key, request.Bytes8(sum[:8])}
}

// ParseServiceKey reads the bytes of a public key.
func ParseServiceKey(b []byte) (ServiceKey, error) {
	key, err := kem().NewPublicKey(b)
	if err != nil {
		return ServiceKey{}, fmt.Errorf("reading a service key: %w: %w", ErrKey, err)
	}
	return newServiceKey(key), nil
}

// ServiceKeyFromPEM reads a service.pub file.
func ServiceKeyFromPEM(text []byte) (ServiceKey, error) {
	b, err := pemBytes(text, pemPublic)
	if err != nil {
		return ServiceKey{}, err
	}
	return ParseServiceKey(b)
}

// PEM is the text of a service.pub file.
func (k ServiceKey) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: pemPublic, Bytes: k.Bytes()})
}

// Bytes are the public key's bytes.
func (k ServiceKey) Bytes() []byte {
	if k.key == nil {
		return nil
	}
	return k.key.Bytes()
}

// Name is the first 8 bytes of the SHA-256 of the key's bytes; an envelope says
// with it which key it is sealed to, so that a service can change keys.
func (k ServiceKey) Name() request.Bytes8 { return k.name }

// ServicePrivateKey opens what was sealed to its public half.
type ServicePrivateKey struct {
	key    hpke.PrivateKey
	public ServiceKey
}

// NewServiceKey makes a key pair from the system's randomness.
func NewServiceKey() (ServicePrivateKey, error) {
	key, err := kem().GenerateKey()
	if err != nil {
		return ServicePrivateKey{}, fmt.Errorf("making a service key: %w", err)
	}
	return ServicePrivateKey{key, newServiceKey(key.PublicKey())}, nil
}

// ParseServicePrivateKey reads the 32 bytes of a private key.
func ParseServicePrivateKey(b []byte) (ServicePrivateKey, error) {
	key, err := kem().NewPrivateKey(b)
	if err != nil {
		return ServicePrivateKey{}, fmt.Errorf("reading a service key: %w: %w", ErrKey, err)
	}
	return ServicePrivateKey{key, newServiceKey(key.PublicKey())}, nil
}

// ServicePrivateKeyFromPEM reads a service.key file.
func ServicePrivateKeyFromPEM(text []byte) (ServicePrivateKey, error) {
	b, err := pemBytes(text, pemPrivate)
	if err != nil {
		return ServicePrivateKey{}, err
	}
	return ParseServicePrivateKey(b)
}

// Bytes are the private key's 32 bytes.
func (k ServicePrivateKey) Bytes() ([]byte, error) {
	if k.key == nil {
		return nil, fmt.Errorf("writing a service key: %w: no key", ErrKey)
	}
	return k.key.Bytes()
}

// PEM is the text of a service.key file.
func (k ServicePrivateKey) PEM() ([]byte, error) {
	b, err := k.Bytes()
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemPrivate, Bytes: b}), nil
}

// Public is the published half.
func (k ServicePrivateKey) Public() ServiceKey { return k.public }

// String keeps the key out of texts.
func (ServicePrivateKey) String() string { return "[service private key]" }

// GoString keeps the key out of texts.
func (ServicePrivateKey) GoString() string { return "[service private key]" }

// ReplyKey is the key of one visit, to which the centre seals its answers. It
// lives in memory only and ends with the visit.
type ReplyKey struct{ private ServicePrivateKey }

// NewReplyKey makes the key of a visit from the system's randomness.
func NewReplyKey() (ReplyKey, error) {
	k, err := NewServiceKey()
	if err != nil {
		return ReplyKey{}, fmt.Errorf("making a reply key: %w", err)
	}
	return ReplyKey{k}, nil
}

// ParseReplyKey reads the 32 bytes of a reply key.
func ParseReplyKey(b []byte) (ReplyKey, error) {
	k, err := ParseServicePrivateKey(b)
	return ReplyKey{k}, err
}

// Bytes are the key's 32 bytes. A kiosk never writes them anywhere.
func (k ReplyKey) Bytes() ([]byte, error) { return k.private.Bytes() }

// Public is what goes into [request.Inner] as ReplyKey.
func (k ReplyKey) Public() []byte { return k.private.Public().Bytes() }

// String keeps the key out of texts.
func (ReplyKey) String() string { return "[reply key]" }

// GoString keeps the key out of texts.
func (ReplyKey) GoString() string { return "[reply key]" }

func pemBytes(text []byte, want string) ([]byte, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("reading a service key: %w: no PEM block", ErrKey)
	}
	if block.Type != want {
		return nil, fmt.Errorf("reading a service key: %w: PEM block is %q, not %q", ErrKey, block.Type, want)
	}
	return block.Bytes, nil
}
