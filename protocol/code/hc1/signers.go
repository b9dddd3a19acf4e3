package hc1

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/veraison/go-cose"

	"motcua/protocol/signedlist"
)

const (
	// MaxList is the most bytes of a list.
	MaxList        = 16 << 20
	listVersion    = 1
	maxCertificate = 16 << 10

	keyIDSize = 8
)

// ErrSigner: a certificate is not that of a signer which this program can use.
var ErrSigner = errors.New("not the certificate of a document signer")

var signersFormat = signedlist.Format{ContentType: "application/vnd.motcua.hc1-signers+cbor", MaxSize: MaxList}

// Signers is the list of document signers whose certificates are believed.
type Signers struct {
	signedlist.Head
	byKeyID map[[keyIDSize]byte][]signer
}

// signer is one of them, as its certificate says.
type signer struct {
	country             string // two letters
	notBefore, notAfter time.Time
	vaccinations        bool // may sign certificates of vaccinations
	verifier            cose.Verifier
}

// signersPayload is the list as it travels.
type signersPayload struct {
	signedlist.Preamble
	Certificates [][]byte `cbor:"5,keyasint"` // X.509, in the order of their bytes
}

// Fault says what is outside its bounds, "" when nothing is.
func (p signersPayload) Fault() string {
	if text := p.Preamble.Fault(); text != "" {
		return text
	}
	if len(p.Certificates) < 1 || len(p.Certificates) > signedlist.MaxElements {
		return fmt.Sprintf("%d certificates", len(p.Certificates))
	}
	for i, c := range p.Certificates {
		switch {
		case len(c) < 1 || len(c) > maxCertificate:
			return fmt.Sprintf("a certificate of %d bytes", len(c))
		case i > 0 && bytes.Compare(p.Certificates[i-1], c) >= 0:
			return "certificates that are not in the order of their bytes"
		}
	}
	return ""
}

// SignSigners makes a list of signers' certificates, in DER and in the order of
// their bytes. It refuses, with [ErrSigner], those that a device could not use.
func SignSigners(head signedlist.Head, certificates [][]byte, key crypto.Signer) ([]byte, error) {
	for i, der := range certificates {
		if _, err := parseSigner(der); err != nil {
			return nil, fmt.Errorf("listing signers: certificate %d: %w", i+1, err)
		}
	}
	payload, err := signedlist.Encode(signersPayload{head.Preamble(listVersion), certificates})
	if err != nil {
		return nil, fmt.Errorf("listing signers: %w", err)
	}
	return signersFormat.Sign(payload, key)
}

// OpenSigners checks a list of signers and reads it, whatever the time. A
// certificate that this program cannot use, being older than the list, is skipped
// and told. Errors are those of signedlist.
func OpenSigners(b []byte, key ed25519.PublicKey) (list *Signers, skipped []error, err error) {
	payload, err := signersFormat.Open(b, key)
	if err != nil {
		return nil, nil, err
	}
	p, err := signedlist.Decode[signersPayload](payload, listVersion)
	if err != nil {
		return nil, nil, err
	}
	list = &Signers{Head: p.Head(), byKeyID: make(map[[keyIDSize]byte][]signer, len(p.Certificates))}
	for i, der := range p.Certificates {
		s, err := parseSigner(der)
		if err != nil {
			skipped = append(skipped, fmt.Errorf("certificate %d: %w", i+1, err))
			continue
		}
		id := KeyID(der)
		list.byKeyID[id] = append(list.byKeyID[id], s)
	}
	return list, skipped, nil
}

// KeyID is what a certificate names its signer by: the first eight bytes of the
// SHA-256 of the signer's certificate in DER.
func KeyID(der []byte) [keyIDSize]byte {
	sum := sha256.Sum256(der)
	return [keyIDSize]byte(sum[:keyIDSize])
}

// KeyIDs are those of the listed signers, in the order of their bytes, each once.
func (l *Signers) KeyIDs() [][keyIDSize]byte {
	return slices.SortedFunc(maps.Keys(l.byKeyID), func(a, b [keyIDSize]byte) int { return bytes.Compare(a[:], b[:]) })
}

// named are the signers with the id that a certificate names.
func (l *Signers) named(id []byte) []signer {
	if len(id) != keyIDSize {
		return nil
	}
	return l.byKeyID[[keyIDSize]byte(id)]
}

// parseSigner reads a signer's certificate. Who issued it was checked by whoever
// signed the list.
func parseSigner(der []byte) (signer, error) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return signer{}, fmt.Errorf("%w: %w", ErrSigner, err)
	}
	if len(c.Subject.Country) != 1 || !isCountry(c.Subject.Country[0]) {
		return signer{}, fmt.Errorf("%w: no country", ErrSigner)
	}
	verifier, err := verifierOf(c.PublicKey)
	if err != nil {
		return signer{}, fmt.Errorf("%w: %w", ErrSigner, err)
	}
	return signer{
		country: c.Subject.Country[0], notBefore: c.NotBefore, notAfter: c.NotAfter,
		vaccinations: mayVaccinate(c), verifier: verifier,
	}, nil
}

func verifierOf(key crypto.PublicKey) (cose.Verifier, error) {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return cose.NewVerifier(cose.AlgorithmES256, k)
		}
	case *rsa.PublicKey:
		return cose.NewVerifier(cose.AlgorithmPS256, k)
	}
	return nil, errors.New("a key that is neither of P-256 nor RSA")
}

// mayVaccinate: a signer may be restricted to tests, vaccinations or recoveries by
// an extended key usage (1, 2, 3); one without any of them signs all.
func mayVaccinate(c *x509.Certificate) bool {
	restricted := false
	for _, usage := range c.UnknownExtKeyUsage {
		// Both arcs are in use; the second one came from a mistake in the first text.
		for _, arc := range []string{"1.3.6.1.4.1.1847.2021.1.", "1.3.6.1.4.1.0.1847.2021.1."} {
			switch usage.String() {
			case arc + "2":
				return true
			case arc + "1", arc + "3":
				restricted = true
			}
		}
	}
	return !restricted
}
