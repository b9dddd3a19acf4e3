package emrtd

import (
	"errors"

	"motcua/protocol/der"
	"motcua/protocol/group"
	"motcua/protocol/pki"
	"motcua/protocol/tlv"
)

// Algorithms that domain parameters come with, encoded without tag and length.
const (
	oidStandardDomain = "\x04\x00\x7f\x00\x07\x01\x02"         // bsi-de 1.2: an id of Doc 9303 part 11, table 12
	oidECPublicKey    = "\x2a\x86\x48\xce\x3d\x02\x01"         // ecPublicKey (TR-03111, 5.3)
	oidDHPublicNumber = "\x2a\x86\x48\xce\x3e\x02\x01"         // dhpublicnumber (RFC 3279, 2.3.3): p, g, q
	oidDHKeyAgreement = "\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01" // dhKeyAgreement (PKCS #3): p, g
)

// parseDomain reads the inside of an AlgorithmIdentifier that stands for domain
// parameters (Doc 9303 part 11, 9.5); nil is a group not known here. Explicit
// parameters must be those of a known group.
func parseDomain(id *tlv.Reader) (*group.Group, error) {
	oid, err := id.Expect(tagOID)
	if err != nil {
		return nil, malformed("domain parameters", err)
	}
	switch string(oid.Value) {
	case oidStandardDomain:
		n, err := readSmallInt(id)
		if err != nil {
			return nil, err
		}
		g, _ := group.ByParameter(n)
		return g, nil
	case oidECPublicKey:
		curve, err := translated(pki.ParseCurve(id))
		if errors.Is(err, ErrUnsupported) {
			return nil, nil //nolint:nilnil // not known here
		}
		if err != nil {
			return nil, err
		}
		return group.OfCurve(curve), nil
	case oidDHPublicNumber, oidDHKeyAgreement:
		return parseField(id, string(oid.Value) == oidDHPublicNumber)
	}
	return nil, nil //nolint:nilnil // not known here
}

// parseField reads the parameters of a prime field.
func parseField(id *tlv.Reader, withOrder bool) (*group.Group, error) {
	parameters, err := inside(id, tagSequence, "field")
	if err != nil {
		return nil, err
	}
	p, errP := der.Unsigned(parameters)
	g, errG := der.Unsigned(parameters)
	var q []byte
	var errQ error
	if withOrder {
		q, errQ = der.Unsigned(parameters)
	}
	if err := errors.Join(errP, errG, errQ); err != nil {
		return nil, malformed("field", err)
	}
	found, _ := group.FieldByParameters(p, g, q)
	return found, nil
}

// parseChipKey reads what follows the OID of a ChipAuthenticationPublicKeyInfo.
// A key that is no element of its group, or is in one not known here, is left
// out.
func parseChipKey(info *tlv.Reader) (ChipKey, error) {
	spki, err := inside(info, tagSequence, "chip key")
	if err != nil {
		return ChipKey{}, err
	}
	id, err := inside(spki, tagSequence, "chip key algorithm")
	if err != nil {
		return ChipKey{}, err
	}
	g, err := parseDomain(id)
	if err != nil {
		return ChipKey{}, err
	}
	bits, err := translated(der.BitString(spki))
	if err != nil {
		return ChipKey{}, err
	}
	keyID, err := readOptionalInt(info)
	if err != nil || g == nil {
		return ChipKey{KeyID: keyID}, err
	}
	public, err := g.Parse(publicValue(g, bits))
	if err != nil {
		return ChipKey{KeyID: keyID}, nil // not to be used, but no reason to lose the other protocols
	}
	return ChipKey{Group: g, Public: public, KeyID: keyID}, nil
}

// publicValue is the public key inside a BIT STRING: a point as it is, an
// integer in its DER form (RFC 3279, 2.3.3), or bare.
func publicValue(g *group.Group, bits []byte) []byte {
	if g.Elliptic() {
		return bits
	}
	r := tlv.NewReader(bits)
	if y, err := der.Unsigned(r); err == nil && !r.More() {
		return y
	}
	return bits
}
