package emu

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrIssuer is wrapped by errors about certificates and keys that do not fit.
var ErrIssuer = errors.New("unusable issuer")

// Issuer is the demonstration authority: a country signing authority (CSCA,
// P-384) and one document signer (DS, P-256), in the certificate profile of ICAO
// 9303-12. Everything it makes says DEMO.
type Issuer struct {
	csca, ds authority
}

// authority is a certificate with its key.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewIssuer makes keys from rand and certificates around now. Equal bytes from
// rand make equal keys; signatures differ.
func NewIssuer(rand io.Reader, now time.Time) (*Issuer, error) {
	return newIssuer(rand, now, "CSCA DEMO")
}

func newIssuer(rand io.Reader, now time.Time, name string) (*Issuer, error) {
	cscaKey, err := newKey(elliptic.P384(), rand)
	if err != nil {
		return nil, fmt.Errorf("making the CSCA's key: %w", err)
	}
	dsKey, err := newKey(elliptic.P256(), rand)
	if err != nil {
		return nil, fmt.Errorf("making the document signer's key: %w", err)
	}
	cscaCert, err := selfSign(name, cscaKey, now)
	if err != nil {
		return nil, err
	}
	csca := authority{cscaCert, cscaKey}
	dsCert, err := csca.certify(&dsKey.PublicKey, now)
	if err != nil {
		return nil, err
	}
	return &Issuer{csca: csca, ds: authority{dsCert, dsKey}}, nil
}

// IssuerFiles is an issuer as it is stored: certificates in DER, keys in PKCS #8.
type IssuerFiles struct {
	CSCACert, CSCAKey, DSCert, DSKey []byte
}

// Files gives what [LoadIssuer] takes.
func (i *Issuer) Files() (IssuerFiles, error) {
	cscaKey, err := x509.MarshalPKCS8PrivateKey(i.csca.key)
	if err != nil {
		return IssuerFiles{}, fmt.Errorf("storing the CSCA's key: %w", err)
	}
	dsKey, err := x509.MarshalPKCS8PrivateKey(i.ds.key)
	if err != nil {
		return IssuerFiles{}, fmt.Errorf("storing the document signer's key: %w", err)
	}
	return IssuerFiles{i.csca.cert.Raw, cscaKey, i.ds.cert.Raw, dsKey}, nil
}

// LoadIssuer restores an issuer and checks that its parts belong together.
func LoadIssuer(f IssuerFiles) (*Issuer, error) {
	csca, err := loadAuthority(f.CSCACert, f.CSCAKey)
	if err != nil {
		return nil, fmt.Errorf("loading the CSCA: %w", err)
	}
	ds, err := loadAuthority(f.DSCert, f.DSKey)
	if err != nil {
		return nil, fmt.Errorf("loading the document signer: %w", err)
	}
	if err := ds.cert.CheckSignatureFrom(csca.cert); err != nil {
		return nil, fmt.Errorf("%w: the document signer is not this CSCA's: %w", ErrIssuer, err)
	}
	return &Issuer{csca: csca, ds: ds}, nil
}

func loadAuthority(certDER, keyDER []byte) (authority, error) {
	cert, err := x509.ParseCertificate(certDER)
	if err != nil {
		return authority{}, fmt.Errorf("%w: %w", ErrIssuer, err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(keyDER)
	if err != nil {
		return authority{}, fmt.Errorf("%w: %w", ErrIssuer, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(cert.PublicKey) {
		return authority{}, fmt.Errorf("%w: key and certificate do not fit", ErrIssuer)
	}
	return authority{cert, key}, nil
}

// CSCA is the certificate that a terminal has to trust, in DER.
func (i *Issuer) CSCA() []byte { return i.csca.cert.Raw }

// DS is the document signer's certificate, in DER.
func (i *Issuer) DS() []byte { return i.ds.cert.Raw }

// stream gives endless bytes that only this issuer can give, the same ones for
// the same purpose: chips keep their keys from one issue to the next.
func (i *Issuer) stream(purpose string) (io.Reader, error) {
	secret, err := i.ds.key.Bytes()
	if err != nil {
		return nil, fmt.Errorf("deriving from the document signer's key: %w", err)
	}
	seed := sha256.Sum256(secret)
	s := sha3.NewSHAKE256()
	for _, part := range [][]byte{[]byte("motcua demo issuer v1\x00"), seed[:], []byte(purpose)} {
		if _, err := s.Write(part); err != nil {
			return nil, fmt.Errorf("deriving from the document signer's key: %w", err)
		}
	}
	return s, nil
}

// stranger is another authority, whose certificate nobody provisioned.
func (i *Issuer) stranger() (*Issuer, error) {
	rand, err := i.stream("stranger")
	if err != nil {
		return nil, err
	}
	return newIssuer(rand, i.csca.cert.NotBefore.Add(inUse), "CSCA DEMO STRANGER")
}

// newKey draws a private key from rand by rejection. The standard library's own
// generator takes no foreign randomness any more.
func newKey(curve elliptic.Curve, rand io.Reader) (*ecdsa.PrivateKey, error) {
	b := make([]byte, (curve.Params().N.BitLen()+7)/8)
	for range 64 {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("reading randomness: %w", err)
		}
		if key, err := ecdsa.ParseRawPrivateKey(curve, b); err == nil {
			return key, nil
		}
	}
	return nil, fmt.Errorf("%w: randomness gives no key", ErrIssuer)
}
