package envelope

import (
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/request"
)

// Opened is an envelope whose signature and sender have been verified; its inner
// part is still sealed. It keeps the envelope's bytes, which must not change.
type Opened struct {
	Outer  request.Outer
	Device *x509.Certificate
	Digest request.Digest // SHA-256 of the envelope's bytes

	payload payload
}

// Verify checks an envelope without opening it: its bytes are canonical, its
// device's certificate chains to roots at the time now, is for clientAuth and
// names the device, facility and province of the outer part, and its signature
// is good. Whoever verifies many uses a [Verifier].
func Verify(b []byte, roots *x509.CertPool, now time.Time) (*Opened, error) {
	return NewVerifier(roots).Verify(b, now)
}

// Verifier verifies envelopes and remembers the certificate chains it has
// verified, so that a device's chain costs its cryptography once and not with
// every envelope. Validity is compared with the time on every use. Its methods
// may be called concurrently.
type Verifier struct{ chains *chains }

// NewVerifier makes a verifier for the devices that roots have certified.
func NewVerifier(roots *x509.CertPool) *Verifier {
	return &Verifier{newChains(roots, checkDevice)}
}

// Verify does what the function of this name does.
func (v *Verifier) Verify(b []byte, now time.Time) (*Opened, error) {
	if len(b) > MaxEnvelope {
		return nil, fmt.Errorf("verifying an envelope: %w: %d bytes, %d are allowed", ErrMalformed, len(b), MaxEnvelope)
	}
	s, err := verify(b, TypeRequest, v.chains, now)
	if err != nil {
		return nil, fmt.Errorf("verifying an envelope: %w", err)
	}
	o, err := parse(s)
	if err != nil {
		return nil, fmt.Errorf("verifying an envelope: %w", err)
	}
	o.Digest = sha256.Sum256(b)
	return o, nil
}

func parse(s signed) (*Opened, error) {
	p, outer, err := clearPart(s.payload)
	if err != nil {
		return nil, err
	}
	if !names(s.signer, outer) {
		return nil, ErrIdentity
	}
	return &Opened{Outer: outer, Device: s.signer, payload: p}, nil
}

// clearPart reads what an envelope shows to everybody.
func clearPart(b []byte) (payload, request.Outer, error) {
	if len(b) > maxPayload {
		return payload{}, request.Outer{}, fmt.Errorf("%w: a payload of %d bytes", ErrMalformed, len(b))
	}
	p, err := readPayload(b)
	if err != nil {
		return payload{}, request.Outer{}, err
	}
	outer, err := request.DecodeOuter(p.Outer)
	if err != nil {
		if version := checkVersion(p.Outer); version != nil { // told first, whatever else has changed
			return payload{}, request.Outer{}, version
		}
		return payload{}, request.Outer{}, fmt.Errorf("%w: outer part: %w", ErrMalformed, err)
	}
	return p, outer, nil
}

// ReadOuter reads the clear part of an envelope that has been verified before. It
// verifies nothing.
func ReadOuter(b []byte) (request.Outer, error) {
	m, ok := readSign1(b)
	if !ok {
		return request.Outer{}, fmt.Errorf("reading an envelope: %w: not a COSE_Sign1", ErrMalformed)
	}
	_, outer, err := clearPart(m.payload)
	if err != nil {
		return request.Outer{}, fmt.Errorf("reading an envelope: %w", err)
	}
	return outer, nil
}

// checkVersion tells another version from broken bytes.
func checkVersion(b []byte) error {
	v, err := request.PeekVersion(b)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if v != request.Version {
		return fmt.Errorf("%w: it is %d, this program speaks %d", ErrVersion, v, request.Version)
	}
	return nil
}

// names reports whether a certificate is that of the device that speaks.
func names(c *x509.Certificate, o request.Outer) bool {
	return c.Subject.CommonName == o.Device &&
		slices.Equal(c.Subject.Organization, []string{o.Facility}) &&
		slices.Equal(c.Subject.Province, []string{o.Province})
}

// Recipient is the [ServiceKey.Name] of the key the envelope is sealed to.
func (o *Opened) Recipient() request.Bytes8 { return o.payload.To }

// Open opens the inner part.
func (o *Opened) Open(key ServicePrivateKey) (request.Inner, error) {
	if key.key == nil || o.payload.To != key.Public().Name() {
		return request.Inner{}, fmt.Errorf("opening an envelope: %w", ErrRecipient)
	}
	plain, err := open(key, infoRequest, o.payload.Enc, o.payload.Outer, o.payload.CT)
	if err != nil {
		return request.Inner{}, fmt.Errorf("opening an envelope: %w", err)
	}
	in, err := request.DecodeInner(plain)
	if err != nil {
		return request.Inner{}, fmt.Errorf("opening an envelope: %w: inner part: %w", ErrMalformed, err)
	}
	return in, nil
}
