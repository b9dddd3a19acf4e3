package emrtd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"motcua/protocol/group"
	"motcua/protocol/tlv"
)

// Mapping is how PACE turns the nonce into a generator (Doc 9303 part 11, 4.4).
type Mapping int

// Mappings.
const (
	MappingGeneric       Mapping = iota + 1 // GM
	MappingIntegrated                       // IM
	MappingAuthenticated                    // CAM: GM with chip authentication
)

func (m Mapping) String() string {
	switch m {
	case MappingGeneric:
		return "GM"
	case MappingIntegrated:
		return "IM"
	case MappingAuthenticated:
		return "CAM"
	}
	return fmt.Sprintf("mapping %d", int(m))
}

// bsi-de is 0.4.0.127.0.7; id-PACE is bsi-de 2.2.4.
const oidPACE = "\x04\x00\x7f\x00\x07\x02\x02\x04"

// kind is what the arc after id-PACE says.
type kind struct {
	mapping  Mapping
	elliptic bool
}

var paceKinds = map[byte]kind{
	1: {MappingGeneric, false},
	2: {MappingGeneric, true},
	3: {MappingIntegrated, false},
	4: {MappingIntegrated, true},
	6: {MappingAuthenticated, true},
}

// paceKind reads a protocol below id-PACE, with or without its cipher.
func paceKind(oid []byte) (kind, bool) {
	arcs, found := strings.CutPrefix(string(oid), oidPACE)
	if !found || len(arcs) < 1 || len(arcs) > 2 {
		return kind{}, false
	}
	k, known := paceKinds[arcs[0]]
	return k, known
}

// PACEInfo is one way of opening the chip that it offers (Doc 9303 part 11,
// 9.2.1).
type PACEInfo struct {
	OID     []byte // protocol, encoded without tag and length
	Mapping Mapping
	// Elliptic is true for curves, false for Diffie-Hellman in a prime field.
	Elliptic bool
	Suite    Suite
	Version  int
	// Parameter is the domain parameter id, or -1 when the file names none.
	Parameter int
	// explicit is the group that the file spells out for this offer.
	explicit *group.Group
}

// PACEInfoFor is the offer of generic mapping on a curve with a suite.
func PACEInfoFor(s Suite, parameter int) PACEInfo {
	return PACEOffer(MappingGeneric, s, parameter)
}

// PACEOffer is the offer of a mapping with a suite over standardized domain
// parameters.
func PACEOffer(m Mapping, s Suite, parameter int) PACEInfo {
	p := PACEInfo{Mapping: m, Suite: s, Version: 2, Parameter: parameter, Elliptic: parameter > maxField}
	for arc, k := range paceKinds {
		if k.mapping == m && k.elliptic == p.Elliptic {
			p.OID = []byte(oidPACE + string([]byte{arc, byte(s)}))
		}
	}
	return p
}

// Standardized domain parameters: up to maxField prime fields, up to
// maxStandard reserved for the table (Doc 9303 part 11, table 12).
const (
	maxField    = 7
	maxStandard = 31
)

// Bytes is the DER encoding of the SecurityInfo.
func (p PACEInfo) Bytes() []byte {
	parts := [][]byte{tlv.Encode(tagOID, p.OID), tlv.Encode(tagInteger, []byte{byte(p.Version)})}
	if p.Parameter >= 0 {
		parts = append(parts, tlv.Encode(tagInteger, []byte{byte(p.Parameter)}))
	}
	return tlv.Encode(tagSequence, parts...)
}

// Group is the group of the domain parameters, and false where it is not known:
// one that the card spells out must be one of those standardized.
func (p PACEInfo) Group() (*group.Group, bool) {
	g, ok := p.explicit, p.explicit != nil
	if p.Parameter >= 0 && p.Parameter <= maxStandard {
		g, ok = group.ByParameter(p.Parameter)
	}
	return g, ok && g.Elliptic() == p.Elliptic
}

// Supported tells whether [Read] can use the offer.
func (p PACEInfo) Supported() bool {
	g, ok := p.Group()
	return ok && p.Mapping != 0 && p.Version == 2 && (p.Mapping != MappingIntegrated || g.HasMapping())
}

// Channel names the offer for reports, such as
// "PACE-ECDH-CAM AES-128 brainpoolP256r1".
func (p PACEInfo) Channel() string {
	agreement, domain := "DH", fmt.Sprintf("parameter %d", p.Parameter)
	if p.Elliptic {
		agreement = "ECDH"
	}
	if g, ok := p.Group(); ok {
		domain = g.Name()
	}
	return fmt.Sprintf("PACE-%s-%v %v %s", agreement, p.Mapping, p.Suite, domain)
}

func (p PACEInfo) String() string { return p.Channel() }

// parsePACEInfo reads what follows the OID; ok is false for a protocol below
// id-PACE that is no offer known here.
func parsePACEInfo(oid []byte, r *tlv.Reader) (p PACEInfo, ok bool, err error) {
	k, known := paceKind(oid)
	if !known || len(oid) != len(oidPACE)+2 {
		return p, false, nil
	}
	p = PACEInfo{OID: oid, Mapping: k.mapping, Elliptic: k.elliptic, Suite: Suite(oid[len(oid)-1]), Parameter: -1}
	if p.Suite < Suite3DES || p.Suite > SuiteAES256 || p.Mapping == MappingAuthenticated && p.Suite == Suite3DES {
		return p, false, nil // the authenticated mapping has no 3DES (Doc 9303 part 11, table 3)
	}
	if p.Version, err = readSmallInt(r); err != nil {
		return p, false, err
	}
	if r.More() {
		p.Parameter, err = readSmallInt(r)
	}
	return p, err == nil, err
}

// maxOffers bounds how many offers are announced to a chip that takes none.
const maxOffers = 4

// rankPACE returns the offers that can be used, best first: chip authentication
// mapping before the others, AES before 3DES, longer keys first, curves before
// prime fields, then the file's order. A group that needs extended length comes
// last where the reader does not carry it.
func rankPACE(offers []PACEInfo, extended bool) []PACEInfo {
	usable := slices.DeleteFunc(slices.Clone(offers), func(p PACEInfo) bool { return !p.Supported() })
	slices.SortStableFunc(usable, func(a, b PACEInfo) int {
		return cmp.Or(
			first(!extended && a.isLong(), !extended && b.isLong()),
			-first(a.Mapping == MappingAuthenticated, b.Mapping == MappingAuthenticated),
			cmp.Compare(b.Suite, a.Suite),
			-first(a.Elliptic, b.Elliptic),
		)
	})
	return usable[:min(len(usable), maxOffers)]
}

// first orders false before true.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// isLong: public keys do not fit a short command.
func (p PACEInfo) isLong() bool {
	g, ok := p.Group()
	return ok && isLong(g)
}

// isLong: public keys of the group do not fit a short command.
func isLong(g *group.Group) bool { return !g.Elliptic() && g.Size() > 240 }
