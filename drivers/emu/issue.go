package emu

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"motcua/protocol/cvc"
	"motcua/protocol/tlv"
)

// CardOptions change how a card is issued.
type CardOptions struct {
	// Rand is the chip's randomness: nonces, ephemeral keys, challenges. Nil
	// stands for the system's. It is read under the chip's lock.
	Rand io.Reader
	// Profile replaces the persona's.
	Profile *Profile
	// TrustPoints replace the demonstration's verifying authority on a chip with
	// terminal authentication: one or two certificates of a CVCA. The chip's idea
	// of today is the later effective date.
	TrustPoints []*cvc.Certificate
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
	sod, err := i.securityFile(p, profile, groups)
	if err != nil {
		return nil, err
	}
	if err := alter(p, profile, groups, keys); err != nil {
		return nil, err
	}
	security, err := i.cardSecurity(p, profile, keys)
	if err != nil {
		return nil, err
	}
	chip := newChip(p, profile, fileSystem(profile, keys, groups, sod, security), keys, o.Rand)
	return chip, i.guard(chip, o.TrustPoints)
}

// securityFile signs the data groups: EF.SOD, or what a forger makes of it. Nil:
// the card has none.
func (i *Issuer) securityFile(p *Persona, profile Profile, groups map[int][]byte) ([]byte, error) {
	switch profile.Forge {
	case ForgeNoSOD:
		return nil, nil
	case ForgeSwap:
		other := another(p)
		keys, err := i.chipKeys(other, profile)
		if err != nil {
			return nil, err
		}
		if groups, err = dataGroups(other, profile, keys); err != nil {
			return nil, err
		}
	}
	signer, issuer, err := i.cardSigner(p, profile)
	if err != nil {
		return nil, err
	}
	object, err := signer.signData(profile.Signer, issuer, oidLDSObject, securityObject(profile.Signer, groups), p.Issued.Time)
	if err != nil {
		return nil, fmt.Errorf("signing EF.SOD: %w", err)
	}
	if err := alterIndex(p, profile, groups, object); err != nil {
		return nil, err
	}
	return tlv.Encode(0x77, object.encode()), nil
}

// cardSigner is who signs a card, with the name of the authority above.
func (i *Issuer) cardSigner(p *Persona, profile Profile) (ds authority, issuer []byte, err error) {
	if profile.Issuer != "" {
		return i.forgedSigner(p, profile)
	}
	return i.realSigner(p.document(), profile.Signer)
}

// realSigner is the state's document signer, with the name of the authority
// above.
func (i *Issuer) realSigner(d Document, s Signer) (ds authority, issuer []byte, err error) {
	csca, err := i.authority(d.State, s)
	if err != nil {
		return ds, nil, err
	}
	ds, err = i.signer(d, s)
	return ds, csca.cert.subject, err
}

// chipKeys are the keys that a chip is personalised with.
type chipKeys struct {
	printed activeKey      // its public half is in DG15
	held    activeKey      // what the chip signs with; another one on a clone
	agree   []agreementKey // what the chip agrees on keys with
	named   []agreementKey // those in DG14 and EF.CardSecurity; other ones on a clone
	uid     [4]byte
}

func (i *Issuer) chipKeys(p *Persona, profile Profile) (chipKeys, error) {
	var k chipKeys
	purpose := "chip " + p.ID + " " + string(profile.ActiveAuth)
	random, err := i.stream(purpose)
	if err != nil {
		return k, err
	}
	if k.printed, err = i.activeKey(profile.ActiveAuth, purpose+" printed"); err != nil {
		return k, err
	}
	k.held = k.printed
	if profile.Clone != "" {
		if k.held, err = i.activeKey(profile.ActiveAuth, purpose+" held"); err != nil {
			return k, err
		}
	}
	if k.named, err = newAgreementKeys(&profile, random); err != nil {
		return k, err
	}
	k.agree = k.named
	if profile.Clone == CloneOtherSecurity {
		if random, err = i.stream("chip of another card"); err != nil {
			return k, err
		}
	}
	if profile.Clone != "" {
		if k.agree, err = newAgreementKeys(&profile, random); err != nil {
			return k, err
		}
	}
	if _, err := io.ReadFull(random, k.uid[:]); err != nil {
		return k, fmt.Errorf("making the serial number: %w", err)
	}
	k.uid[0] = 0x08 // random identifier (ISO/IEC 14443-3, 6.5.4)
	return k, nil
}

// alter does what a forger does after the authority has signed.
func alter(p *Persona, profile Profile, groups map[int][]byte, keys chipKeys) error {
	if n := profile.Forge.group(); n > 0 {
		return alterGroup(p, profile, groups, n)
	}
	var err error
	switch profile.Clone {
	case CloneOwnKey:
		groups[15], err = encodeDG15(keys.held)
	case CloneOwnAgreement:
		keys.named = keys.agree
		groups[14], err = encodeDG14(profile, keys)
	case CloneNoKey, CloneOwnSecurity, CloneOtherSecurity, CloneForeignSecurity:
	}
	return err
}
