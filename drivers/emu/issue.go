package emu

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

// CardOptions change how a card is issued.
type CardOptions struct {
	// Rand is the chip's randomness: nonces, ephemeral keys, challenges. Nil
	// stands for the system's. It is read under the chip's lock.
	Rand io.Reader
	// Profile replaces the persona's.
	Profile *Profile
}

// Issue makes a persona's chip. The chip's own keys depend on the issuer and the
// persona alone, so that a card issued twice is the same card.
func (i *Issuer) Issue(p *Persona, o CardOptions) (*Chip, error) {
	chip, err := i.issue(p, o)
	if err != nil {
		return nil, fmt.Errorf("issuing the card of %v: %w", p, err)
	}
	return chip, nil
}

func (i *Issuer) issue(p *Persona, o CardOptions) (*Chip, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	profile := p.Chip
	if o.Profile != nil {
		profile = *o.Profile
		c := &checker{}
		profile.check(c)
		if err := errors.Join(c.faults...); err != nil {
			return nil, err
		}
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	keys, err := i.chipKeys(p, profile)
	if err != nil {
		return nil, err
	}
	groups, err := dataGroups(p, profile, keys)
	if err != nil {
		return nil, err
	}
	signer := i
	if profile.Issuer == IssuerUnknown {
		if signer, err = i.stranger(); err != nil {
			return nil, err
		}
	}
	sod, err := signer.encodeSOD(groups)
	if err != nil {
		return nil, err
	}
	if sod, err = alter(p, profile, groups, sod, keys); err != nil {
		return nil, err
	}
	return newChip(p, profile, fileSystem(profile, groups, sod), keys, o.Rand), nil
}

// chipKeys are the keys that a chip is personalised with.
type chipKeys struct {
	printed chipKey // its public half is in DG15
	held    chipKey // what the chip signs with; another one on a clone
	agree   []byte  // private key of chip authentication
	curve   *ec.Curve
	uid     [4]byte
}

func (i *Issuer) chipKeys(p *Persona, profile Profile) (chipKeys, error) {
	var k chipKeys
	random, err := i.stream("chip " + p.ID + " " + string(profile.ActiveAuth))
	if err != nil {
		return k, err
	}
	if k.printed, err = newChipKey(profile.ActiveAuth, random); err != nil {
		return k, err
	}
	k.held = k.printed
	if profile.Clone != "" {
		if k.held, err = newChipKey(profile.ActiveAuth, random); err != nil {
			return k, err
		}
	}
	k.curve = ec.BrainpoolP256r1()
	if len(profile.PACE) > 0 {
		k.curve = paceVariants[profile.PACE[0]].curve()
	}
	if k.agree, err = k.curve.RandomScalar(random); err != nil {
		return k, fmt.Errorf("making the key of chip authentication: %w", err)
	}
	if _, err := io.ReadFull(random, k.uid[:]); err != nil {
		return k, fmt.Errorf("making the serial number: %w", err)
	}
	k.uid[0] = 0x08 // random identifier (ISO/IEC 14443-3, 6.5.4)
	return k, nil
}

// dataGroups builds what is signed, by number.
func dataGroups(p *Persona, profile Profile, keys chipKeys) (map[int][]byte, error) {
	mrz, err := mrzLines(p)
	if err != nil {
		return nil, err
	}
	dg2, err := encodeDG2(p.Photo)
	if err != nil {
		return nil, err
	}
	dg14, err := encodeDG14(profile, keys)
	if err != nil {
		return nil, err
	}
	groups := map[int][]byte{
		1:  encodeDG1(mrz),
		2:  dg2,
		3:  encodeDG3(p.Photo.Seed),
		13: encodeDG13(p),
		14: dg14,
	}
	if keys.printed != nil {
		if groups[15], err = encodeDG15(keys.printed); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

// alter does what a forger does after the authority has signed.
func alter(p *Persona, profile Profile, groups map[int][]byte, sod []byte, keys chipKeys) ([]byte, error) {
	other := *p
	other.Name = "Lê " + strings.TrimPrefix(p.Name, "Lê ") + " Giả"
	switch profile.Forge {
	case ForgeDG1:
		mrz, err := mrzLines(&other)
		if err != nil {
			return nil, err
		}
		groups[1] = encodeDG1(mrz)
	case ForgeDG13:
		groups[13] = encodeDG13(&other)
	case ForgeSignature:
		sod = bytes.Clone(sod)
		sod[len(sod)-1] ^= 1
	}
	if profile.Clone == CloneOwnKey {
		dg15, err := encodeDG15(keys.held)
		if err != nil {
			return nil, err
		}
		groups[15] = dg15
	}
	return sod, nil
}

// encodeDG3 stands for fingerprints that nobody may read: it is hashed into
// EF.SOD and its file refuses.
func encodeDG3(seed uint64) []byte {
	return tlv.Encode(0x63, fmt.Appendf(nil, "DEMO: no fingerprint %d", seed))
}

// encodeDG14 repeats EF.CardAccess under the signature and adds the keys of the
// chip's proofs (ICAO 9303-11, 9.2).
func encodeDG14(profile Profile, keys chipKeys) ([]byte, error) {
	infos := securityInfos(profile.PACE)
	point, err := keys.curve.ScalarBaseMult(keys.agree).Bytes()
	if err != nil {
		return nil, fmt.Errorf("encoding DG14: %w", err)
	}
	parameter := byte(13)
	if keys.curve == ec.P256() {
		parameter = 12
	}
	infos = append(infos, tlv.Encode(derSequence, tlv.Encode(derOID, oidPKECDH),
		tlv.Encode(derSequence,
			tlv.Encode(derSequence, tlv.Encode(derOID, oidStdDom), tlv.Encode(derInteger, []byte{parameter})),
			tlv.Encode(derBits, []byte{0}, point))))
	if profile.ActiveAuth == ActiveAuthECDSA {
		infos = append(infos, tlv.Encode(derSequence,
			tlv.Encode(derOID, oidAA), tlv.Encode(derInteger, []byte{1}), tlv.Encode(derOID, oidPlainSHA256)))
	}
	return tlv.Encode(0x6E, tlv.Encode(derSet, infos...)), nil
}

func encodeDG15(key chipKey) ([]byte, error) {
	spki, err := key.public()
	if err != nil {
		return nil, err
	}
	return tlv.Encode(0x6F, spki), nil
}
