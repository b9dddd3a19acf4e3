package cvc

import (
	"fmt"

	"motcua/protocol/tlv"
)

// Role is what a certificate holder is to the chip (TR-03110 part 3, C.4).
type Role byte

// Roles.
const (
	RoleTerminal   Role = 0 // of the type that the template names
	RoleForeignDV  Role = 1 // document verifier of another state
	RoleDomesticDV Role = 2 // document verifier of the issuing state
	RoleCVCA       Role = 3
)

func (r Role) String() string {
	return [...]string{"terminal", "foreign document verifier", "domestic document verifier", "CVCA"}[r&3]
}

func (r Role) verifier() bool { return r == RoleForeignDV || r == RoleDomesticDV }

// Rights are access rights of an inspection system, one bit each.
type Rights byte

// Rights (TR-03110 part 3, table 20).
const (
	ReadDG3 Rights = 1 << 0 // fingerprints
	ReadDG4 Rights = 1 << 1 // irises
)

// Types of terminals as encoded object identifiers, without tag and length
// (TR-03110 part 3, C.4).
const (
	InspectionSystem       = "\x04\x00\x7f\x00\x07\x03\x01\x02\x01"
	AuthenticationTerminal = "\x04\x00\x7f\x00\x07\x03\x01\x02\x02"
	SignatureTerminal      = "\x04\x00\x7f\x00\x07\x03\x01\x02\x03"
)

// maxTemplate bounds role and rights of a terminal type not known here, in
// bytes.
const maxTemplate = 16

// Authorization is a certificate holder authorization template (CHAT): the type
// of terminal that the chain is for, and role and rights in a bit map whose
// meaning the type gives, except that the two highest bits are the role.
type Authorization struct{ Terminal, Bits string }

// Inspection is the authorization of an authority or a terminal in a chain for
// inspection systems.
func Inspection(role Role, rights Rights) Authorization {
	return Authorization{Terminal: InspectionSystem, Bits: string([]byte{byte(role)<<6 | byte(rights)&0x3F})}
}

// Role is the holder's role.
func (a Authorization) Role() Role {
	if a.Bits == "" {
		return RoleTerminal
	}
	return Role(a.Bits[0] >> 6)
}

// Rights are those of an inspection system, and none for other terminals.
func (a Authorization) Rights() Rights {
	if a.Terminal != InspectionSystem || len(a.Bits) != 1 {
		return 0
	}
	return Rights(a.Bits[0] & 0x3F)
}

// And is what two links of a chain both grant, with the lower role: the
// effective authorization (Doc 9303 part 11, 7.1.4.3.6). Templates of different
// types have nothing in common.
func (a Authorization) And(b Authorization) Authorization {
	if a.Terminal != b.Terminal || len(a.Bits) != len(b.Bits) {
		return Authorization{}
	}
	bits := make([]byte, len(a.Bits))
	for i := range bits {
		bits[i] = a.Bits[i] & b.Bits[i]
	}
	return Authorization{Terminal: a.Terminal, Bits: string(bits)}
}

// parseAuthorization reads the content of 7F4C.
func parseAuthorization(r *reader) (Authorization, error) {
	oid, err := r.value(tagOID, "type of terminal")
	if err != nil {
		return Authorization{}, err
	}
	bits, err := r.value(tagDiscretionary, "role and rights")
	if err != nil {
		return Authorization{}, err
	}
	a := Authorization{Terminal: string(oid), Bits: string(bits)}
	if want, known := templateSizes[a.Terminal]; known && len(bits) != want || len(bits) > maxTemplate {
		return Authorization{}, malformed(fmt.Sprintf("role and rights of %d bytes", len(bits)), nil)
	}
	return a, r.end("role and rights")
}

// templateSizes are the bytes of role and rights (TR-03110 part 3, tables 20 to
// 22).
var templateSizes = map[string]int{InspectionSystem: 1, AuthenticationTerminal: 5, SignatureTerminal: 1}

func (a Authorization) encode() []byte {
	return append(tlv.Encode(tagOID, []byte(a.Terminal)), tlv.Encode(tagDiscretionary, []byte(a.Bits))...)
}
