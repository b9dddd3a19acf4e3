package hc1

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

// schemaVersion is the version of the health data that is written.
const schemaVersion = "1.3.0"

// Issuer is a document signer: its key, of P-256, and its certificate in DER.
type Issuer struct {
	Key         crypto.Signer
	Certificate []byte
	country     string
}

// NewIssuer checks that devices could use the signer, and that key and certificate are
// of each other. It fails with [ErrSigner].
func NewIssuer(key crypto.Signer, certificate []byte) (*Issuer, error) {
	s, err := parseSigner(certificate)
	if err != nil {
		return nil, err
	}
	c, err := x509.ParseCertificate(certificate)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSigner, err)
	}
	switch public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool }); {
	case s.verifier.Algorithm() != cose.AlgorithmES256:
		return nil, fmt.Errorf("%w: a key that is not of P-256", ErrSigner)
	case !ok || !public.Equal(c.PublicKey):
		return nil, fmt.Errorf("%w: key and certificate do not fit", ErrSigner)
	case !s.vaccinations:
		return nil, fmt.Errorf("%w: it may not sign vaccinations", ErrSigner)
	}
	return &Issuer{key, certificate, s.country}, nil
}

// Country is the issuer's, in two letters.
func (i *Issuer) Country() string { return i.country }

// Sign makes the text of a code that says what c does: Issued, NotBefore, Expires, Name,
// Birth and Vaccinations. It is signed with ES256. It fails with [ErrSchema] for what
// no reader would take.
func (i *Issuer) Sign(rand io.Reader, c Certificate) (string, error) {
	text, err := i.sign(rand, c)
	if err != nil {
		return "", fmt.Errorf("issuing a vaccination certificate: %w", err)
	}
	return text, nil
}

func (i *Issuer) sign(rand io.Reader, c Certificate) (string, error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return "", err
	}
	payload, err := mode.Marshal(c.claims(i.country))
	if err != nil {
		return "", err
	}
	signer, err := cose.NewSigner(cose.AlgorithmES256, i.Key)
	if err != nil {
		return "", err
	}
	id := KeyID(i.Certificate)
	m := &cose.Sign1Message{Payload: payload, Headers: cose.Headers{Protected: cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm: cose.AlgorithmES256, cose.HeaderLabelKeyID: id[:],
	}}}
	if err := m.Sign(rand, nil, signer); err != nil {
		return "", err
	}
	text, err := Pack(m)
	if err != nil {
		return "", err
	}
	if _, err := Decode(text); err != nil {
		return "", err
	}
	return text, nil
}

// claims are what is signed.
func (c Certificate) claims(country string) claims {
	t := claims{Issuer: country, Issued: dateOf(c.Issued), NotBefore: dateOf(c.NotBefore), Expires: dateOf(c.Expires)}
	h := &health{Version: schemaVersion, Birth: c.Birth}
	h.Name.Family, h.Name.FamilyMRZ, h.Name.Given, h.Name.GivenMRZ = c.Name.Family, c.Name.FamilyMRZ, c.Name.Given, c.Name.GivenMRZ
	for _, v := range c.Vaccinations {
		h.Vaccinations = append(h.Vaccinations, entry{
			Disease: v.Disease, Vaccine: v.Vaccine, Product: v.Product, Maker: v.Maker, Dose: v.Dose, Doses: v.Doses,
			Date: v.Date.Format(time.DateOnly), Country: v.Country, Issuer: v.IssuedBy, ID: v.ID,
		})
	}
	t.Health.Certificate = h
	return t
}

func dateOf(t time.Time) numericDate {
	if t.IsZero() {
		return 0
	}
	return numericDate(t.Unix())
}

// IDHash is how every certificate with this id stands in a list of revoked ones, by
// [ByID].
func IDHash(id string) Hash { return hashOf([]byte(id)) }

// Batches are what the list holds: what another list has to hold as well, since a
// certificate that was revoked stays so.
func (l *Revocations) Batches() []Batch {
	var all []Batch
	for k, hashes := range l.hashes {
		b := Batch{Country: k.country, By: k.by}
		for at := 0; at < len(hashes); at += HashSize {
			b.Hashes = append(b.Hashes, Hash(hashes[at:at+HashSize]))
		}
		all = append(all, b)
	}
	return all
}
