package envelope

import (
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/request"
)

// Renew gives a receipt or result a new signature, by s, when the certificate of its
// signer is on a list of revoked ones; otherwise it gives back the same bytes. What
// it says stays as it is. Its old signature must have been good at the time that the
// message names.
func (s *Signer) Renew(rand io.Reader, b []byte, roots *x509.CertPool, revoked func(request.CertificateName) bool) ([]byte, error) {
	m, ok := readSign1(b)
	if !ok {
		return nil, fmt.Errorf("renewing a signature: %w: not a COSE_Sign1 in canonical form", ErrMalformed)
	}
	kind := TypeReceipt
	chain, err := readHeader(m.header, kind)
	if err != nil {
		kind = TypeResult
		chain, err = readHeader(m.header, kind)
	}
	if err != nil {
		return nil, fmt.Errorf("renewing a signature: %w", err)
	}
	leaf, err := x509.ParseCertificate(chain.certs[0])
	if err != nil {
		return nil, fmt.Errorf("renewing a signature: %w: %w", ErrMalformed, err)
	}
	if !revoked(CertificateName(leaf)) {
		return b, nil
	}
	var signedAt struct {
		At int64 `cbor:"at"`
	}
	if err := cbor.Unmarshal(m.payload, &signedAt); err != nil {
		return nil, fmt.Errorf("renewing a signature: %w: no time", ErrMalformed)
	}
	old, err := verify(b, kind, newChains(roots, checkReceipt), time.UnixMilli(signedAt.At))
	if err != nil {
		return nil, fmt.Errorf("renewing a signature: %w", err)
	}
	return s.sign(rand, kind, old.payload)
}
