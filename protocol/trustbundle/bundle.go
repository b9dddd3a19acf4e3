package trustbundle

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/veraison/go-cose"

	"motcua/protocol/pki"
)

// Limits of a bundle.
const (
	// MaxSize is the most bytes of a whole bundle.
	MaxSize         = 16 << 20
	maxCertificates = 4096
	maxCertificate  = 16 << 10
	maxRevocations  = 1024
	maxRevocation   = 4 << 20
	maxSerial       = 1<<53 - 1
)

// contentType names the payload in the header.
const contentType = "application/vnd.motcua.trust+cbor"

var (
	// ErrMalformed: the bytes are no bundle, or not in canonical form.
	ErrMalformed = errors.New("not a trust bundle")
	// ErrSignature: the bundle is not signed with the key that it must be.
	ErrSignature = errors.New("the trust bundle's signature is false")
	// ErrVersion: the bundle is of a version this program does not know.
	ErrVersion = errors.New("unknown version of trust bundle")
	// ErrTime: the bundle is not valid at the time in question.
	ErrTime = errors.New("the trust bundle is not valid now")
	// ErrContent: what the bundle should hold is not fit for it.
	ErrContent = errors.New("not fit for a trust bundle")
)

// Content is what a bundle says.
type Content struct {
	// Serial grows with every bundle; 1 is the first.
	Serial uint64
	// Issued and Expires bound the bundle's use, in whole seconds.
	Issued, Expires time.Time
	// Certificates are those of authorities and their links, Revocations the
	// authorities' lists, in DER.
	Certificates, Revocations [][]byte
}

// Sign makes a bundle with an Ed25519 key, which may live in a token. It refuses
// with [ErrContent] what a device would not take: a certificate that is no
// authority's, a link that nothing anchors, a list that none of the authorities
// signed.
func Sign(c Content, key crypto.Signer) ([]byte, error) {
	if _, ok := key.Public().(ed25519.PublicKey); !ok {
		return nil, fmt.Errorf("signing a trust bundle: a key that is not Ed25519: %w", ErrContent)
	}
	if _, skipped := c.Anchors(); len(skipped) > 0 {
		return nil, fmt.Errorf("signing a trust bundle: %w: %w", ErrContent, errors.Join(skipped...))
	}
	payload, err := c.encode()
	if err != nil {
		return nil, fmt.Errorf("signing a trust bundle: %w", err)
	}
	signer, err := cose.NewSigner(cose.AlgorithmEdDSA, key)
	if err != nil {
		return nil, fmt.Errorf("signing a trust bundle: %w", err)
	}
	headers := cose.Headers{Protected: cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm: cose.AlgorithmEdDSA, cose.HeaderLabelContentType: contentType,
	}}
	b, err := cose.Sign1(nil, signer, headers, payload, nil) // Ed25519 takes no randomness
	if err != nil {
		return nil, fmt.Errorf("signing a trust bundle: %w", err)
	}
	return b, nil
}

// Open checks a bundle's form and signature and says what it holds, whatever the
// time; see [Content.ValidAt]. Errors: [ErrMalformed], [ErrSignature],
// [ErrVersion].
func Open(b []byte, key ed25519.PublicKey) (Content, error) {
	if len(b) > MaxSize {
		return Content{}, fmt.Errorf("%w: %d bytes, %d are allowed", ErrMalformed, len(b), MaxSize)
	}
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(b); err != nil {
		return Content{}, fmt.Errorf("%w: no COSE_Sign1", ErrMalformed)
	}
	if err := checkHeader(m.Headers); err != nil {
		return Content{}, err
	}
	if again, err := remarshal(m); err != nil || !bytes.Equal(again, b) {
		return Content{}, fmt.Errorf("%w: not in canonical form", ErrMalformed)
	}
	if len(key) != ed25519.PublicKeySize { // which would panic further down
		return Content{}, fmt.Errorf("%w: no key to check it with", ErrSignature)
	}
	verifier, err := cose.NewVerifier(cose.AlgorithmEdDSA, key)
	if err != nil {
		return Content{}, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if err := m.Verify(nil, verifier); err != nil {
		return Content{}, ErrSignature
	}
	return decode(m.Payload)
}

func checkHeader(h cose.Headers) error {
	alg, err := h.Protected.Algorithm()
	kind, ok := h.Protected[cose.HeaderLabelContentType].(string)
	if err != nil || alg != cose.AlgorithmEdDSA || !ok || kind != contentType || len(h.Protected) != 2 || len(h.Unprotected) > 0 {
		return fmt.Errorf("%w: another header than that of a bundle", ErrMalformed)
	}
	return nil
}

// remarshal encodes m from its parsed form, so that other encodings of the same
// message show as different bytes.
func remarshal(m cose.Sign1Message) ([]byte, error) {
	m.Headers.RawProtected, m.Headers.RawUnprotected = nil, nil
	return m.MarshalCBOR()
}

// ValidAt fails with [ErrTime] outside the time for which the bundle was issued.
func (c Content) ValidAt(now time.Time) error {
	switch {
	case now.Before(c.Issued):
		return fmt.Errorf("%w: it was issued for %s and later", ErrTime, c.Issued.UTC().Format(time.DateTime))
	case now.After(c.Expires):
		return fmt.Errorf("%w: it ended on %s", ErrTime, c.Expires.UTC().Format(time.DateTime))
	}
	return nil
}

// Anchors are the authorities with their revocation lists. What this program
// cannot use, being older than the bundle, is skipped and told.
func (c Content) Anchors() (pki.Anchors, []error) {
	anchors, errs := pki.GatherAnchors(c.Certificates...)
	var skipped []error
	for i, err := range errs {
		if err != nil {
			skipped = append(skipped, fmt.Errorf("certificate %d: %w", i+1, err))
		}
	}
	for i, list := range c.Revocations {
		with, err := anchors.WithRevocations(list)
		if err != nil {
			skipped = append(skipped, fmt.Errorf("revocation list %d: %w", i+1, err))
			continue
		}
		anchors = with
	}
	return anchors, skipped
}
