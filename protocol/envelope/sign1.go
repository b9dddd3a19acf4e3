package envelope

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"time"

	"motcua/protocol/der"
	"motcua/protocol/detcbor"
)

// A message is a tagged COSE_Sign1 (RFC 9052, 4.2) of one shape: ES256, three
// protected header parameters, none that is unprotected. That shape is read and
// written byte for byte; there is nothing in it to choose.
const (
	beginMessage = "\xd2\x84"         // tag 18, array of four
	unprotected  = "\xa0"             // empty map
	beginHeader  = "\xa3\x01\x26\x03" // map of three: alg ES256, content type
	beginChain   = "\x18\x21"         // x5chain
	beginSigned  = "\x84\x6aSignature1"
	noExternal   = "\x40"

	scalarSize    = 32
	signatureSize = 2 * scalarSize // r || s
)

// sign1 is a COSE_Sign1 taken apart. Its slices alias the message.
type sign1 struct {
	header, payload       []byte
	rawHeader, rawPayload []byte // with their heads
	signature             []byte
}

func readSign1(b []byte) (m sign1, ok bool) {
	r := detcbor.NewReader(b)
	r.Literal(beginMessage)
	m.rawHeader, m.header = r.Item()
	r.Literal(unprotected)
	m.rawPayload, m.payload = r.Item()
	m.signature = r.Bytes()
	return m, r.End() && len(m.signature) == signatureSize
}

// digest is the SHA-256 of what is signed, the Sig_structure (RFC 9052, 4.4).
func (m sign1) digest() [sha256.Size]byte {
	h := sha256.New()
	h.Write([]byte(beginSigned))
	h.Write(m.rawHeader)
	h.Write([]byte(noExternal))
	h.Write(m.rawPayload)
	return [sha256.Size]byte(h.Sum(nil))
}

// x5chain is a certificate chain as a header carries it (RFC 9360, 2): one byte
// string for one certificate and an array for more.
type x5chain struct {
	raw   []byte
	certs [][]byte // DER, the signer's first
}

func newChain(certs [][]byte) x5chain {
	var raw []byte
	if len(certs) > 1 {
		raw = detcbor.AppendHead(raw, detcbor.MajorArray, len(certs))
	}
	for _, der := range certs {
		raw = detcbor.AppendBytes(raw, der)
	}
	return x5chain{raw, certs}
}

// readHeader takes exactly the three protected parameters of this protocol.
func readHeader(header []byte, contentType string) (x5chain, error) {
	r := detcbor.NewReader(header)
	r.Literal(beginHeader)
	if got := r.Content(detcbor.MajorText); r.Bad() || string(got) != contentType {
		return x5chain{}, fmt.Errorf("%w: the header is not that of %q", ErrMalformed, contentType)
	}
	r.Literal(beginChain)
	chain := x5chain{raw: r.Rest()}
	n := 1
	if r.Is(detcbor.MajorArray) {
		if n = int(min(r.Head(detcbor.MajorArray), MaxChain+1)); n < 2 {
			return x5chain{}, fmt.Errorf("%w: x5chain is an array of less than two", ErrMalformed)
		}
	}
	if n > MaxChain {
		return x5chain{}, fmt.Errorf("%w: x5chain of more than %d certificates", ErrMalformed, MaxChain)
	}
	for range n {
		der := r.Bytes()
		if len(der) > MaxCertificate {
			return x5chain{}, fmt.Errorf("%w: a certificate of %d bytes", ErrMalformed, len(der))
		}
		chain.certs = append(chain.certs, der)
	}
	if !r.End() {
		return x5chain{}, fmt.Errorf("%w: other header parameters than alg, content type and x5chain", ErrMalformed)
	}
	return chain, nil
}

// signed is a COSE_Sign1 whose signature has been verified.
type signed struct {
	payload []byte
	signer  *x509.Certificate
}

// verify checks everything about a COSE_Sign1 that does not depend on its
// payload: canonical bytes, header, chain, purpose, signature.
func verify(b []byte, contentType string, trusted *chains, now time.Time) (signed, error) {
	m, ok := readSign1(b)
	if !ok {
		return signed{}, fmt.Errorf("%w: not a COSE_Sign1 in canonical form", ErrMalformed)
	}
	chain, err := readHeader(m.header, contentType)
	if err != nil {
		return signed{}, err
	}
	leaf, err := trusted.check(chain, now)
	if err != nil {
		return signed{}, err
	}
	if !isLowS(m.signature) {
		return signed{}, fmt.Errorf("%w: not the smaller of two values", ErrSignature)
	}
	key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return signed{}, fmt.Errorf("%w: not a P-256 key", ErrCertificate)
	}
	digest := m.digest()
	if !ecdsa.VerifyASN1(key, digest[:], der.Signature(m.signature[:scalarSize], m.signature[scalarSize:])) {
		return signed{}, ErrSignature
	}
	return signed{m.payload, leaf}, nil
}

// Signer is a key with the certificate chain that speaks for it, found to fit.
// Whoever signs much makes it once. Its methods may be called concurrently.
type Signer struct {
	key   crypto.Signer
	chain x5chain
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
	return &Signer{signer, newChain(chain)}, nil
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
	header := append([]byte(beginHeader), detcbor.AppendHead(nil, detcbor.MajorText, len(contentType))...)
	header = append(append(append(header, contentType...), beginChain...), s.chain.raw...)
	m := sign1{rawHeader: detcbor.AppendBytes(nil, header), rawPayload: detcbor.AppendBytes(nil, payload)}
	digest := m.digest()
	asn1, err := s.key.Sign(rand, digest[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	signature, err := lowS(asn1)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	b := make([]byte, 0, len(m.rawHeader)+len(m.rawPayload)+signatureSize+8)
	b = append(append(b, beginMessage...), m.rawHeader...)
	b = append(append(b, unprotected...), m.rawPayload...)
	return detcbor.AppendBytes(b, signature), nil
}

// lowS makes ES256 signatures unique: of s and n-s it takes the smaller.
func lowS(asn1 []byte) ([]byte, error) {
	r, s, err := der.SplitSignature(asn1)
	if err != nil {
		return nil, err
	}
	if len(r) > scalarSize || len(s) > scalarSize {
		return nil, fmt.Errorf("%w: its signature is not one of P-256", ErrKey)
	}
	signature := make([]byte, signatureSize)
	copy(signature[scalarSize-len(r):], r)
	copy(signature[signatureSize-len(s):], s)
	if !isLowS(signature) {
		n := new(big.Int).SetBytes(s)
		n.Sub(elliptic.P256().Params().N, n).FillBytes(signature[scalarSize:])
	}
	return signature, nil
}

// halfOrder is half the order of P-256's group, rounded down.
const halfOrder = "\x7f\xff\xff\xff\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff" +
	"\xde\x73\x7d\x56\xd3\x8b\xcf\x42\x79\xdc\xe5\x61\x7e\x31\x92\xa8"

// isLowS reports whether s is at most half the order of the group. Signatures
// are public, so the time this takes tells nothing.
func isLowS(signature []byte) bool {
	return len(signature) == signatureSize && string(signature[scalarSize:]) <= halfOrder
}
