package pki

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// ErrNotAnchored: a certificate is no authority that may be trusted; see
// [GatherAnchors].
var ErrNotAnchored = errors.New("not an authority to trust")

// maxLinks is how many key changes may lie between a self-signed authority and
// one that its link certificates lead to.
const maxLinks = 8

// Anchors are the issuing authorities (CSCA) that are trusted, with the
// certificates they revoked. The zero value trusts nobody. They do not change
// and may be shared.
type Anchors struct {
	all  []anchor
	crls []*CRL
	// known remembers who signed which certificate, so that a centre that checks
	// many documents of few signers does that arithmetic once.
	known *signersKnown
}

// maxKnown bounds the memory of signers, a full one starts anew; maxKept is the
// size of the largest certificate that is kept.
const (
	maxKnown = 1024
	maxKept  = 4 << 10
)

// signersKnown is what was found about certificates, by their SHA-256. It depends
// on nothing but the anchors and the certificate.
type signersKnown struct {
	mu     sync.Mutex
	all    map[[32]byte]signersFound
	parsed map[[32]byte]*Certificate
}

type signersFound struct {
	indices []int // in Anchors.all
	forged  bool
}

func newSignersKnown() *signersKnown {
	return &signersKnown{all: map[[32]byte]signersFound{}, parsed: map[[32]byte]*Certificate{}}
}

func (k *signersKnown) get(name [32]byte) (signersFound, bool) { return lookUp(k, k.all, name) }

func (k *signersKnown) put(name [32]byte, f signersFound) { keep(k, k.all, name, f) }

// parse is [ParseCertificate], of each certificate once.
func (k *signersKnown) parse(b []byte) (*Certificate, error) {
	if len(b) > maxKept {
		return ParseCertificate(b)
	}
	name := sha256.Sum256(b)
	if c, ok := lookUp(k, k.parsed, name); ok {
		return c, nil
	}
	c, err := ParseCertificate(bytes.Clone(b)) // it outlives what it came with
	if err == nil {
		keep(k, k.parsed, name, c)
	}
	return c, err
}

func lookUp[T any](k *signersKnown, all map[[32]byte]T, name [32]byte) (T, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := all[name]
	return v, ok
}

func keep[T any](k *signersKnown, all map[[32]byte]T, name [32]byte, v T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(all) >= maxKnown {
		clear(all)
	}
	all[name] = v
}

// anchor is one trusted certificate.
type anchor struct {
	*Certificate
	// by is the index of the anchor that signed a link certificate, -1 for a
	// self-signed one.
	by int
	// family is the same for all certificates of one authority: those that link
	// certificates connect, and those of the same name.
	family  int
	revoked bool
}

// NewAnchors takes DER certificates of issuing authorities, on any curve this
// package knows. It fails on the first that cannot be trusted; see
// [GatherAnchors] for what that means.
func NewAnchors(certificates ...[]byte) (Anchors, error) {
	a, errs := GatherAnchors(certificates...)
	for i, err := range errs {
		if err != nil {
			return Anchors{}, fmt.Errorf("trusted certificate %d: %w", i+1, err)
		}
	}
	return a, nil
}

// GatherAnchors takes those that can be trusted, and says for each certificate
// why it is not: errs is as long as the list.
//
// A self-signed certificate of an authority is trusted because somebody put it
// there, if its signature is good. A link certificate (Doc 9303 part 12, 4: a
// new key, signed with the old one) is trusted only where a trusted one signed
// it, over at most eight changes of the key: alone, or in a circle, it anchors
// nothing. Nothing is ever fetched or taken from a card. A document signer of
// either generation is then good. The same certificate twice counts once.
func GatherAnchors(certificates ...[]byte) (a Anchors, errs []error) {
	errs = make([]error, len(certificates))
	links := map[int]*Certificate{}
	for i, b := range certificates {
		c, err := ParseCertificate(b)
		switch {
		case err != nil:
			errs[i] = err
		case !c.MayCertify():
			errs[i] = fmt.Errorf("it certifies nobody: %w: %w", ErrNotAnchored, ErrUnsupported)
		case c.IsLink():
			links[i] = c
		default:
			errs[i] = a.addSelfSigned(c)
			if errors.Is(errs[i], errNotSelfSigned) { // a link between keys of one name
				links[i], errs[i] = c, nil
			}
		}
	}
	for range maxLinks {
		before := len(links)
		a.addLinks(links)
		if len(links) == before {
			break
		}
	}
	for i := range links {
		errs[i] = fmt.Errorf("no trusted authority signed it: %w", ErrNotAnchored)
	}
	a.nameFamilies()
	a.known = newSignersKnown()
	return a, errs
}

var errNotSelfSigned = fmt.Errorf("its own key did not sign it: %w", ErrNotAnchored)

// namesItself tells whether nothing speaks against a certificate being
// self-signed.
func (c *Certificate) namesItself() bool {
	return len(c.authorityKeyID) == 0 || len(c.subjectKeyID) == 0 || c.namesKeyOf(c)
}

func (a *Anchors) addSelfSigned(c *Certificate) error {
	if good, err := c.signedBy(c); err != nil {
		return err
	} else if !good {
		return errNotSelfSigned
	}
	a.add(c, -1)
	return nil
}

// addLinks moves those links to the anchors that one of the present anchors
// signed.
func (a *Anchors) addLinks(links map[int]*Certificate) {
	present := len(a.all)
	for _, i := range slices.Sorted(maps.Keys(links)) {
		link := links[i]
		for by := range present {
			old := a.all[by].Certificate
			if link.unknownCritical || !link.mayBeSignedBy(old) {
				continue
			}
			if good, err := link.signedBy(old); err == nil && good {
				a.add(link, by)
				delete(links, i)
				break
			}
		}
	}
}

func (a *Anchors) add(c *Certificate, by int) {
	for _, known := range a.all {
		if bytes.Equal(known.Raw, c.Raw) {
			return
		}
	}
	a.all = append(a.all, anchor{Certificate: c, by: by, family: len(a.all)})
}

// nameFamilies gives all certificates of an authority one number.
func (a *Anchors) nameFamilies() {
	join := func(i, j int) {
		from, to := a.all[j].family, a.all[i].family
		for k := range a.all {
			if a.all[k].family == from {
				a.all[k].family = to
			}
		}
	}
	byName := map[string]int{}
	for i, c := range a.all {
		if c.by >= 0 {
			join(i, c.by)
		}
		if first, ok := byName[c.subject.folded]; ok {
			join(i, first)
		} else {
			byName[c.subject.folded] = i
		}
	}
}

// Len is the number of authorities' certificates, links included.
func (a Anchors) Len() int { return len(a.all) }

// Certificates are those of the authorities, links included.
func (a Anchors) Certificates() []*Certificate {
	list := make([]*Certificate, len(a.all))
	for i, c := range a.all {
		list[i] = c.Certificate
	}
	return list
}

// signers finds the authorities whose keys signed c. When there is none, forged
// tells that c names the very key of one that did not sign it.
func (a Anchors) signers(c *Certificate) (signers []anchor, forged bool) {
	found := a.find(c)
	for _, i := range found.indices {
		signers = append(signers, a.all[i])
	}
	return signers, found.forged
}

func (a Anchors) find(c *Certificate) signersFound {
	name := sha256.Sum256(c.Raw)
	if a.known != nil {
		if f, ok := a.known.get(name); ok {
			return f
		}
	}
	var f signersFound
	named := false
	for i, candidate := range a.all {
		if !c.mayBeSignedBy(candidate.Certificate) {
			continue
		}
		if good, err := c.signedBy(candidate.Certificate); err == nil && good {
			f.indices = append(f.indices, i)
		}
		named = named || c.namesKeyOf(candidate.Certificate)
	}
	f.forged = named && len(f.indices) == 0
	if a.known != nil {
		a.known.put(name, f)
	}
	return f
}
