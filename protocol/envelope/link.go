package envelope

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"motcua/protocol/request"
)

// Signed by a device's key: [request.Hello] and [request.Checkpoint]. Signed as
// receipts are: [request.Welcome].

// SignHello signs with the device's key; chain is as in [Seal].
func SignHello(rand io.Reader, h request.Hello, signer crypto.Signer, chain [][]byte) ([]byte, error) {
	return signMessage(rand, TypeHello, h, signer, chain)
}

// VerifyHello reads a Hello if the device that it names has signed it, and
// returns the device's certificate too.
func VerifyHello(b []byte, roots *x509.CertPool, now time.Time) (request.Hello, *x509.Certificate, error) {
	return NewVerifier(roots).Hello(b, now)
}

// Hello does what [VerifyHello] does.
func (v *Verifier) Hello(b []byte, now time.Time) (request.Hello, *x509.Certificate, error) {
	h, signer, err := verifyMessage(b, MaxHello, TypeHello, v.chains, now, request.DecodeHello)
	if err == nil && signer.Subject.CommonName != h.Device {
		err = fmt.Errorf("verifying a hello: %w", ErrIdentity)
	}
	if err != nil {
		return request.Hello{}, nil, err
	}
	return h, signer, nil
}

// SignCheckpoint signs with the device's key; chain is as in [Seal].
func SignCheckpoint(rand io.Reader, c request.Checkpoint, signer crypto.Signer, chain [][]byte) ([]byte, error) {
	return signMessage(rand, TypeCheckpoint, c, signer, chain)
}

// VerifyCheckpoint reads a Checkpoint if the device that it names has signed it,
// and returns the device's certificate too.
func VerifyCheckpoint(b []byte, roots *x509.CertPool, now time.Time) (request.Checkpoint, *x509.Certificate, error) {
	return NewVerifier(roots).Checkpoint(b, now)
}

// Checkpoint does what [VerifyCheckpoint] does.
func (v *Verifier) Checkpoint(b []byte, now time.Time) (request.Checkpoint, *x509.Certificate, error) {
	c, signer, err := verifyMessage(b, MaxCheckpoint, TypeCheckpoint, v.chains, now, request.DecodeCheckpoint)
	if err == nil && signer.Subject.CommonName != c.Device {
		err = fmt.Errorf("verifying a checkpoint: %w", ErrIdentity)
	}
	if err != nil {
		return request.Checkpoint{}, nil, err
	}
	return c, signer, nil
}

// SignWelcome signs as [SignReceipt] does.
func SignWelcome(rand io.Reader, w request.Welcome, signer crypto.Signer, chain [][]byte) ([]byte, error) {
	return signMessage(rand, TypeWelcome, w, signer, chain)
}

// Welcome does what [SignWelcome] does.
func (s *Signer) Welcome(rand io.Reader, w request.Welcome) ([]byte, error) {
	return s.message(rand, TypeWelcome, w)
}

// VerifyWelcome reads a Welcome if a certificate that may sign receipts did so.
func VerifyWelcome(b []byte, roots *x509.CertPool, now time.Time) (request.Welcome, error) {
	return NewCentre(roots, nil, nil).Welcome(b, now)
}

// signMessage signs the canonical bytes of a message.
func signMessage(rand io.Reader, contentType string, m interface{ Validate() error }, signer crypto.Signer, chain [][]byte) ([]byte, error) {
	s, err := NewSigner(signer, chain)
	if err != nil {
		return nil, err
	}
	return s.message(rand, contentType, m)
}

func (s *Signer) message(rand io.Reader, contentType string, m interface{ Validate() error }) ([]byte, error) {
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("signing %s: %w", contentType, err)
	}
	b, err := request.Encode(m)
	if err != nil {
		return nil, fmt.Errorf("signing %s: %w", contentType, err)
	}
	return s.sign(rand, contentType, b)
}

// verifyMessage is the way from bytes on the wire to a message and who signed it.
func verifyMessage[T any](
	b []byte, limit int, contentType string, trusted *chains, now time.Time, decode func([]byte) (T, error),
) (m T, signer *x509.Certificate, err error) {
	var zero T
	if len(b) > limit {
		return zero, nil, fmt.Errorf("verifying %s: %w: %d bytes, %d are allowed", contentType, ErrMalformed, len(b), limit)
	}
	s, err := verify(b, contentType, trusted, now)
	if err == nil {
		err = checkVersion(s.payload)
	}
	if err != nil {
		return zero, nil, fmt.Errorf("verifying %s: %w", contentType, err)
	}
	if m, err = decode(s.payload); err != nil {
		return zero, nil, fmt.Errorf("verifying %s: %w: %w", contentType, ErrMalformed, err)
	}
	return m, s.signer, nil
}
