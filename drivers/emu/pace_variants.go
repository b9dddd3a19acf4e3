package emu

import (
	"fmt"
	"strings"

	"motcua/protocol/emrtd"
	"motcua/protocol/group"
	"motcua/protocol/tlv"
)

// paceSpec is what a [PACEVariant] stands for (ICAO 9303-11, 4.4.3 and table 12).
type paceSpec struct {
	mapping emrtd.Mapping
	domainSpec
}

// domainSpec is a group with a cipher.
type domainSpec struct {
	group *group.Group
	suite emrtd.Suite
}

var suites = []emrtd.Suite{emrtd.Suite3DES, emrtd.SuiteAES128, emrtd.SuiteAES192, emrtd.SuiteAES256}

// parseDomain reads "domain/cipher". A prime field has a slash in its own name,
// so the last one counts.
func parseDomain(s string) (domainSpec, error) {
	at := strings.LastIndexByte(s, '/')
	if at < 0 {
		return domainSpec{}, fmt.Errorf("%q: want domain/cipher: %w", s, ErrPersona)
	}
	g, known := group.ByName(s[:at])
	if !known {
		return domainSpec{}, fmt.Errorf("%q: no domain %q: %w", s, s[:at], ErrPersona)
	}
	for _, suite := range suites {
		if suite.String() == s[at+1:] {
			return domainSpec{g, suite}, nil
		}
	}
	return domainSpec{}, fmt.Errorf("%q: no cipher %q, want one of %v: %w", s, s[at+1:], suites, ErrPersona)
}

// spec reads the variant.
func (v PACEVariant) spec() (paceSpec, error) {
	s := paceSpec{mapping: emrtd.MappingGeneric}
	domain := string(v)
	for _, m := range []emrtd.Mapping{emrtd.MappingGeneric, emrtd.MappingIntegrated, emrtd.MappingAuthenticated} {
		if rest, found := strings.CutPrefix(string(v), m.String()+"-"); found {
			s.mapping, domain = m, rest
		}
	}
	var err error
	if s.domainSpec, err = parseDomain(domain); err != nil {
		return paceSpec{}, err
	}
	if s.mapping == emrtd.MappingAuthenticated && (!s.group.Elliptic() || s.suite == emrtd.Suite3DES) {
		return paceSpec{}, fmt.Errorf("%q: CAM is for curves with AES (ICAO 9303-11, table 3): %w", v, ErrPersona)
	}
	if s.mapping == emrtd.MappingIntegrated && !s.group.HasMapping() {
		return paceSpec{}, fmt.Errorf("%q: no IM on this curve (ICAO 9303-11, table 12): %w", v, ErrPersona)
	}
	return s, nil
}

// paceSpecs are the variants of a profile that was checked.
func (p *Profile) paceSpecs() []paceSpec {
	var all []paceSpec
	for _, v := range p.PACE {
		if s, err := v.spec(); err == nil {
			all = append(all, s)
		}
	}
	return all
}

// oid is the identifier that names the variant in MSE:Set AT.
func (s paceSpec) oid() []byte {
	arcs := map[emrtd.Mapping][2]byte{ // in fields, on curves
		emrtd.MappingGeneric: {1, 2}, emrtd.MappingIntegrated: {3, 4}, emrtd.MappingAuthenticated: {0, 6},
	}
	arc := arcs[s.mapping][0]
	if s.group.Elliptic() {
		arc = arcs[s.mapping][1]
	}
	return append(fromHex("04007F0007020204"), arc, byte(s.suite)) // 3DES 1, AES-128 2, AES-192 3, AES-256 4
}

// info is the variant's PACEInfo.
func (s paceSpec) info() []byte {
	return tlv.Encode(derSequence,
		tlv.Encode(derOID, s.oid()), tlv.Encode(derInteger, []byte{2}), tlv.Encode(derInteger, []byte{byte(s.group.Parameter())}))
}
