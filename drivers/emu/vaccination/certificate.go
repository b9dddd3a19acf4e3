package vaccination

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"motcua/drivers/emu"
	"motcua/protocol/code/hc1"
)

// Certificate is what a certificate says.
type Certificate struct {
	// Name is the holder's, the family name first; Birth is yyyy-mm-dd.
	Name, Birth string
	ID          string // of the certificate, unique
	// Issued, NotBefore and Expires bound its use; NotBefore may be zero.
	Issued, NotBefore, Expires time.Time
}

// Sign makes the text of a certificate's code.
func (i *Issuer) Sign(c Certificate) (string, error) {
	family, given, _ := strings.Cut(c.Name, " ")
	familyMRZ, givenMRZ, err := emu.MRZNames(c.Name)
	if err != nil {
		return "", err
	}
	issuer, err := hc1.NewIssuer(i.Key, i.Certificate)
	if err != nil {
		return "", err
	}
	return issuer.Sign(rand.Reader, hc1.Certificate{
		Issued: c.Issued, NotBefore: c.NotBefore, Expires: c.Expires, Birth: c.Birth,
		Name: hc1.Name{Family: family, FamilyMRZ: familyMRZ, Given: given, GivenMRZ: givenMRZ},
		Vaccinations: []hc1.Vaccination{{
			Disease: "840539006", Vaccine: "1119349007", Product: "EU/1/20/1528", Maker: "ORG-100030215", Dose: 2, Doses: 2,
			Date: c.Issued.AddDate(0, 0, -7), Country: country, IssuedBy: "DEMO", ID: c.ID,
		}},
	})
}

// Tampered is a certificate that was changed after it was signed.
func (i *Issuer) Tampered(signed, says Certificate) (string, error) {
	text, err := i.Sign(signed)
	if err != nil {
		return "", fmt.Errorf("altering a vaccination certificate: %w", err)
	}
	other, err := i.Sign(says)
	if err != nil {
		return "", fmt.Errorf("altering a vaccination certificate: %w", err)
	}
	m, err := hc1.Unpack(text)
	if err != nil {
		return "", err
	}
	altered, err := hc1.Unpack(other)
	if err != nil {
		return "", err
	}
	m.Payload = altered.Payload
	return hc1.Pack(m)
}
