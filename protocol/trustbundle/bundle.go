package trustbundle

import (
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/pki"
	"motcua/protocol/signedlist"
)

// Limits of a bundle.
const (
	// MaxSize is the most bytes of a whole bundle.
	MaxSize         = 16 << 20
	maxCertificates = 4096
	maxCertificate  = 16 << 10
	maxRevocations  = 1024
	maxRevocation   = 4 << 20
)

// format is that of a bundle among the signed lists.
var format = signedlist.Format{ContentType: "application/vnd.motcua.trust+cbor", MaxSize: MaxSize}

// Errors of bundles are those of all signed lists.
var (
	ErrMalformed = signedlist.ErrMalformed
	ErrSignature = signedlist.ErrSignature
	ErrVersion   = signedlist.ErrVersion
	ErrTime      = signedlist.ErrTime
	ErrContent   = signedlist.ErrContent
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
	if _, skipped := c.Anchors(); len(skipped) > 0 {
		return nil, fmt.Errorf("signing a trust bundle: %w: %w", ErrContent, errors.Join(skipped...))
	}
	payload, err := signedlist.Encode(payloadOf(c))
	if err != nil {
		return nil, fmt.Errorf("signing a trust bundle: %w", err)
	}
	b, err := format.Sign(payload, key)
	if err != nil {
		return nil, fmt.Errorf("signing a trust bundle: %w", err)
	}
	return b, nil
}

// Open checks a bundle's form and signature and says what it holds, whatever the
// time; see [Content.ValidAt]. Errors: [ErrMalformed], [ErrSignature],
// [ErrVersion].
func Open(b []byte, key ed25519.PublicKey) (Content, error) {
	inner, err := format.Open(b, key)
	if err != nil {
		return Content{}, named(err)
	}
	p, err := signedlist.Decode[payload](inner, version)
	if err != nil {
		return Content{}, named(err)
	}
	return p.content(), nil
}

// named says which list an error is about; nil stays nil.
func named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("trust bundle: %w", err)
}

// ValidAt fails with [ErrTime] outside the time for which the bundle was issued.
func (c Content) ValidAt(now time.Time) error { return named(c.head().ValidAt(now)) }

func (c Content) head() signedlist.Head {
	return signedlist.Head{Serial: c.Serial, Issued: c.Issued, Expires: c.Expires}
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
