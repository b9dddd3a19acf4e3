package envelope

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"motcua/protocol/request"
)

// SignExport signs with the device's key; chain is as in [Seal].
func SignExport(rand io.Reader, e request.Export, signer crypto.Signer, chain [][]byte) ([]byte, error) {
	return signMessage(rand, TypeExport, e, signer, chain)
}

// VerifyExport reads an Export if the device that it names has signed it.
func VerifyExport(b []byte, roots *x509.CertPool, now time.Time) (request.Export, error) {
	e, signer, err := verifyMessage(b, MaxExport, TypeExport, newChains(roots, checkDevice), now, request.DecodeExport)
	if err == nil && signer.Subject.CommonName != e.Device {
		err = fmt.Errorf("verifying an export: %w", ErrIdentity)
	}
	if err != nil {
		return request.Export{}, err
	}
	return e, nil
}
