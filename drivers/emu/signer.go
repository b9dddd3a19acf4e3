package emu

import (
	"fmt"
	"io"
	"slices"
	"time"

	"motcua/protocol/ec"
)

// Signer is how EF.SOD and EF.CardSecurity are signed. The zero value is the
// issuer's own document signer: P-256, ECDSA with SHA-256, LDS 1.7.
type Signer struct {
	// Key of the document signer.
	Key KeyKind `json:"key,omitempty"`
	// Scheme of the signature; see there for what stands for "".
	Scheme Scheme `json:"scheme,omitempty"`
	// Hash of the signature and of what is signed; SHA-256 unless told.
	Hash Hash `json:"hash,omitempty"`
	// Groups is the hash of the data groups, if it is another one.
	Groups Hash `json:"groups,omitempty"`
	// LDS is the version of the signed index: "1.7" without version information,
	// "1.8" with it.
	LDS string `json:"lds,omitempty"`

	// CA is the key of the authority above; with one, it is an authority of its
	// own, see [Issuer.Authority].
	CA KeyKind `json:"ca,omitempty"`
	// Next: the signer's certificate is from the authority's next key.
	Next bool `json:"next,omitempty"`
	// Explicit: certificates spell their curves out.
	Explicit bool `json:"explicit,omitempty"`

	// Expired, NotYet, Revoked: the certificate of the document signer has ended,
	// has not begun, or is on the list of [Issuer.CRL].
	Expired bool `json:"expired,omitempty"`
	NotYet  bool `json:"not_yet,omitempty"`
	Revoked bool `json:"revoked,omitempty"`

	// Signed adds the attribute of the signing time.
	Signed SigningTime `json:"signed,omitempty"`
	// KeyID names the signer by its key instead of issuer and serial number.
	KeyID bool `json:"key_id,omitempty"`
	// Indefinite uses BER's indefinite lengths around the signed data.
	Indefinite bool `json:"indefinite,omitempty"`
}

// SigningTime is what the signed attribute says of when (RFC 5652, 11.3).
type SigningTime string

// Signing times.
const (
	SignedUnsaid SigningTime = ""
	SignedIssue  SigningTime = "issue" // the card's day of issue
	SignedLate   SigningTime = "late"  // after the signer's key was to be used
)

// LDS versions.
const (
	LDS17 = "1.7"
	LDS18 = "1.8"
)

func (s Signer) hash() Hash {
	if s.Hash == "" {
		return SHA256
	}
	return s.Hash
}

func (s Signer) groups() Hash {
	if s.Groups == "" {
		return s.hash()
	}
	return s.Groups
}

func (s Signer) kind() KeyKind {
	if s.Key == "" {
		return KeyP256
	}
	return s.Key
}

func (s Signer) check(c *checker) {
	for _, f := range []struct {
		field string
		key   KeyKind
	}{{"key", s.Key}, {"ca", s.CA}} {
		c.need(f.key == "" || f.key.known(), "chip.signer.%s %q: no such kind of key", f.field, f.key)
	}
	c.need(s.Scheme.fits(s.kind()), "chip.signer.scheme %q: does not fit a key of kind %q", s.Scheme, s.kind())
	for _, h := range []Hash{s.Hash, s.Groups} {
		c.need(h == "" || h.known(), "chip.signer.hash %q: no such hash", h)
	}
	oneOf(c, "signer.lds", s.LDS, "", LDS17, LDS18)
	oneOf(c, "signer.signed", s.Signed, SignedUnsaid, SignedIssue, SignedLate)
	c.need(s.CA == "" || !s.Next, "chip.signer: ca and next do not go together")
	several := 0
	for _, set := range []bool{s.Expired, s.NotYet, s.Revoked} {
		if set {
			several++
		}
	}
	c.need(several <= 1, "chip.signer: at most one of expired, not_yet and revoked")
	if s.Explicit {
		curve := s.kind().curve()
		c.need(curve != nil && spelled[curve.Name()].p != "", "chip.signer.explicit: the parameters of %q are not written out", s.kind())
	}
}

// ownDS tells whether the issuer's stored document signer is meant.
func (s Signer) ownDS() bool {
	return s.Key == "" && s.CA == "" && !s.Next && !s.Explicit && !s.Expired && !s.NotYet && !s.Revoked
}

// signer finds or makes the document signer of a state for documents of a type,
// the code of the machine readable zone.
func (i *Issuer) signer(d Document, s Signer) (authority, error) {
	ds := i.ds
	if d.State != StateVietnam || d.Code != "ID" || !s.ownDS() {
		purpose := fmt.Sprintf("ds %s %s %s %s %t %t %t %t %t", d.State, d.Code, s.kind(), s.CA, s.Next, s.Explicit, s.Expired, s.NotYet, s.Revoked)
		if s.CA != "" {
			purpose += fmt.Sprint(" ", s.Scheme, s.hash())
		}
		var err error
		if ds, err = i.derive(purpose, func(random io.Reader) (authority, error) { return i.newSigner(d, s, random) }); err != nil {
			return ds, err
		}
	}
	ds.scheme, ds.hash = s.Scheme, s.hash()
	return ds, nil
}

func (i *Issuer) newSigner(d Document, s Signer, random io.Reader) (authority, error) {
	csca, err := i.authority(d.State, s)
	if err != nil {
		return authority{}, err
	}
	key, err := newKey(s.kind(), random)
	if err != nil {
		return authority{}, err
	}
	q := signerRequest(d.State, key, i.now())
	q.explicit, q.types = s.Explicit, d.Code
	switch {
	case s.Expired:
		q.until = day(i.now().Add(-30 * 24 * time.Hour))
		q.signs = 0
	case s.NotYet:
		q.from = day(i.now().Add(afterwards / 2))
		q.signs = 0
	case s.Revoked:
		q.serial = revokedSerial(s.kind())
	}
	cert, err := csca.certify(q)
	return authority{cert: cert, key: key, state: d.State}, err
}

// authority finds or makes the CSCA above a document signer.
func (i *Issuer) authority(state State, s Signer) (authority, error) {
	switch {
	case s.Next && state == StateVietnam:
		next, err := i.Rollover()
		if err != nil {
			return authority{}, err
		}
		return next.csca, nil
	case s.CA == "" && state == StateVietnam:
		return i.csca, nil
	}
	kind, scheme, hash := KeyBrainpool384, Scheme(""), SHA384
	if s.CA != "" {
		kind, hash = s.CA, s.hash()
		if s.Scheme.fits(kind) {
			scheme = s.Scheme
		}
	}
	purpose := fmt.Sprintf("csca %s %s %s %s", state, kind, scheme, hash)
	return i.derive(purpose, func(random io.Reader) (authority, error) {
		key, err := newKey(kind, random)
		if err != nil {
			return authority{}, err
		}
		return selfSigned(authorityRequest(state, state.authorityName(), key, i.now()), scheme, hash)
	})
}

// Authority is the certificate of the CSCA above a signer, in DER: what a
// terminal has to trust for it.
func (i *Issuer) Authority(state State, s Signer) ([]byte, error) {
	csca, err := i.authority(state, s)
	return csca.cert.raw, err
}

// signerKinds are the kinds of keys that a document signer may have.
func signerKinds() []KeyKind {
	var kinds []KeyKind
	for _, c := range ec.All() {
		name := c.Name()
		if len(name) > 2 && name[:2] == "P-" {
			name = "p" + name[2:]
		}
		if k := KeyKind(name); k.known() {
			kinds = append(kinds, k)
		}
	}
	slices.Sort(kinds)
	for bits := minRSA; bits <= maxRSA; bits += 512 {
		kinds = append(kinds, KeyKind(fmt.Sprintf("rsa-%d", bits)))
	}
	return kinds
}
