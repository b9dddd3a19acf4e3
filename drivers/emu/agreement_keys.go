package emu

import (
	"fmt"
	"io"
	"slices"

	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
	"motcua/protocol/group"
)

// noAgreement is the value of [Profile.ChipAuth] for a chip without chip
// authentication.
const noAgreement = "none"

// agreementKey is a static key: of chip authentication, of the mapping that
// proves the chip, or of both.
type agreementKey struct {
	group   *group.Group
	private []byte
	id      int  // -1: the only one
	agrees  bool // by chip authentication, named in DG14
	maps    bool // in PACE with chip authentication mapping
}

// agreementSpecs are the ways of chip authentication that a profile asks for;
// without a wish one that fits the first variant of PACE.
func (p *Profile) agreementSpecs() []domainSpec {
	var all []domainSpec
	for _, v := range p.ChipAuth {
		if s, err := parseDomain(v); err == nil {
			all = append(all, s)
		}
	}
	if len(p.ChipAuth) > 0 {
		return all
	}
	if specs := p.paceSpecs(); len(specs) > 0 {
		return []domainSpec{specs[0].domainSpec}
	}
	return []domainSpec{{group.OfCurve(ec.BrainpoolP256r1()), emrtd.SuiteAES128}}
}

// newAgreementKeys makes one key for each group that the profile needs one in.
func newAgreementKeys(p *Profile, random io.Reader) ([]agreementKey, error) {
	var keys []agreementKey
	key := func(g *group.Group) *agreementKey {
		for i := range keys {
			if keys[i].group == g {
				return &keys[i]
			}
		}
		keys = append(keys, agreementKey{group: g, id: -1})
		return &keys[len(keys)-1]
	}
	for _, s := range p.agreementSpecs() {
		key(s.group).agrees = true
	}
	named := false
	for _, s := range p.paceSpecs() {
		if s.mapping == emrtd.MappingAuthenticated {
			key(s.group).maps = true
			named = true // its number is that of the domain parameters (ICAO 9303-11, 9.2.1)
		}
	}
	for i := range keys {
		k := &keys[i]
		if named || len(keys) > 1 {
			k.id = k.group.Parameter()
		}
		var err error
		if k.private, err = k.group.RandomExponent(random); err != nil {
			return nil, fmt.Errorf("making a key of chip authentication: %w", err)
		}
	}
	return keys, nil
}

// agreementKey finds the key of a group.
func (k chipKeys) agreementKey(g *group.Group) (agreementKey, bool) {
	i := slices.IndexFunc(k.agree, func(a agreementKey) bool { return a.group == g })
	if i < 0 {
		return agreementKey{id: -1}, false
	}
	return k.agree[i], true
}
