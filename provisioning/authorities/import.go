package authorities

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"motcua/protocol/pki"
)

// ErrUnverified: nobody who is trusted signed the master list.
var ErrUnverified = errors.New("no trusted authority vouches for the master list")

// Import says what to take out of a master list.
type Import struct {
	// List is the file: a master list (.ml, DER or BER), or LDIF of the ICAO PKD
	// with any number of them.
	List []byte
	// Signer is the authority above who signed the list, obtained by another
	// way; nil to take a list that nobody vouches for.
	Signer []byte
	// Countries are the codes of two letters to take, all if none.
	Countries []string
	Now       time.Time
}

// Imported is what was found.
type Imported struct {
	// Certificates are authorities and links that can anchor trust together.
	Certificates []*pki.Certificate
	// Lists are how many lists were used, and Verified tells that a trusted
	// authority vouches for each.
	Lists    int
	Verified bool
	// Skipped says what was left out, and why.
	Skipped []error
}

// Read takes the authorities out. With a signer, a list that it does not vouch
// for is an [ErrUnverified]; of several lists it is left out, as long as one
// remains. One certificate that cannot be read takes no other away.
func (i Import) Read() (Imported, error) {
	lists := [][]byte{i.List}
	if pki.IsLDIF(i.List) {
		var err error
		if lists, err = pki.MasterListsOfLDIF(i.List); err != nil {
			return Imported{}, err
		}
		if len(lists) == 0 {
			return Imported{}, errors.New("the LDIF file holds no master list")
		}
	}
	anchors, err := i.anchors()
	if err != nil {
		return Imported{}, err
	}
	out := Imported{Verified: i.Signer != nil}
	for n, list := range lists {
		if err := out.add(list, anchors, i); err != nil {
			out.Skipped = append(out.Skipped, fmt.Errorf("list %d of %d: %w", n+1, len(lists), err))
		}
	}
	if out.Lists == 0 {
		return Imported{}, errors.Join(out.Skipped...)
	}
	out.keepAnchored()
	return out, nil
}

func (i Import) anchors() (pki.Anchors, error) {
	if i.Signer == nil {
		return pki.Anchors{}, nil
	}
	a, err := pki.NewAnchors(i.Signer)
	if err != nil {
		return a, fmt.Errorf("the signer's authority: %w", err)
	}
	return a, nil
}

// add takes one list.
func (m *Imported) add(list []byte, anchors pki.Anchors, i Import) error {
	l, err := pki.ParseMasterList(list)
	if err != nil {
		return err
	}
	if m.Verified {
		chain, err := l.Verify(anchors, i.Now)
		if err != nil {
			return err
		}
		if !chain.Trusted() {
			return fmt.Errorf("signed by %s: %w", chain.Signer.Subject(), ErrUnverified)
		}
	} else if err := l.CheckSignature(); err != nil {
		return err
	}
	m.Lists++
	m.Skipped = append(m.Skipped, l.Skipped...)
	for _, c := range l.Certificates {
		if i.wants(c.Country()) && !m.has(c) {
			m.Certificates = append(m.Certificates, c)
		}
	}
	return nil
}

func (i Import) wants(country string) bool {
	return len(i.Countries) == 0 || slices.ContainsFunc(i.Countries, func(c string) bool { return strings.EqualFold(c, country) })
}

func (m *Imported) has(c *pki.Certificate) bool {
	return slices.ContainsFunc(m.Certificates, func(other *pki.Certificate) bool { return other.ID() == c.ID() })
}

// keepAnchored drops what anchors nothing: links whose beginning is not there,
// and certificates of no authority.
func (m *Imported) keepAnchored() {
	all := make([][]byte, len(m.Certificates))
	for i, c := range m.Certificates {
		all[i] = c.Raw
	}
	_, errs := pki.GatherAnchors(all...)
	var kept []*pki.Certificate
	for i, c := range m.Certificates {
		if errs[i] != nil {
			m.Skipped = append(m.Skipped, fmt.Errorf("%s, serial %s: %w", c.Subject(), c.Serial(), errs[i]))
			continue
		}
		kept = append(kept, c)
	}
	m.Certificates = kept
}

// Write writes each certificate into a folder, which is made if need be, under a
// name that follows from its content.
func (m Imported) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, c := range m.Certificates {
		if err := os.WriteFile(filepath.Join(dir, fileName(c)), c.Raw, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// fileName is the country, which comes from a file and is held to letters, and
// the certificate's identity.
func fileName(c *pki.Certificate) string {
	country := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, c.Country())
	if country == "" {
		country = "XX"
	}
	return country + "-" + c.ID() + ".der"
}
