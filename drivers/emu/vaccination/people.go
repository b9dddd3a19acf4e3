package vaccination

import (
	"fmt"
	"time"

	"motcua/drivers/emu"
)

// Kinds of certificates that every invented person has.
const (
	Good      = "valid"
	Expired   = "expired"
	Early     = "not-yet-valid"
	Revoked   = "revoked" // good but for the list
	Altered   = "tampered"
	OfNowhere = "untrusted-issuer" // by a signer that is on no list
)

// Kinds lists them.
func Kinds() []string { return []string{Good, Expired, Early, Revoked, Altered, OfNowhere} }

// Codes are the texts of codes, by persona and kind.
type Codes map[string]map[string]string

// Issue makes every kind for every persona; stranger is the signer on no list.
func Issue(personas []*emu.Persona, issuer, stranger *Issuer, now time.Time) (Codes, error) {
	all := Codes{}
	for _, p := range personas {
		all[p.ID] = map[string]string{}
		for _, kind := range Kinds() {
			text, err := issue(p, kind, issuer, stranger, now)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", p, kind, err)
			}
			all[p.ID][kind] = text
		}
	}
	return all, nil
}

func issue(p *emu.Persona, kind string, issuer, stranger *Issuer, now time.Time) (string, error) {
	c := Certificate{
		Name: p.Name, Birth: p.Birth.Format(time.DateOnly), ID: "URN:UVCI:01:VN:DEMO-" + p.ID + "-" + kind,
		Issued: now.AddDate(0, -1, 0), Expires: now.AddDate(0, 11, 0),
	}
	switch kind {
	case Expired:
		c.Issued, c.Expires = now.AddDate(-1, -1, 0), now.AddDate(0, -1, 0)
	case Early:
		c.NotBefore = now.AddDate(0, 1, 0)
	case Altered:
		says := c
		says.Expires = c.Expires.AddDate(3, 0, 0)
		return issuer.Tampered(c, says)
	case OfNowhere:
		return stranger.Sign(c)
	}
	return issuer.Sign(c)
}
