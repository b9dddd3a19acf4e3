package emu

import (
	"encoding/asn1"
	"fmt"
	"slices"

	"motcua/protocol/tlv"
)

// oidSecurityObject is id-SecurityObject (BSI TR-03110-3, A.1.2.5).
var oidSecurityObject = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 3, 2, 1}

// cardSecurity is EF.CardSecurity: the protocols and the keys of the mapping,
// signed like EF.SOD (ICAO 9303-11, 9.2.11). Nil where no mapping needs it.
func (i *Issuer) cardSecurity(p *Persona, profile Profile, keys chipKeys) ([]byte, error) {
	if !slices.ContainsFunc(keys.named, func(k agreementKey) bool { return k.maps }) {
		return nil, nil
	}
	switch profile.Clone {
	case CloneOwnSecurity:
		keys.named, profile.Issuer = keys.agree, IssuerUnknown
	case CloneOtherSecurity:
		keys.named = keys.agree
	case CloneForeignSecurity:
		keys.named, profile.Issuer = keys.agree, IssuerOtherState
	case CloneNoKey, CloneOwnKey, CloneOwnAgreement:
	}
	infos := securityInfos(profile, keys)
	for _, k := range keys.named {
		info, err := k.info()
		if err != nil {
			return nil, err
		}
		infos = append(infos, info)
	}
	signer, issuer, err := i.cardSigner(p, profile)
	if err != nil {
		return nil, err
	}
	object, err := signer.signData(profile.Signer, issuer, oidSecurityObject, tlv.Encode(derSet, infos...), p.Issued.Time)
	if err != nil {
		return nil, fmt.Errorf("signing EF.CardSecurity: %w", err)
	}
	return object.encode(), nil
}
