package emrtd

import (
	"fmt"
	"strings"

	"motcua/protocol/ec"
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

// bsi-de is 0.4.0.127.0.7; id-PACE is bsi-de 2.2.4.
const oidPACE = "\x04\x00\x7f\x00\x07\x02\x02\x04"

// PACEInfo is one way of opening the chip that it offers.
type PACEInfo struct {
	OID     []byte // protocol, encoded without tag and length
	Mapping Mapping
	// Elliptic is true for curves, false for Diffie-Hellman in a prime field.
	Elliptic bool
	Suite    Suite
	Version  int
	// Parameter is the standardized domain parameter id, or -1 when the file
	// names none.
	Parameter int
}

// PACEInfoFor is the offer of generic mapping on a curve with a suite.
func PACEInfoFor(s Suite, parameter int) PACEInfo {
	return PACEInfo{
		OID:     []byte(oidPACE + "\x02" + string([]byte{byte(s)})),
		Mapping: MappingGeneric, Elliptic: true, Suite: s, Version: 2, Parameter: parameter,
	}
}

// Bytes is the DER encoding of the SecurityInfo.
func (p PACEInfo) Bytes() []byte {
	parts := [][]byte{tlv.Encode(tagOID, p.OID), tlv.Encode(tagInteger, []byte{byte(p.Version)})}
	if p.Parameter >= 0 {
		parts = append(parts, tlv.Encode(tagInteger, []byte{byte(p.Parameter)}))
	}
	return tlv.Encode(tagSequence, parts...)
}

// Curve is the curve of the domain parameters, and false where this package has
// none (Doc 9303 part 11, table 6).
func (p PACEInfo) Curve() (*ec.Curve, bool) {
	if !p.Elliptic {
		return nil, false
	}
	return CurveByParameter(p.Parameter)
}

// CurveByParameter finds the curve of a standardized domain parameter id.
func CurveByParameter(id int) (*ec.Curve, bool) {
	switch id {
	case 12:
		return ec.P256(), true
	case 13:
		return ec.BrainpoolP256r1(), true
	case 15:
		return ec.P384(), true
	case 16:
		return ec.BrainpoolP384r1(), true
	case 17:
		return ec.BrainpoolP512r1(), true
	case 18:
		return ec.P521(), true
	}
	return nil, false
}

// Supported tells whether [Read] can use the offer: generic mapping on a curve.
func (p PACEInfo) Supported() bool {
	_, ok := p.Curve()
	return ok && p.Mapping == MappingGeneric && p.Version == 2
}

func (p PACEInfo) String() string {
	names := map[Mapping]string{MappingGeneric: "GM", MappingIntegrated: "IM", MappingAuthenticated: "CAM"}
	group := "DH"
	if p.Elliptic {
		group = "ECDH"
	}
	return fmt.Sprintf("PACE-%s-%s %v parameter %d", group, names[p.Mapping], p.Suite, p.Parameter)
}

// parsePACEInfo reads what follows the OID; ok is false for a protocol below
// id-PACE that is no offer, such as its own domain parameters.
func parsePACEInfo(oid []byte, r *tlv.Reader) (p PACEInfo, ok bool, err error) {
	kind, found := strings.CutPrefix(string(oid), oidPACE)
	if !found || len(kind) != 2 {
		return p, false, nil
	}
	p = PACEInfo{OID: oid, Suite: Suite(kind[1]), Parameter: -1}
	switch kind[0] {
	case 1, 2:
		p.Mapping = MappingGeneric
	case 3, 4:
		p.Mapping = MappingIntegrated
	case 6:
		p.Mapping = MappingAuthenticated
	}
	p.Elliptic = kind[0] == 2 || kind[0] == 4 || kind[0] == 6
	if p.Mapping == 0 || p.Suite < Suite3DES || p.Suite > SuiteAES256 {
		return p, false, nil
	}
	if p.Version, err = readSmallInt(r); err != nil {
		return p, false, err
	}
	if r.More() {
		p.Parameter, err = readSmallInt(r)
	}
	return p, err == nil, err
}
