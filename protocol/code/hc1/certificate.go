package hc1

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/veraison/go-cose"

	"motcua/protocol/code/ascii"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/personal"
)

// Certificate is what a vaccination certificate says. It is a claim until it is
// verified.
type Certificate struct {
	personal.Masked
	// Digest is the SHA-256 of the code's text, "HC1:" included. It names the
	// certificate where nothing about a person may stand.
	Digest [sha256.Size]byte
	// Issuer is the country of the signer in two letters, empty when it is not said.
	Issuer string
	// Issued and Expires bound the certificate's use. NotBefore is zero when it is
	// not said, as usual.
	Issued, Expires, NotBefore time.Time
	Version                    string // of the schema
	Name                       Name
	// Birth is yyyy-mm-dd, or yyyy-mm, or yyyy, or empty: as far as it is known.
	Birth        string
	Vaccinations []Vaccination

	message *cose.Sign1Message
	alg     cose.Algorithm
	keyID   []byte
}

// Name is a person's name, with its marks where the issuer wrote it so, and as a
// machine readable zone writes it.
type Name struct {
	personal.Masked
	Family, Given       string
	FamilyMRZ, GivenMRZ string // fillers between words
}

// Vaccination is one dose.
type Vaccination struct {
	personal.Masked
	Disease, Vaccine, Product, Maker string // codes of the eHealth Network's value sets
	Dose, Doses                      uint   // the how manieth of how many
	Date                             time.Time
	Country                          string // where it was given
	IssuedBy                         string
	ID                               string // of the certificate, unique (UVCI)
}

const (
	maxField = 80 // characters (schema 1.3.0)
	maxDoses = 99
)

// Decode unpacks a certificate and reads what it says. It verifies nothing.
// Errors: [ErrNotCertificate], [ErrDamaged], [ErrSchema], [ErrNotHandled].
func Decode(text string) (*Certificate, error) {
	m, err := Unpack(text)
	if err != nil {
		return nil, err
	}
	alg, err := m.Headers.Protected.Algorithm()
	if err != nil || alg != cose.AlgorithmES256 && alg != cose.AlgorithmPS256 {
		return nil, fmt.Errorf("another algorithm than ES256 and PS256: %w", ErrSchema)
	}
	token, err := decodeClaims(m.Payload)
	if err != nil {
		return nil, err
	}
	c := &Certificate{
		Digest: sha256.Sum256([]byte(text)),
		Issuer: token.Issuer, Issued: token.Issued.time(), Expires: token.Expires.time(), NotBefore: token.NotBefore.time(),
		message: m, alg: alg, keyID: keyID(m.Headers),
	}
	if err := c.readToken(); err != nil {
		return nil, err
	}
	if err := c.readHealth(token.Health.Certificate); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Certificate) readToken() error {
	switch {
	case c.Issuer != "" && !isCountry(c.Issuer):
		return fmt.Errorf("issuer: %w", ErrSchema)
	case c.Issued.IsZero() || c.Expires.IsZero():
		return fmt.Errorf("no time of issue or of expiry: %w", ErrSchema)
	}
	return nil
}

func (c *Certificate) readHealth(h *health) error {
	if h == nil {
		return fmt.Errorf("no health data: %w", ErrSchema)
	}
	groups := min(len(h.Vaccinations), 1) + min(len(h.Tests), 1) + min(len(h.Recoveries), 1)
	switch {
	case !isVersion1(h.Version):
		return fmt.Errorf("another version of the schema than 1: %w", ErrSchema)
	case groups != 1:
		return fmt.Errorf("%d groups of entries instead of one: %w", groups, ErrSchema)
	case len(h.Tests) > 0:
		return fmt.Errorf("a test: %w", ErrNotHandled)
	case len(h.Recoveries) > 0:
		return fmt.Errorf("a recovery: %w", ErrNotHandled)
	}
	c.Version = h.Version
	if err := c.readPerson(h); err != nil {
		return err
	}
	for _, e := range h.Vaccinations {
		v, err := e.vaccination()
		if err != nil {
			return err
		}
		c.Vaccinations = append(c.Vaccinations, v)
	}
	return nil
}

func (c *Certificate) readPerson(h *health) error {
	n := h.Name
	switch {
	case n.FamilyMRZ == "" && n.GivenMRZ == "" || !isZone(n.FamilyMRZ) || !isZone(n.GivenMRZ):
		return fmt.Errorf("name for machines: %w", ErrSchema)
	case !fits(n.Family) || !fits(n.Given):
		return fmt.Errorf("name: %w", ErrSchema)
	case !isBirth(h.Birth):
		return fmt.Errorf("date of birth: %w", ErrSchema)
	}
	c.Name = Name{Family: lds.Shown(n.Family), Given: lds.Shown(n.Given), FamilyMRZ: n.FamilyMRZ, GivenMRZ: n.GivenMRZ}
	c.Birth = h.Birth
	return nil
}

func (e entry) vaccination() (Vaccination, error) {
	date, err := time.Parse(time.DateOnly, e.Date)
	if err != nil {
		return Vaccination{}, fmt.Errorf("date of a vaccination: %w", ErrSchema)
	}
	for _, code := range []string{e.Disease, e.Vaccine, e.Product, e.Maker, e.Country, e.ID} {
		if code == "" || len(code) > maxField || !ascii.Printable(code) {
			return Vaccination{}, fmt.Errorf("a code of a vaccination: %w", ErrSchema)
		}
	}
	if e.Dose < 1 || e.Dose > maxDoses || e.Doses < 1 || e.Doses > maxDoses || !fits(e.Issuer) {
		return Vaccination{}, fmt.Errorf("a vaccination: %w", ErrSchema)
	}
	return Vaccination{
		Disease: e.Disease, Vaccine: e.Vaccine, Product: e.Product, Maker: e.Maker, Dose: e.Dose, Doses: e.Doses, Date: date,
		Country: e.Country, IssuedBy: lds.Shown(e.Issuer), ID: e.ID,
	}, nil
}

func isCountry(s string) bool { return len(s) == 2 && ascii.Only(s, ascii.Capital) }

func isVersion1(s string) bool {
	parts := strings.Split(s, ".")
	return len(s) <= 16 && len(parts) == 3 && parts[0] == "1" &&
		parts[1] != "" && parts[2] != "" && ascii.Only(parts[1]+parts[2], ascii.Digits)
}

// isZone tells whether s is made of the letters and fillers of a machine readable
// zone.
func isZone(s string) bool { return len(s) <= maxField && ascii.Only(s, ascii.Capital+"<") }

func fits(s string) bool { return utf8.RuneCountInString(s) <= maxField }

// isBirth takes a date as far as it is known.
func isBirth(s string) bool {
	for _, form := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.Year() >= 1900 && t.Year() < 2100
		}
	}
	return s == ""
}
