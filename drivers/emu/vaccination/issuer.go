package vaccination

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// ErrIssuer: what was stored is no issuer of this package.
var ErrIssuer = errors.New("not an issuer of vaccination certificates")

// country is Viet Nam's; what the certificate is called says that it is invented.
const country = "VN"

// Issuer signs certificates.
type Issuer struct {
	Key         *ecdsa.PrivateKey
	Certificate []byte // the signer's, X.509 in DER
}

// NewIssuer makes a document signer whose certificate is good around a time.
func NewIssuer(name string, now time.Time) (*Issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a signer's key: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{country}, CommonName: name},
		NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.AddDate(5, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("certifying a signer: %w", err)
	}
	return &Issuer{key, der}, nil
}

// LoadIssuer restores one from its key (PKCS #8) and certificate.
func LoadIssuer(key, certificate []byte) (*Issuer, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIssuer, err)
	}
	ec, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%w: its key is of another kind", ErrIssuer)
	}
	return &Issuer{ec, certificate}, nil
}
