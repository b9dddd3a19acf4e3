package envelope

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/veraison/go-cose"
)

// signed is a COSE_Sign1 whose signature has been verified.
type signed struct {
	payload []byte
	signer  *x509.Certificate
}

// Signer is a key with the certificate chain that speaks for it, found to fit.
// Whoever signs much makes it once. Its methods may be called concurrently.
type Signer struct {
	inner cose.Signer
	chain any
}

// NewSigner checks that signer is the P-256 key of the first certificate of
// chain, which is in DER.
func NewSigner(signer crypto.Signer, chain [][]byte) (*Signer, error) {
	if len(chain) == 0 || len(chain) > MaxChain {
		return nil, fmt.Errorf("signing: %w: a chain of %d certificates", ErrKey, len(chain))
	}
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return nil, fmt.Errorf("signing: %w: %w", ErrKey, err)
	}
	public, ok := signer.Public().(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() || !public.Equal(leaf.PublicKey) {
		return nil, fmt.Errorf("signing: %w: not the P-256 key of the certificate", ErrKey)
	}
	inner, err := cose.NewSigner(cose.AlgorithmES256, signer)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return &Signer{lowS{inner}, x5chain(chain)}, nil
}

// sign makes the COSE_Sign1 of payload. chain holds DER certificates, the
// signer's first.
func sign(rand io.Reader, contentType string, payload []byte, signer crypto.Signer, chain [][]byte) ([]byte, error) {
	s, err := NewSigner(signer, chain)
	if err != nil {
		return nil, err
	}
	return s.sign(rand, contentType, payload)
}

func (s *Signer) sign(rand io.Reader, contentType string, payload []byte) ([]byte, error) {
	headers := cose.Headers{Protected: cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm:   cose.AlgorithmES256,
		cose.HeaderLabelContentType: contentType,
		cose.HeaderLabelX5Chain:     s.chain,
	}}
	b, err := cose.Sign1(rand, s.inner, headers, payload, nil)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return b, nil
}

// x5chain is one byte string for one certificate and an array for more (RFC 9360
// section 2).
func x5chain(chain [][]byte) any {
	if len(chain) == 1 {
		return chain[0]
	}
	list := make([]any, len(chain))
	for i, der := range chain {
		list[i] = der
	}
	return list
}

// verify checks everything about a COSE_Sign1 that does not depend on its
// payload: canonical bytes, header, chain, purpose, signature.
func verify(b []byte, contentType string, trusted *chains, now time.Time) (signed, error) {
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(b); err != nil {
		return signed{}, fmt.Errorf("%w: not a COSE_Sign1", ErrMalformed)
	}
	chain, err := header(&m, contentType)
	if err != nil {
		return signed{}, err
	}
	if again, err := remarshal(m); err != nil || !bytes.Equal(again, b) {
		return signed{}, fmt.Errorf("%w: not in canonical form", ErrMalformed)
	}
	leaf, err := trusted.check(chain, now)
	if err != nil {
		return signed{}, err
	}
	if !isLowS(m.Signature) {
		return signed{}, fmt.Errorf("%w: not the smaller of two values", ErrSignature)
	}
	verifier, err := cose.NewVerifier(cose.AlgorithmES256, leaf.PublicKey)
	if err != nil {
		return signed{}, fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	if err := m.Verify(nil, verifier); err != nil {
		return signed{}, ErrSignature
	}
	return signed{m.Payload, leaf}, nil
}

// remarshal encodes m from its parsed form, so that other encodings of the same
// message show as different bytes.
func remarshal(m cose.Sign1Message) ([]byte, error) {
	m.Headers.RawProtected, m.Headers.RawUnprotected = nil, nil
	return m.MarshalCBOR()
}

// header takes exactly the three protected parameters of this protocol and
// returns the certificate chain in DER.
func header(m *cose.Sign1Message, contentType string) ([][]byte, error) {
	p := m.Headers.Protected
	if len(m.Headers.Unprotected) > 0 || len(p) != 3 {
		return nil, fmt.Errorf("%w: other header parameters than alg, content type and x5chain", ErrMalformed)
	}
	if alg, err := p.Algorithm(); err != nil || alg != cose.AlgorithmES256 {
		return nil, fmt.Errorf("%w: algorithm is not ES256", ErrMalformed)
	}
	if got, ok := p[cose.HeaderLabelContentType].(string); !ok || got != contentType {
		return nil, fmt.Errorf("%w: content type is not %q", ErrMalformed, contentType)
	}
	return chainOf(p[cose.HeaderLabelX5Chain])
}

func chainOf(v any) ([][]byte, error) {
	var list []any
	switch v := v.(type) {
	case []byte:
		list = []any{v}
	case []any:
		list = v
		if len(v) < 2 {
			return nil, fmt.Errorf("%w: x5chain is an array of less than two", ErrMalformed)
		}
	}
	if len(list) == 0 || len(list) > MaxChain {
		return nil, fmt.Errorf("%w: x5chain of %d certificates", ErrMalformed, len(list))
	}
	chain := make([][]byte, 0, len(list))
	for _, item := range list {
		der, ok := item.([]byte)
		if !ok || len(der) > MaxCertificate {
			return nil, fmt.Errorf("%w: x5chain holds something else than a certificate", ErrMalformed)
		}
		chain = append(chain, der)
	}
	return chain, nil
}

// lowS makes ES256 signatures unique: of s and n-s it takes the smaller.
type lowS struct{ cose.Signer }

func (l lowS) Sign(rand io.Reader, content []byte) ([]byte, error) {
	sig, err := l.Signer.Sign(rand, content)
	if err != nil {
		return nil, err
	}
	if len(sig) != 64 {
		return nil, errors.New("signature is not 64 bytes long")
	}
	if !isLowS(sig) {
		s := new(big.Int).SetBytes(sig[32:])
		s.Sub(elliptic.P256().Params().N, s).FillBytes(sig[32:])
	}
	return sig, nil
}

// isLowS reports whether s is at most half the order of the group. Signatures
// are public, so the time this takes tells nothing.
func isLowS(sig []byte) bool {
	if len(sig) != 64 {
		return false
	}
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	return new(big.Int).SetBytes(sig[32:]).Cmp(half) <= 0
}
