package cvc

import (
	"fmt"
	"slices"
	"time"
)

// maxTrustPoints is how many a chip keeps (Doc 9303 part 11, 7.1.4.3.4).
const maxTrustPoints = 2

// Verifier checks certificates one after the other as a chip does (Doc 9303 part
// 11, 7.1.4.3): it knows today only from the certificates it has seen, follows
// link certificates to new trust points, and keeps one certificate of a document
// verifier or terminal at a time. A failed check changes nothing. It belongs to
// one goroutine; the zero Verifier trusts nobody.
type Verifier struct {
	today  time.Time
	points []holder // the most recent first
	last   *holder  // imported until the next one
}

// holder is what is kept of a certificate.
type holder struct {
	name                  Reference
	key                   PublicKey
	granted               Authorization // by its chain
	effective, expiration time.Time
	domestic              bool // comes from a domestic document verifier, or is one
}

// NewVerifier begins with certificates of a CVCA as trust points, at most two,
// whose signatures are not looked at, on a day. Later effective dates move that
// day.
func NewVerifier(today time.Time, trusted ...*Certificate) (*Verifier, error) {
	v := &Verifier{today: Day(today)}
	if len(trusted) > maxTrustPoints {
		return nil, fmt.Errorf("%d trust points: %w", len(trusted), ErrReference)
	}
	for _, c := range trusted {
		if c.Authorization.Role() != RoleCVCA {
			return nil, fmt.Errorf("trust point %s: %w", c.Holder, ErrRole)
		}
		if !c.Key.Complete() {
			return nil, fmt.Errorf("trust point %s: %w", c.Holder, ErrParameters)
		}
		v.enable(c.held(c.Key, c.Authorization))
	}
	return v, nil
}

func (c *Certificate) held(key PublicKey, granted Authorization) holder {
	return holder{name: c.Holder, key: key, granted: granted, effective: c.Effective, expiration: c.Expiration}
}

// Today is the verifier's idea of the day.
func (v *Verifier) Today() time.Time { return v.today }

// TrustPoints are the references of the trust points, the most recent first.
func (v *Verifier) TrustPoints() []Reference {
	var names []Reference
	for _, p := range v.points {
		names = append(names, p.name)
	}
	return names
}

// Knows tells whether a key of this name can verify a certificate now.
func (v *Verifier) Knows(name Reference) bool { return v.find(name) != nil }

func (v *Verifier) find(name Reference) *holder {
	if i := slices.IndexFunc(v.points, func(p holder) bool { return p.name == name }); i >= 0 {
		return &v.points[i]
	}
	if v.last != nil && v.last.name == name {
		return v.last
	}
	return nil
}

// Terminal is the key of the terminal whose certificate was imported last, with
// what its whole chain grants; false when the last one was not a terminal's.
func (v *Verifier) Terminal(name Reference) (PublicKey, Authorization, bool) {
	if v.last == nil || v.last.name != name || v.last.granted.Role() != RoleTerminal {
		return PublicKey{}, Authorization{}, false
	}
	return v.last.key, v.last.granted, true
}

// Forget drops the certificate that was imported last; trust points and today
// stay.
func (v *Verifier) Forget() { v.last = nil }

// Import checks a certificate by the key that it names and takes over what it
// says. Errors: [ErrReference], [ErrRole], [ErrParameters], [ErrSignature],
// [ErrExpired], [ErrMalformed] for a point off the inherited curve.
func (v *Verifier) Import(c *Certificate) error {
	if err := v.importing(c); err != nil {
		return fmt.Errorf("certificate of %s by %s: %w", c.Holder, c.Authority, err)
	}
	return nil
}

func (v *Verifier) importing(c *Certificate) error {
	by := v.find(c.Authority)
	switch {
	case by == nil:
		return fmt.Errorf("unknown authority: %w", ErrReference)
	case slices.Contains(v.TrustPoints(), c.Holder):
		return fmt.Errorf("holder is a trust point already: %w", ErrReference)
	}
	role := c.Authorization.Role()
	if err := mayIssue(by, c); err != nil {
		return err
	}
	if role != RoleCVCA && c.Key.explicit {
		return fmt.Errorf("parameters below a CVCA: %w", ErrParameters)
	}
	key, err := c.Key.Inherit(by.key)
	if err != nil {
		return err
	}
	if err := by.key.Verify(c.Body, c.Signature); err != nil {
		return err
	}
	switch {
	case role != RoleCVCA && c.Expiration.Before(v.today):
		return ErrExpired
	case role.verifier() && by.expiration.Before(v.today):
		return fmt.Errorf("trust point: %w", ErrExpired)
	}
	v.accept(c, key, by)
	return nil
}

// mayIssue holds the order of roles: a CVCA signs for itself and for document
// verifiers, those for terminals.
func mayIssue(by *holder, c *Certificate) error {
	role := c.Authorization.Role()
	signer := by.granted.Role()
	switch {
	case by.granted.Terminal != c.Authorization.Terminal || len(by.granted.Bits) != len(c.Authorization.Bits):
		return fmt.Errorf("another type of terminal: %w", ErrRole)
	case signer == RoleCVCA && (role == RoleCVCA || role.verifier()), signer.verifier() && role == RoleTerminal:
		return nil
	}
	return fmt.Errorf("%v signed for %v: %w", signer, role, ErrRole)
}

// accept updates keys and date; the date follows only those whose dates are
// taken to be accurate (Doc 9303 part 11, 7.1.4.3.3).
func (v *Verifier) accept(c *Certificate, key PublicKey, by *holder) {
	role := c.Authorization.Role()
	if role != RoleTerminal || by.domestic {
		if c.Effective.After(v.today) {
			v.today = c.Effective
		}
	}
	if role == RoleCVCA {
		v.enable(c.held(key, c.Authorization))
		return
	}
	h := c.held(key, c.Authorization.And(by.granted))
	h.domestic = role == RoleDomesticDV || role == RoleTerminal && by.domestic
	v.last = &h
}

// enable adds a trust point and drops the least recent of more than two.
func (v *Verifier) enable(h holder) {
	v.points = slices.Insert(v.points, 0, h)
	slices.SortStableFunc(v.points, func(a, b holder) int { return b.effective.Compare(a.effective) })
	v.points = v.points[:min(len(v.points), maxTrustPoints)]
}
