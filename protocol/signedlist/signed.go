package signedlist

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/veraison/go-cose"
)

var (
	// ErrMalformed: the bytes are no list of this kind, or not in canonical form.
	ErrMalformed = errors.New("not a signed list of this kind")
	// ErrSignature: the list is not signed with the key that it must be.
	ErrSignature = errors.New("the list's signature is false")
	// ErrVersion: the list is of a version this program does not know.
	ErrVersion = errors.New("unknown version of a signed list")
	// ErrTime: the list is not valid at the time in question.
	ErrTime = errors.New("the list is not valid now")
	// ErrContent: what the list should hold is not fit for it.
	ErrContent = errors.New("not fit for a signed list")
)

// Format is one kind of list.
type Format struct {
	ContentType string // names the payload in the header
	MaxSize     int    // bytes of a whole list
}

// Sign signs a payload with an Ed25519 key, which may live in a token. It fails
// with [ErrContent] for a key of another kind.
func (f Format) Sign(payload []byte, key crypto.Signer) ([]byte, error) {
	if _, ok := key.Public().(ed25519.PublicKey); !ok {
		return nil, fmt.Errorf("%w: a key that is not Ed25519", ErrContent)
	}
	signer, err := cose.NewSigner(cose.AlgorithmEdDSA, key)
	if err != nil {
		return nil, err
	}
	headers := cose.Headers{Protected: cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm: cose.AlgorithmEdDSA, cose.HeaderLabelContentType: f.ContentType,
	}}
	return cose.Sign1(nil, signer, headers, payload, nil) // Ed25519 takes no randomness
}

// Open checks a list's form and signature and returns its payload. Errors:
// [ErrMalformed], [ErrSignature].
func (f Format) Open(b []byte, key ed25519.PublicKey) ([]byte, error) {
	if len(b) > f.MaxSize {
		return nil, fmt.Errorf("%w: %d bytes, %d are allowed", ErrMalformed, len(b), f.MaxSize)
	}
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(b); err != nil {
		return nil, fmt.Errorf("%w: no COSE_Sign1", ErrMalformed)
	}
	if err := f.checkHeader(m.Headers); err != nil {
		return nil, err
	}
	if again, err := remarshal(m); err != nil || !bytes.Equal(again, b) {
		return nil, fmt.Errorf("%w: not in canonical form", ErrMalformed)
	}
	if len(key) != ed25519.PublicKeySize { // which would panic further down
		return nil, fmt.Errorf("%w: no key to check it with", ErrSignature)
	}
	verifier, err := cose.NewVerifier(cose.AlgorithmEdDSA, key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if err := m.Verify(nil, verifier); err != nil {
		return nil, ErrSignature
	}
	return m.Payload, nil
}

func (f Format) checkHeader(h cose.Headers) error {
	alg, err := h.Protected.Algorithm()
	kind, ok := h.Protected[cose.HeaderLabelContentType].(string)
	if err != nil || alg != cose.AlgorithmEdDSA || !ok || kind != f.ContentType || len(h.Protected) != 2 || len(h.Unprotected) > 0 {
		return fmt.Errorf("%w: another header than that of %s", ErrMalformed, f.ContentType)
	}
	return nil
}

// remarshal encodes m from its parsed form, so that other encodings of the same
// message show as different bytes.
func remarshal(m cose.Sign1Message) ([]byte, error) {
	m.Headers.RawProtected, m.Headers.RawUnprotected = nil, nil
	return m.MarshalCBOR()
}
