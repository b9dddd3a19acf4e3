package emu

import (
	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
	"motcua/protocol/tlv"
)

// paceSpec is what a [PACEVariant] stands for (ICAO 9303-11, 9.5.1 and table 10).
type paceSpec struct {
	curve     func() *ec.Curve
	parameter byte // standardised domain parameters
	suite     emrtd.Suite
}

var paceVariants = map[PACEVariant]paceSpec{
	PACEBrainpoolAES128: {ec.BrainpoolP256r1, 13, emrtd.SuiteAES128},
	PACEBrainpoolAES256: {ec.BrainpoolP256r1, 13, emrtd.SuiteAES256},
	PACEP256AES128:      {ec.P256, 12, emrtd.SuiteAES128},
	PACEP256AES256:      {ec.P256, 12, emrtd.SuiteAES256},
}

// Contents of object identifiers (BSI TR-03110-3, TR-03111; ICAO 9303-11, 9.2).
var (
	oidPACEGM = fromHex("04007F00070202040200") // id-PACE-ECDH-GM; last arc: the cipher
	oidCAECDH = fromHex("04007F00070202030200") // id-CA-ECDH; last arc: the cipher
	oidTA     = fromHex("04007F0007020202")     // id-TA
	oidPKECDH = fromHex("04007F000702020102")   // id-PK-ECDH
	oidStdDom = fromHex("04007F00070102")       // standardizedDomainParameters
	oidAA     = fromHex("678108010105")         // id-AA
)

// withCipher sets the last arc of an identifier.
func withCipher(id []byte, suite emrtd.Suite) []byte {
	out := append([]byte{}, id...)
	out[len(out)-1] = byte(suite) // 3DES 1, AES-128 2, AES-192 3, AES-256 4
	return out
}

// oid is the identifier that names the variant in MSE:Set AT.
func (s paceSpec) oid() []byte { return withCipher(oidPACEGM, s.suite) }

// info is the variant's PACEInfo.
func (s paceSpec) info() []byte {
	return tlv.Encode(derSequence, tlv.Encode(derOID, s.oid()), tlv.Encode(derInteger, []byte{2}), tlv.Encode(derInteger, []byte{s.parameter}))
}

// securityInfos lists what the chip offers before any session: the files
// EF.CardAccess and, with more, DG14 begin like this.
func securityInfos(variants []PACEVariant) [][]byte {
	suite := emrtd.SuiteAES128
	if len(variants) > 0 {
		suite = paceVariants[variants[0]].suite
	}
	infos := [][]byte{
		tlv.Encode(derSequence, tlv.Encode(derOID, oidTA), tlv.Encode(derInteger, []byte{1})),
		tlv.Encode(derSequence, tlv.Encode(derOID, withCipher(oidCAECDH, suite)), tlv.Encode(derInteger, []byte{1})),
	}
	for _, v := range variants {
		infos = append(infos, paceVariants[v].info())
	}
	return infos
}

// encodeCardAccess is EF.CardAccess: a SET of SecurityInfo.
func encodeCardAccess(variants []PACEVariant) []byte {
	return tlv.Encode(derSet, securityInfos(variants)...)
}
