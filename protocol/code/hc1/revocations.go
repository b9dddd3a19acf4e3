package hc1

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"slices"
	"sort"

	"github.com/veraison/go-cose"

	"motcua/protocol/signedlist"
)

var revocationsFormat = signedlist.Format{ContentType: "application/vnd.motcua.hc1-revocations+cbor", MaxSize: MaxList}

// By is what a revoked certificate is named by: SHA-256 of it, of which the first
// 16 bytes are listed, as the European Union's gateway does it.
type By uint8

// What certificates are named by.
const (
	// BySignature: of the signature, of ECDSA the first half alone: the second one
	// can be turned into another that verifies.
	BySignature By = iota + 1
	// ByID: of the certificate's id.
	ByID
	// ByCountryAndID: of the issuer's country and the certificate's id.
	ByCountryAndID
)

// HashSize is the length of a hash in a list.
const HashSize = 16

// Hash is how a certificate stands in a list.
type Hash [HashSize]byte

// Batch is the certificates of one country that are named in one way.
type Batch struct {
	Country string // of the signer; a list of one country revokes no other's
	By      By
	Hashes  []Hash // in their order
}

// Revocations is the list of certificates that count no more.
type Revocations struct {
	signedlist.Head
	hashes map[revokedKey][]byte
}

type revokedKey struct {
	country string
	by      By
}

// revocationsPayload is the list as it travels.
type revocationsPayload struct {
	signedlist.Preamble
	Groups []revokedGroup `cbor:"5,keyasint"` // by country and way, in their order
}

type revokedGroup struct {
	Country string `cbor:"1,keyasint"`
	By      By     `cbor:"2,keyasint"`
	Hashes  []byte `cbor:"3,keyasint"` // one behind the other, in their order
}

// Fault says what is outside its bounds, "" when nothing is.
func (p revocationsPayload) Fault() string {
	if text := p.Preamble.Fault(); text != "" {
		return text
	}
	if len(p.Groups) > signedlist.MaxElements {
		return fmt.Sprintf("%d groups", len(p.Groups))
	}
	for i, g := range p.Groups {
		switch {
		case !isCountry(g.Country) || g.By < BySignature || g.By > ByCountryAndID:
			return "a group of no country, or named in an unknown way"
		case i > 0 && p.Groups[i-1].compare(g) >= 0:
			return "groups that are not in their order"
		case !g.inOrder():
			return "hashes that are not whole or not in their order"
		}
	}
	return ""
}

func (g revokedGroup) compare(o revokedGroup) int {
	return cmp.Or(cmp.Compare(g.Country, o.Country), cmp.Compare(g.By, o.By))
}

func (g revokedGroup) inOrder() bool {
	if len(g.Hashes) == 0 || len(g.Hashes)%HashSize != 0 {
		return false
	}
	for at := HashSize; at < len(g.Hashes); at += HashSize {
		if bytes.Compare(g.Hashes[at-HashSize:at], g.Hashes[at:at+HashSize]) >= 0 {
			return false
		}
	}
	return true
}

// SignRevocations makes a list. It puts groups and hashes in order and drops what
// comes twice.
func SignRevocations(head signedlist.Head, batches []Batch, key crypto.Signer) ([]byte, error) {
	all := map[revokedKey][]Hash{}
	for _, r := range batches {
		k := revokedKey{r.Country, r.By}
		all[k] = append(all[k], r.Hashes...)
	}
	p := revocationsPayload{Preamble: head.Preamble(listVersion), Groups: []revokedGroup{}}
	for k, hashes := range all {
		slices.SortFunc(hashes, func(a, b Hash) int { return bytes.Compare(a[:], b[:]) })
		g := revokedGroup{Country: k.country, By: k.by}
		for _, h := range slices.Compact(hashes) {
			g.Hashes = append(g.Hashes, h[:]...)
		}
		p.Groups = append(p.Groups, g)
	}
	slices.SortFunc(p.Groups, revokedGroup.compare)
	payload, err := signedlist.Encode(p)
	if err != nil {
		return nil, fmt.Errorf("listing revoked certificates: %w", err)
	}
	return revocationsFormat.Sign(payload, key)
}

// OpenRevocations checks a list and reads it, whatever the time. Errors are those
// of signedlist.
func OpenRevocations(b []byte, key ed25519.PublicKey) (*Revocations, error) {
	payload, err := revocationsFormat.Open(b, key)
	if err != nil {
		return nil, err
	}
	p, err := signedlist.Decode[revocationsPayload](payload, listVersion)
	if err != nil {
		return nil, err
	}
	list := &Revocations{Head: p.Head(), hashes: make(map[revokedKey][]byte, len(p.Groups))}
	for _, g := range p.Groups {
		list.hashes[revokedKey{g.Country, g.By}] = g.Hashes
	}
	return list, nil
}

// has tells whether one of the hashes is listed.
func (l *Revocations) has(country string, by By, hashes []Hash) bool {
	listed := l.hashes[revokedKey{country, by}]
	for _, h := range hashes {
		_, found := sort.Find(len(listed)/HashSize, func(i int) int {
			return bytes.Compare(h[:], listed[i*HashSize:(i+1)*HashSize])
		})
		if found {
			return true
		}
	}
	return false
}

// Hashes are those by which the certificate is revoked in one way: more than one
// where it holds more than one vaccination. country is the signer's, for a
// certificate that does not say it.
func (c *Certificate) Hashes(by By, country string) []Hash {
	if by == BySignature {
		signature := c.message.Signature
		if c.alg == cose.AlgorithmES256 {
			signature = signature[:len(signature)/2]
		}
		return []Hash{hashOf(signature)}
	}
	prefix := ""
	if by == ByCountryAndID {
		prefix = cmp.Or(c.Issuer, country)
	}
	var all []Hash
	for _, v := range c.Vaccinations {
		all = append(all, hashOf([]byte(prefix+v.ID)))
	}
	return all
}

func hashOf(b []byte) Hash {
	sum := sha256.Sum256(b)
	return Hash(sum[:HashSize])
}
