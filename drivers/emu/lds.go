package emu

import (
	"encoding/hex"

	"motcua/protocol/tlv"
)

// Data groups and files of the LDS1 application (ICAO 9303-10, table 34ff.).
const (
	fileCOM  = 0x011E
	fileSOD  = 0x011D
	fileDG1  = 0x0101
	fileDG2  = 0x0102
	fileDG3  = 0x0103
	fileDG13 = 0x010D
	fileDG14 = 0x010E
	fileDG15 = 0x010F

	fileMF         = 0x3F00
	fileCardAccess = 0x011C
	fileATRInfo    = 0x2F01
)

// tags of the data groups by their number.
var groupTags = map[int]byte{1: 0x61, 2: 0x75, 3: 0x63, 13: 0x6D, 14: 0x6E, 15: 0x6F}

// encodeCOM lists the data groups present (ICAO 9303-10, 4.6.1): LDS 1.7,
// Unicode 4.0.0.
func encodeCOM(groups []int) []byte {
	tags := make([]byte, 0, len(groups))
	for _, n := range groups {
		tags = append(tags, groupTags[n])
	}
	return tlv.Encode(0x60, tlv.Encode(0x5F01, []byte("0107")), tlv.Encode(0x5F36, []byte("040000")), tlv.Encode(0x5C, tags))
}

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
