package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"time"

	"motcua/drivers"
)

// found is a certificate in the token, and the name that its key has there (CKA_ID).
type found struct {
	*x509.Certificate
	id []byte
}

// choose is the certificate for signing documents whose time is now: of several the one
// that ends last, which is the renewed one.
func choose(all []found, now time.Time) (found, error) {
	var best found
	err := drivers.ErrNoCertificate
	for _, c := range all {
		switch {
		case !forDocuments(c.Certificate) || len(c.id) == 0:
		case now.Before(c.NotBefore) || now.After(c.NotAfter):
			if best.Certificate == nil {
				err = fmt.Errorf("%w: it is from %s to %s", drivers.ErrCertificateTime, c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly))
			}
		case best.Certificate == nil || c.NotAfter.After(best.NotAfter):
			best, err = c, nil
		}
	}
	return best, err
}

// forDocuments: not an authority's; for non-repudiation, or for documentSigning (RFC
// 9336); of a key that is strong enough and of a kind that is known.
func forDocuments(c *x509.Certificate) bool {
	documents := slices.ContainsFunc(c.UnknownExtKeyUsage, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}.Equal)
	if c.IsCA || c.KeyUsage&x509.KeyUsageContentCommitment == 0 && !documents {
		return false
	}
	switch k := c.PublicKey.(type) {
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256() || k.Curve == elliptic.P384()
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048 && k.N.BitLen() <= 4096
	}
	return false
}
