package emu

import "slices"

// usualGroups are the data groups of an identity card besides 1, 2 and 15.
var usualGroups = []int{3, 13, 14}

// optionalGroups are those that a profile may list.
var optionalGroups = []int{3, 4, 5, 7, 11, 12, 13, 14, 16}

func (p *Profile) groups() []int {
	if p.Groups == nil {
		return usualGroups
	}
	return p.Groups
}

func (p *Profile) checkGroups(c *checker) {
	for _, n := range p.Groups {
		c.need(slices.Contains(optionalGroups, n), "chip.groups %d: want some of %d", n, optionalGroups)
	}
	if n := p.Forge.group(); n > 2 && n != 15 {
		c.need(slices.Contains(p.groups(), n), "chip.forge: the card has no DG%d", n)
	}
}

// dataGroups builds what is signed, by number.
func dataGroups(p *Persona, profile Profile, keys chipKeys) (map[int][]byte, error) {
	mrz, err := mrzLines(p)
	if err != nil {
		return nil, err
	}
	groups := map[int][]byte{1: encodeDG1(mrz)}
	if groups[2], err = encodeDG2(p.Photo); err != nil {
		return nil, err
	}
	if keys.printed.exists() {
		if groups[15], err = encodeDG15(keys.printed); err != nil {
			return nil, err
		}
	}
	for _, n := range profile.groups() {
		if groups[n], err = optionalGroup(n, p, profile, keys); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

func optionalGroup(n int, p *Persona, profile Profile, keys chipKeys) ([]byte, error) {
	switch n {
	case 3:
		return encodeDG3(p.Photo.Seed), nil
	case 4:
		return encodeDG4(p.Photo.Seed), nil
	case 5:
		return encodeDG5(p)
	case 7:
		return encodeDG7(p)
	case 11:
		return encodeDG11(p), nil
	case 12:
		return encodeDG12(p), nil
	case 13:
		return encodeDG13(p, profile.DG13), nil
	case 16:
		return encodeDG16(p), nil
	}
	return encodeDG14(profile, keys)
}
