package emu

import (
	"encoding/hex"

	"motcua/protocol/tlv"
)

// Data groups and files of the LDS1 application (ICAO 9303-10, table 34ff.).
const (
	fileCOM = 0x011E
	fileSOD = 0x011D

	fileMF           = 0x3F00
	fileCardAccess   = 0x011C
	fileCVCA         = 0x011C // in the application
	fileCardSecurity = 0x011D // in the master file; EF.SOD in the application
	fileDIR          = 0x2F00
	fileATRInfo      = 0x2F01
)

// groupTags are the tags of the data groups in the order of their numbers.
var groupTags = fromHex("6175637665666768696A6B6C6D6E6F70")

// encodeCOM lists the data groups present (ICAO 9303-10, 4.6.1), with the
// versions of LDS and Unicode.
func encodeCOM(version string, groups []int) []byte {
	lds := "0107"
	if version == LDS18 {
		lds = "0108"
	}
	tags := make([]byte, 0, len(groups))
	for _, n := range groups {
		tags = append(tags, groupTags[n-1])
	}
	return tlv.Encode(0x60, text(0x5F01, lds), text(0x5F36, "040000"), tlv.Encode(0x5C, tags))
}

// encodeDIR names the one application (ICAO 9303-10, 3.11.1).
func encodeDIR() []byte { return tlv.Encode(0x61, tlv.Encode(0x4F, aid)) }

// encodeDG1 wraps the machine readable zone (ICAO 9303-10, 4.7.1).
func encodeDG1(mrz string) []byte { return tlv.Encode(0x61, tlv.Encode(0x5F1F, []byte(mrz))) }

func fromHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		return nil // a test compares every constant that is made this way
	}
	return b
}

// encodeATRInfo tells how much the chip takes and gives at once (ISO/IEC 7816-4,
// 12.7.1): card capabilities with or without extended length, and its limits.
func encodeATRInfo(profile Profile) []byte {
	capabilities := byte(0x80) // command chaining
	limit := []byte{0x01, 0x00}
	if !profile.NoExtended {
		capabilities |= 0x40
		limit = []byte{0x7F, 0xFF}
	}
	return append(
		tlv.Encode(0x47, []byte{0x00, 0x00, capabilities}),
		tlv.Encode(0x7F66, tlv.Encode(derInteger, limit), tlv.Encode(derInteger, limit))...)
}
