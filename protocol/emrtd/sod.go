package emrtd

import (
	"crypto"
	"fmt"

	"motcua/protocol/der"
	"motcua/protocol/pki"
	"motcua/protocol/tlv"
)

// maxSODGroups is ub-DataGroups of Doc 9303 part 10, 4.6.2.3.
const maxSODGroups = 16

// oidLDSSecurity is id-icao-mrtd-security-ldsSecurityObject.
const oidLDSSecurity = "\x67\x81\x08\x01\x01\x01"

// securityObject is EF.SOD taken apart: signed data over the LDS security object
// (Doc 9303 part 10, 4.6.2). Its slices alias the file, or a copy of it.
type securityObject struct {
	signed *pki.SignedData
	hash   crypto.Hash
	groups []groupHash
	lds    string // version of the LDS: "1.7", "1.8"
}

type groupHash struct {
	number int
	hash   []byte
}

// parseSOD reads EF.SOD; malformed data gives [ErrMalformed], an unknown hash
// or signature [ErrUnsupported].
func parseSOD(b []byte, anchors pki.Anchors) (*securityObject, error) {
	return translated(readSOD(b, anchors))
}

func readSOD(b []byte, anchors pki.Anchors) (*securityObject, error) {
	file, err := tlv.Parse(b, EFSOD.Tag)
	if err != nil { // its own length may be indefinite
		if b, err = der.Definite(b); err != nil {
			return nil, fmt.Errorf("EF.SOD: %w", err)
		}
		if file, err = tlv.Parse(b, EFSOD.Tag); err != nil {
			return nil, malformed("EF.SOD", err)
		}
	}
	signed, err := anchors.ParseSignedData(file.Value)
	if err != nil {
		return nil, fmt.Errorf("EF.SOD: %w", err)
	}
	if string(signed.ContentType) != oidLDSSecurity {
		return nil, malformed("content is no LDS security object", nil)
	}
	s := &securityObject{signed: signed}
	if err := s.parse(signed.Content); err != nil {
		return nil, err
	}
	return s, nil
}

// parse reads LDSSecurityObject: version 0 of LDS 1.7 says nothing about
// itself, version 1 of LDS 1.8 says its version (Doc 9303 part 10, 4.6.2.3).
func (s *securityObject) parse(content []byte) error {
	outer, err := tlv.Parse(content, tagSequence)
	if err != nil {
		return malformed("LDS security object", err)
	}
	lds := outer.Items()
	version, err := der.SmallInt(lds)
	if err != nil {
		return err
	}
	if s.hash, err = pki.ParseHashAlgorithm(lds); err != nil {
		return err
	}
	list, err := der.Inside(lds, tagSequence, "data group hashes")
	if err != nil {
		return err
	}
	for list.More() {
		if err := s.parseGroup(list); err != nil {
			return err
		}
	}
	info, present, err := lds.Optional(tagSequence)
	switch {
	case err != nil || lds.More():
		return malformed("LDS security object", err)
	case version == 0 && !present:
		s.lds = "1.7"
		return nil
	case version == 1 && present:
		s.lds, err = ldsVersion(info.Items())
		return err
	}
	return malformed(fmt.Sprintf("LDS security object of version %d", version), nil)
}

func (s *securityObject) parseGroup(list *tlv.Reader) error {
	pair, err := der.Inside(list, tagSequence, "data group hash")
	if err != nil {
		return err
	}
	n, err := der.SmallInt(pair)
	if err != nil {
		return err
	}
	hash, err := pair.Expect(tagOctetString)
	if err != nil || n < 1 || n > maxSODGroups || s.group(n) != nil || len(hash.Value) != s.hash.Size() {
		return malformed("data group hash", err)
	}
	s.groups = append(s.groups, groupHash{number: n, hash: hash.Value})
	return nil
}

// ldsVersion reads LDSVersionInfo: "aabb" for LDS aa.bb, and the version of
// Unicode, "aabbcc".
func ldsVersion(info *tlv.Reader) (string, error) {
	const tagPrintable tlv.Tag = 0x13
	lds, errLDS := info.Expect(tagPrintable)
	unicode, errUnicode := info.Expect(tagPrintable)
	if errLDS != nil || errUnicode != nil || !digits(lds.Value, 4) || !digits(unicode.Value, 6) {
		return "", malformed("version of the LDS", nil)
	}
	v := lds.Value
	return fmt.Sprintf("%d.%d", (v[0]-'0')*10+v[1]-'0', (v[2]-'0')*10+v[3]-'0'), nil
}

func digits(b []byte, n int) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) == n
}

// group is the hash of data group n, nil when it is not listed.
func (s *securityObject) group(n int) []byte {
	for _, g := range s.groups {
		if g.number == n {
			return g.hash
		}
	}
	return nil
}
