package emu

import (
	"fmt"

	"motcua/protocol/modp"
	"motcua/protocol/tlv"
)

// Contents of object identifiers (BSI TR-03110-3, TR-03111; ICAO 9303-11, 9.2).
var (
	oidCA             = fromHex("04007F0007020203") // id-CA; then DH or ECDH, then the cipher
	oidTA             = fromHex("04007F0007020202") // id-TA
	oidPK             = fromHex("04007F0007020201") // id-PK; then DH or ECDH
	oidStdDom         = fromHex("04007F00070102")   // standardizedDomainParameters
	oidDHPublicNumber = fromHex("2A8648CE3E0201")   // dhpublicnumber
	oidAA             = fromHex("678108010105")     // id-AA
)

// kindArc is the arc that tells prime fields from curves.
func (s domainSpec) kindArc() byte {
	if s.group.Elliptic() {
		return 2
	}
	return 1
}

// agreementOID is the identifier of chip authentication.
func (s domainSpec) agreementOID() []byte {
	return append(append([]byte{}, oidCA...), s.kindArc(), byte(s.suite))
}

// reference is the optional number of a key at the end of a SecurityInfo.
func reference(id int) []byte {
	if id < 0 {
		return nil
	}
	return tlv.Encode(derInteger, []byte{byte(id)})
}

// encodeCardAccess is EF.CardAccess: what the chip offers before any session.
func encodeCardAccess(profile Profile, keys chipKeys) []byte {
	return tlv.Encode(derSet, securityInfos(profile, keys)...)
}

// securityInfos lists the protocols: EF.CardAccess is made of them, DG14 and
// EF.CardSecurity begin with them.
func securityInfos(profile Profile, keys chipKeys) [][]byte {
	infos := [][]byte{
		tlv.Encode(derSequence, tlv.Encode(derOID, oidTA), tlv.Encode(derInteger, []byte{1})),
	}
	for _, s := range profile.agreementSpecs() {
		key, _ := keys.agreementKey(s.group)
		infos = append(infos, tlv.Encode(derSequence,
			tlv.Encode(derOID, s.agreementOID()), tlv.Encode(derInteger, []byte{1}), reference(key.id)))
	}
	for _, s := range profile.paceSpecs() {
		infos = append(infos, s.info())
	}
	return infos
}

// encodeDG14 repeats EF.CardAccess under the signature and adds the keys of the
// chip's proofs (ICAO 9303-11, 9.2.11).
func encodeDG14(profile Profile, keys chipKeys) ([]byte, error) {
	infos := securityInfos(profile, keys)
	for _, k := range keys.named {
		if !k.agrees {
			continue
		}
		info, err := k.info()
		if err != nil {
			return nil, err
		}
		infos = append(infos, info)
	}
	if info := keys.printed.info(); info != nil {
		infos = append(infos, info)
	}
	return tlv.Encode(0x6E, tlv.Encode(derSet, infos...)), nil
}

// info is the ChipAuthenticationPublicKeyInfo of the key.
func (k agreementKey) info() ([]byte, error) {
	public, err := k.group.Generator().Mult(k.private).Public()
	if err != nil {
		return nil, fmt.Errorf("encoding the key of chip authentication: %w", err)
	}
	domain, err := k.domain()
	if err != nil {
		return nil, err
	}
	if !k.group.Elliptic() {
		public = derUnsigned(public)
	}
	kind := append(append([]byte{}, oidPK...), domainSpec{group: k.group}.kindArc())
	return tlv.Encode(derSequence,
		tlv.Encode(derOID, kind),
		tlv.Encode(derSequence, domain, derBitString(public)),
		reference(k.id)), nil
}

// domain is the AlgorithmIdentifier of the key: the parameters spelled out, as
// the standard wants it (ICAO 9303-11, 9.2), or the number of those that this
// package does not spell.
func (k agreementKey) domain() ([]byte, error) {
	if !k.group.Elliptic() {
		return explicitField(k.group.Parameter()), nil
	}
	if _, known := spelled[k.group.Name()]; !known {
		return tlv.Encode(derSequence, tlv.Encode(derOID, oidStdDom), derNumber(byte(k.group.Parameter()))), nil
	}
	parameters, err := explicitCurve(k.group.Curve())
	if err != nil {
		return nil, err
	}
	return tlv.Encode(derSequence, oid(oidECPublicKey), parameters), nil
}

// explicitField is the AlgorithmIdentifier of a prime field: its prime,
// generator and order (RFC 3279, 2.3.3).
func explicitField(parameter int) []byte {
	f := modp.MODP1024q160()
	switch parameter {
	case 1:
		f = modp.MODP2048q224()
	case 2:
		f = modp.MODP2048q256()
	}
	return tlv.Encode(derSequence, tlv.Encode(derOID, oidDHPublicNumber),
		tlv.Encode(derSequence, derUnsigned(f.Prime()), derUnsigned(f.Generator().Bytes()), derUnsigned(f.Order())))
}

// shortest is an integer without leading zeros (ICAO 9303-11, 9.4.1).
func shortest(b []byte) []byte {
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	return b
}
