package cvc

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"io"
	"time"

	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

// Signer holds a private key.
type Signer interface {
	Public() PublicKey
	// Sign signs msg, which is not hashed yet, by the key's algorithm: r||s of
	// equal width, or an RSA signature.
	Sign(random io.Reader, msg []byte) ([]byte, error)
}

// PrivateKey is a [Signer] whose key is at hand.
type PrivateKey struct {
	public PublicKey
	rsa    *rsa.PrivateKey
	scalar []byte
}

var _ Signer = (*PrivateKey)(nil)

// NewRSASigner wraps an RSA key.
func NewRSASigner(a Algorithm, key *rsa.PrivateKey) (*PrivateKey, error) {
	public, err := NewRSAKey(a, &key.PublicKey)
	if err != nil {
		return nil, err
	}
	return &PrivateKey{public: public, rsa: key}, nil
}

// NewECSigner wraps a private key as [ec.Curve.RandomScalar] draws it, which it
// keeps.
func NewECSigner(a Algorithm, curve *ec.Curve, scalar []byte) (*PrivateKey, error) {
	public, err := NewECKey(a, curve.ScalarBaseMult(scalar))
	if err != nil {
		return nil, err
	}
	return &PrivateKey{public: public, scalar: scalar}, nil
}

// Public is the public half, with its domain parameters.
func (k *PrivateKey) Public() PublicKey { return k.public }

// String keeps the key out of messages.
func (k *PrivateKey) String() string { return "[private key " + k.public.algorithm.String() + "]" }

// GoString keeps the key out of %#v.
func (k *PrivateKey) GoString() string { return k.String() }

// Sign implements [Signer].
func (k *PrivateKey) Sign(random io.Reader, msg []byte) ([]byte, error) {
	signature, err := k.sign(random, k.public.algorithm.Hash(), k.public.algorithm.digest(msg))
	if err != nil {
		return nil, fmt.Errorf("signing with %v: %w", k.public.algorithm, err)
	}
	return signature, nil
}

func (k *PrivateKey) sign(random io.Reader, h crypto.Hash, digest []byte) ([]byte, error) {
	switch {
	case k.scalar != nil:
		r, s, err := k.public.curve.Sign(random, k.scalar, digest)
		return append(r, s...), err
	case algorithmSpecs[k.public.algorithm].pss:
		return rsa.SignPSS(random, k.rsa, h, digest, &rsa.PSSOptions{SaltLength: h.Size(), Hash: h})
	}
	return rsa.SignPKCS1v15(random, k.rsa, h, digest)
}

// Template is a certificate before it is signed.
type Template struct {
	Authority, Holder Reference
	Key               PublicKey
	Authorization     Authorization
	// Effective and Expiration are days of this century, both included.
	Effective, Expiration time.Time
	Extensions            []Extension
}

// Sign makes the certificate. The domain parameters of an elliptic key are
// spelled out for a CVCA and left out for everybody else (TR-03110 part 3,
// D.3.3). It fails when the result would not be a certificate of the profile.
func (t Template) Sign(random io.Reader, by Signer) (*Certificate, error) {
	if !t.Key.Complete() {
		return nil, fmt.Errorf("signing a certificate: %w", ErrParameters)
	}
	body, err := t.body()
	if err != nil {
		return nil, fmt.Errorf("signing a certificate: %w", err)
	}
	signature, err := by.Sign(random, body)
	if err != nil {
		return nil, fmt.Errorf("signing a certificate: %w", err)
	}
	c, err := Parse(tlv.Encode(tagCertificate, body, tlv.Encode(tagSignature, signature)))
	if err != nil {
		return nil, fmt.Errorf("signing a certificate: %w", err)
	}
	return c, nil
}

func (t Template) body() ([]byte, error) {
	from, err := encodeDate(t.Effective)
	if err != nil {
		return nil, err
	}
	until, err := encodeDate(t.Expiration)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{
		tlv.Encode(tagProfile, []byte{0}),
		tlv.Encode(tagAuthority, []byte(t.Authority)),
		tlv.Encode(tagPublicKey, t.Key.encode(t.Authorization.Role() == RoleCVCA)),
		tlv.Encode(tagHolder, []byte(t.Holder)),
		tlv.Encode(tagAuthorization, t.Authorization.encode()),
		tlv.Encode(tagEffective, from),
		tlv.Encode(tagExpiration, until),
	}
	if len(t.Extensions) > 0 {
		var all []byte
		for _, e := range t.Extensions {
			all = append(all, tlv.Encode(tagExtension, tlv.Encode(tagOID, e.OID), e.Data)...)
		}
		parts = append(parts, tlv.Encode(tagExtensions, all))
	}
	return tlv.Encode(tagBody, parts...), nil
}
