package emrtd

import (
	"fmt"

	"motcua/protocol/tlv"
)

// File is an elementary file of a travel document (Doc 9303 part 10, table 35).
type File struct {
	Name string
	FID  uint16  // file identifier
	SFI  byte    // short file identifier
	Tag  tlv.Tag // outermost tag of its content
	DG   int     // number of the data group, 0 for the others
}

// Files that are no data group.
var (
	EFCardAccess = File{Name: "EF.CardAccess", FID: 0x011C, SFI: 0x1C, Tag: tagSet}
	EFCOM        = File{Name: "EF.COM", FID: 0x011E, SFI: 0x1E, Tag: 0x60}
	EFSOD        = File{Name: "EF.SOD", FID: 0x011D, SFI: 0x1D, Tag: 0x77}
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

// SecurityInfos is what EF.CardAccess and DG14 say about the chip's protocols.
type SecurityInfos struct {
	PACE []PACEInfo // in the file's order
	// ActiveAuth is nil when the file does not say how the chip signs.
	ActiveAuth *ActiveAuthInfo
	// OIDs are all protocols, encoded, in the file's order.
	OIDs [][]byte
}

// ActiveAuthInfo is the SecurityInfo of active authentication; Algorithm is the
// encoded OID of the signature algorithm.
type ActiveAuthInfo struct{ Algorithm []byte }

// maxSecurityInfos bounds the protocols of one file.
const maxSecurityInfos = 64

// ParseCardAccess reads EF.CardAccess; bytes after it are padding and ignored.
func ParseCardAccess(b []byte) (SecurityInfos, error) {
	item, err := tlv.NewReader(b).Expect(EFCardAccess.Tag)
	if err != nil {
		return SecurityInfos{}, malformed("EF.CardAccess", err)
	}
	return parseSecurityInfos(item.Items())
}

// ParseDG14 reads data group 14.
func ParseDG14(b []byte) (SecurityInfos, error) {
	item, err := tlv.Parse(b, dgTags[14])
	if err != nil {
		return SecurityInfos{}, malformed("DG14", err)
	}
	set, err := tlv.Parse(item.Value, tagSet)
	if err != nil {
		return SecurityInfos{}, malformed("DG14", err)
	}
	return parseSecurityInfos(set.Items())
}

func parseSecurityInfos(r *tlv.Reader) (s SecurityInfos, err error) {
	for r.More() {
		if len(s.OIDs) == maxSecurityInfos {
			return s, malformed("too many protocols", nil)
		}
		info, err := inside(r, tagSequence, "protocol")
		if err != nil {
			return s, err
		}
		oid, err := info.Expect(tagOID)
		if err != nil {
			return s, malformed("protocol", err)
		}
		s.OIDs = append(s.OIDs, oid.Value)
		if err := s.add(oid.Value, info); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *SecurityInfos) add(oid []byte, info *tlv.Reader) error {
	if string(oid) == oidActiveAuth {
		if _, err := readSmallInt(info); err != nil {
			return err
		}
		if algorithm, err := info.Expect(tagOID); err == nil {
			s.ActiveAuth = &ActiveAuthInfo{Algorithm: algorithm.Value}
		}
		return nil
	}
	pace, ok, err := parsePACEInfo(oid, info)
	if err != nil {
		return fmt.Errorf("PACE info: %w", err)
	}
	if ok {
		s.PACE = append(s.PACE, pace)
	}
	return nil
}
