package envelope

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"motcua/protocol/request"
)

// SignRevocation signs with a key whose certificate (first in chain, DER) was made
// from [DocumentTemplate].
func SignRevocation(rand io.Reader, r request.Revocation, signer crypto.Signer, chain [][]byte) ([]byte, error) {
	return signMessage(rand, TypeRevocation, r, signer, chain)
}

// VerifyRevocation does what [Centre.Revocation] does.
func VerifyRevocation(b []byte, roots *x509.CertPool, now time.Time) (request.Revocation, error) {
	return NewCentre(nil, roots, nil).Revocation(b, now)
}

// VerifyKeptRevocation reads a list that was verified when it came. It is verified
// as of the time at which it was signed: its signer's certificate may have ended
// since, and a machine's clock may not be right yet.
func VerifyKeptRevocation(b []byte, roots *x509.CertPool) (request.Revocation, error) {
	m, ok := readSign1(b)
	if len(b) > MaxRevocation || !ok {
		return request.Revocation{}, fmt.Errorf("verifying a kept document: %w", ErrMalformed)
	}
	r, err := request.DecodeRevocation(m.payload)
	if err != nil {
		return request.Revocation{}, fmt.Errorf("verifying a kept document: %w: %w", ErrMalformed, err)
	}
	return VerifyRevocation(b, roots, time.UnixMilli(r.At))
}
