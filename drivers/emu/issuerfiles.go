package emu

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"fmt"

	"motcua/protocol/ec"
)

// IssuerFiles is an issuer as it is stored: certificates in DER, keys in PKCS #8.
type IssuerFiles struct {
	CSCACert, CSCAKey, DSCert, DSKey []byte
}

// Files gives what [LoadIssuer] takes. A later generation ([Issuer.Rollover]) is
// not stored: it follows from the first.
func (i *Issuer) Files() (IssuerFiles, error) {
	cscaKey, err := storedKey(elliptic.P384(), i.csca.key)
	if err != nil {
		return IssuerFiles{}, fmt.Errorf("storing the CSCA's key: %w", err)
	}
	dsKey, err := storedKey(elliptic.P256(), i.ds.key)
	if err != nil {
		return IssuerFiles{}, fmt.Errorf("storing the document signer's key: %w", err)
	}
	return IssuerFiles{i.csca.cert.raw, cscaKey, i.ds.cert.raw, dsKey}, nil
}

func storedKey(curve elliptic.Curve, key signingKey) ([]byte, error) {
	private, err := ecdsa.ParseRawPrivateKey(curve, key.d)
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKCS8PrivateKey(private)
}

// LoadIssuer restores an issuer and checks that its parts belong together.
func LoadIssuer(f IssuerFiles) (*Issuer, error) {
	csca, parent, err := loadAuthority(f.CSCACert, f.CSCAKey, ec.P384(), SHA384)
	if err != nil {
		return nil, fmt.Errorf("loading the CSCA: %w", err)
	}
	ds, child, err := loadAuthority(f.DSCert, f.DSKey, ec.P256(), SHA256)
	if err != nil {
		return nil, fmt.Errorf("loading the document signer: %w", err)
	}
	if err := child.CheckSignatureFrom(parent); err != nil {
		return nil, fmt.Errorf("%w: the document signer is not this CSCA's: %w", ErrIssuer, err)
	}
	return (&Issuer{csca: csca, ds: ds}).complete()
}

func loadAuthority(certDER, keyDER []byte, curve *ec.Curve, hash Hash) (authority, *x509.Certificate, error) {
	cert, err := x509.ParseCertificate(certDER)
	if err != nil {
		return authority{}, nil, fmt.Errorf("%w: %w", ErrIssuer, err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(keyDER)
	if err != nil {
		return authority{}, nil, fmt.Errorf("%w: %w", ErrIssuer, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(cert.PublicKey) {
		return authority{}, nil, fmt.Errorf("%w: key and certificate do not fit", ErrIssuer)
	}
	d, err := key.Bytes()
	if err != nil {
		return authority{}, nil, fmt.Errorf("%w: %w", ErrIssuer, err)
	}
	if len(d) != curve.OrderSize() {
		return authority{}, nil, fmt.Errorf("%w: want a key on %s", ErrIssuer, curve.Name())
	}
	return authority{
		cert: certificate{
			raw: cert.Raw, subject: cert.RawSubject, serial: cert.SerialNumber.Bytes(), keyID: cert.SubjectKeyId,
			from: cert.NotBefore, until: cert.NotAfter, signs: cert.NotBefore.Add(usage),
		},
		key: signingKey{curve: curve, d: d}, hash: hash, state: StateVietnam,
	}, cert, nil
}
