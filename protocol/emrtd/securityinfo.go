package emrtd

import (
	"fmt"

	"motcua/protocol/group"
	"motcua/protocol/tlv"
)

// SecurityInfos is what EF.CardAccess, EF.CardSecurity and DG14 say about the
// chip's protocols (Doc 9303 part 11, 9.2).
type SecurityInfos struct {
	PACE []PACEInfo // in the file's order
	// ChipAuth are the ways of chip authentication, ChipKeys the keys for it and
	// for PACE with chip authentication mapping.
	ChipAuth []ChipAuthInfo
	ChipKeys []ChipKey
	// TerminalAuth are the versions of terminal authentication.
	TerminalAuth []int
	// CVCA is where EF.CVCA is when it is not at its usual place, else nil.
	CVCA *FileID
	// ActiveAuth is nil when the file does not say how the chip signs.
	ActiveAuth *ActiveAuthInfo
	// OIDs are all protocols, encoded, in the file's order.
	OIDs [][]byte

	domains []paceDomain
}

// ActiveAuthInfo is the SecurityInfo of active authentication; Algorithm is the
// encoded OID of the signature algorithm.
type ActiveAuthInfo struct{ Algorithm []byte }

// ChipAuthInfo is one way of chip authentication (Doc 9303 part 11, 9.2.5).
type ChipAuthInfo struct {
	OID      []byte // protocol, encoded without tag and length
	Elliptic bool
	Suite    Suite
	Version  int
	KeyID    int // -1 when the file names none
}

// ChipKey is a static key of the chip (Doc 9303 part 11, 9.2.6).
type ChipKey struct {
	Elliptic bool
	// Group is nil and Public the zero Element for a group that is not known
	// here.
	Group  *group.Group
	Public group.Element
	KeyID  int // -1 when the file names none
}

// paceDomain is a PACEDomainParameterInfo (Doc 9303 part 11, 9.2.2).
type paceDomain struct {
	kind      kind
	group     *group.Group // nil: not known here
	parameter int          // -1 when the file names none
}

// Object identifiers below bsi-de 2.2, and of active authentication.
const (
	oidPublicKey    = "\x04\x00\x7f\x00\x07\x02\x02\x01"
	oidTerminalAuth = "\x04\x00\x7f\x00\x07\x02\x02\x02"
	oidChipAuth     = "\x04\x00\x7f\x00\x07\x02\x02\x03"
	// arcField and arcCurve follow them.
	arcField = 1
	arcCurve = 2
)

// maxSecurityInfos bounds the protocols of one file.
const maxSecurityInfos = 64

// ParseCardAccess reads EF.CardAccess; bytes after it are padding and ignored.
func ParseCardAccess(b []byte) (SecurityInfos, error) {
	item, err := tlv.NewReader(b).Expect(EFCardAccess.Tag)
	if err != nil {
		return SecurityInfos{}, malformed("EF.CardAccess", err)
	}
	return parseSecurityInfos(item.Items())
}

// ParseDG14 reads data group 14.
func ParseDG14(b []byte) (SecurityInfos, error) {
	item, err := tlv.Parse(b, dgTags[14])
	if err != nil {
		return SecurityInfos{}, malformed("DG14", err)
	}
	set, err := tlv.Parse(item.Value, tagSet)
	if err != nil {
		return SecurityInfos{}, malformed("DG14", err)
	}
	return parseSecurityInfos(set.Items())
}

func parseSecurityInfos(r *tlv.Reader) (s SecurityInfos, err error) {
	for r.More() {
		if len(s.OIDs) == maxSecurityInfos {
			return s, malformed("too many protocols", nil)
		}
		info, err := inside(r, tagSequence, "protocol")
		if err != nil {
			return s, err
		}
		oid, err := info.Expect(tagOID)
		if err != nil {
			return s, malformed("protocol", err)
		}
		s.OIDs = append(s.OIDs, oid.Value)
		if err := s.add(oid.Value, info); err != nil {
			return s, err
		}
	}
	s.resolve()
	return s, nil
}

// add reads what follows the OID of one protocol; those not known are passed
// over.
func (s *SecurityInfos) add(oid []byte, info *tlv.Reader) error {
	if string(oid) == oidActiveAuth {
		return s.addActiveAuth(info)
	}
	if string(oid) == oidTerminalAuth {
		return s.addTerminalAuth(info)
	}
	if k, known := paceKind(oid); known && len(oid) == len(oidPACE)+1 {
		return s.addDomain(k, info)
	}
	if arcs, found := cutArcs(oid, oidPublicKey, 1); found {
		return s.addKey(arcs[0], info)
	}
	if arcs, found := cutArcs(oid, oidChipAuth, 2); found {
		return s.addChipAuth(oid, arcs[0], Suite(arcs[1]), info)
	}
	pace, ok, err := parsePACEInfo(oid, info)
	if err != nil {
		return fmt.Errorf("PACE info: %w", err)
	}
	if ok {
		s.PACE = append(s.PACE, pace)
	}
	return nil
}

// cutArcs returns the n single-byte arcs after a prefix.
func cutArcs(oid []byte, prefix string, n int) ([]byte, bool) {
	if len(oid) != len(prefix)+n || string(oid[:len(prefix)]) != prefix {
		return nil, false
	}
	return oid[len(prefix):], true
}

func (s *SecurityInfos) addActiveAuth(info *tlv.Reader) error {
	if _, err := readSmallInt(info); err != nil {
		return err
	}
	if algorithm, err := info.Expect(tagOID); err == nil {
		s.ActiveAuth = &ActiveAuthInfo{Algorithm: algorithm.Value}
	}
	return nil
}

func (s *SecurityInfos) addChipAuth(oid []byte, arc byte, suite Suite, info *tlv.Reader) error {
	if arc != arcField && arc != arcCurve || suite < Suite3DES || suite > SuiteAES256 {
		return nil
	}
	version, err := readSmallInt(info)
	if err != nil {
		return err
	}
	id, err := readOptionalInt(info)
	if err != nil {
		return err
	}
	s.ChipAuth = append(s.ChipAuth, ChipAuthInfo{OID: oid, Elliptic: arc == arcCurve, Suite: suite, Version: version, KeyID: id})
	return nil
}

func (s *SecurityInfos) addKey(arc byte, info *tlv.Reader) error {
	if arc != arcField && arc != arcCurve {
		return nil
	}
	key, err := parseChipKey(info)
	if err != nil {
		return err
	}
	key.Elliptic = arc == arcCurve
	if key.Group != nil && key.Group.Elliptic() != key.Elliptic {
		key.Group, key.Public = nil, group.Element{} // says one thing and holds another
	}
	s.ChipKeys = append(s.ChipKeys, key)
	return nil
}

func (s *SecurityInfos) addDomain(k kind, info *tlv.Reader) error {
	id, err := inside(info, tagSequence, "domain parameters")
	if err != nil {
		return err
	}
	g, err := parseDomain(id)
	if err != nil {
		return err
	}
	parameter, err := readOptionalInt(info)
	if err != nil {
		return err
	}
	s.domains = append(s.domains, paceDomain{kind: k, group: g, parameter: parameter})
	return nil
}

// readOptionalInt reads a small integer, -1 where nothing is left.
func readOptionalInt(r *tlv.Reader) (int, error) {
	if !r.More() {
		return -1, nil
	}
	return readSmallInt(r)
}

// resolve gives the offers whose parameters are spelled out their group, where
// exactly one set of parameters belongs to them.
func (s *SecurityInfos) resolve() {
	for i := range s.PACE {
		p := &s.PACE[i]
		if p.Parameter >= 0 && p.Parameter <= maxStandard {
			continue
		}
		found := 0
		for _, d := range s.domains {
			if d.kind == (kind{p.Mapping, p.Elliptic}) && d.parameter == p.Parameter {
				p.explicit = d.group
				found++
			}
		}
		if found != 1 {
			p.explicit = nil
		}
	}
}
