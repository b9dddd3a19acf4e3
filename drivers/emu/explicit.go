package emu

import (
	"encoding/asn1"
	"fmt"

	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

var oidPrimeField = asn1.ObjectIdentifier{1, 2, 840, 10045, 1, 1}

// parameters of a curve: the prime and both coefficients.
type parameters struct{ p, a, b string }

// spelled are the curves whose parameters are written out here (RFC 5639, 3.4
// and 3.6; FIPS 186-4, D.1.2.3).
var spelled = map[string]parameters{
	"brainpoolP256r1": {
		"A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377",
		"7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9",
		"26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6",
	},
	"brainpoolP384r1": {
		"8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123ACD3A729901D1A71874700133107EC53",
		"7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F8AA5814A503AD4EB04A8C7DD22CE2826",
		"04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D57CB4390295DBC9943AB78696FA504C11",
	},
	"P-256": {
		"FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
		"FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC",
		"5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
	},
}

// explicitCurve is ECParameters (RFC 3279, 2.3.5), without the cofactor's being
// left out.
func explicitCurve(c *ec.Curve) ([]byte, error) {
	q, known := spelled[c.Name()]
	if !known {
		return nil, fmt.Errorf("%w: the parameters of %s are not written out", ErrIssuer, c.Name())
	}
	generator, err := c.Generator().Bytes()
	if err != nil {
		return nil, fmt.Errorf("encoding a curve: %w", err)
	}
	return tlv.Encode(derSequence,
		derNumber(1),
		tlv.Encode(derSequence, oid(oidPrimeField), derUnsigned(fromHex(q.p))),
		tlv.Encode(derSequence, tlv.Encode(derOctets, fromHex(q.a)), tlv.Encode(derOctets, fromHex(q.b))),
		tlv.Encode(derOctets, generator),
		derUnsigned(c.Order()),
		derNumber(1),
	), nil
}
