package emrtd

import (
	"fmt"

	"motcua/protocol/tlv"
)

// File is an elementary file of a travel document (Doc 9303 part 10, table 38).
type File struct {
	Name string
	FID  uint16  // file identifier
	SFI  byte    // short file identifier
	Tag  tlv.Tag // outermost tag of its content
	DG   int     // number of the data group, 0 for the others
}

// Files that are no data group.
var (
	EFCardAccess   = File{Name: "EF.CardAccess", FID: 0x011C, SFI: 0x1C, Tag: tagSet}
	EFCardSecurity = File{Name: "EF.CardSecurity", FID: 0x011D, SFI: 0x1D, Tag: tagSequence} // in the master file
	EFDIR          = File{Name: "EF.DIR", FID: 0x2F00, SFI: 0x1E, Tag: 0x61}                 // in the master file
	EFCOM          = File{Name: "EF.COM", FID: 0x011E, SFI: 0x1E, Tag: 0x60}
	EFSOD          = File{Name: "EF.SOD", FID: 0x011D, SFI: 0x1D, Tag: 0x77}
)

// dgTags are the tags of data groups 1 to 16.
var dgTags = [17]tlv.Tag{0, 0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70}

// DataGroup is the file of data group n, 1 to 16.
func DataGroup(n int) (File, bool) {
	if n < 1 || n > 16 {
		return File{}, false
	}
	return File{Name: fmt.Sprintf("DG%d", n), FID: 0x0100 | uint16(n), SFI: byte(n), Tag: dgTags[n], DG: n}, true
}

// oidActiveAuth is id-icao-mrtd-security-aaProtocolObject.
const oidActiveAuth = "\x67\x81\x08\x01\x01\x05"

// AID of the travel document application (Doc 9303 part 10, 3.2).
const aidTravelDocument = "\xA0\x00\x00\x02\x47\x10\x01"
