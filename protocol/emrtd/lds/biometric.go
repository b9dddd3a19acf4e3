package lds

import "motcua/protocol/tlv"

// Biometric is a biometric information template: its header and a block of data
// that another standard describes (Doc 9303 part 10, tables 44, 47 and 54;
// ISO/IEC 7816-11).
type Biometric struct {
	Header BiometricHeader
	// Tag is 5F2E, or 7F2E for data that is itself made of data objects.
	Tag  tlv.Tag
	Data []byte
}

// BiometricHeader says what kind of data a template holds. What is not said is
// zero or nil.
type BiometricHeader struct {
	Version []byte
	Kind    []byte // 02 face, 08 finger, 10 iris
	Subkind []byte // which finger or eye
	Created []byte // seven bytes, packed digits
	Valid   []byte // eight bytes, packed digits: from and to
	Creator []byte
	Owner   int // of the format: 0101 is ISO/IEC JTC 1/SC 37
	Format  int // of that owner
}

// maxTemplates bounds the templates of one group; the standard knows nine.
const maxTemplates = 9

// templates reads a group of biometric information templates. Cards without any
// write a count of zero, and some content of the issuer's behind it, so that not
// all have the same hash (tables 50 and 57).
func templates(what string, b []byte) ([]Biometric, error) {
	group, err := only(b, 0x7F61, what)
	if err != nil {
		return nil, err
	}
	var all []Biometric
	told := -1
	err = each(what, group, func(item tlv.Item) (err error) {
		switch item.Tag {
		case 0x02:
			told, err = count(what, item)
		case 0x7F60:
			if len(all) == maxTemplates {
				return malformed(what+": too many templates", nil)
			}
			var t Biometric
			if t, err = template(what, item.Value); err == nil {
				all = append(all, t)
			}
		}
		return err
	})
	if err == nil && told != len(all) {
		err = malformed(what+": another number of templates than told", nil)
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

func template(what string, b []byte) (Biometric, error) {
	var t Biometric
	err := each(what, b, func(item tlv.Item) error {
		switch item.Tag {
		case 0xA1:
			return each(what, item.Value, t.Header.take)
		case 0x5F2E, 0x7F2E:
			if t.Tag != 0 {
				return malformed(what+": two blocks in one template", nil)
			}
			t.Tag, t.Data = item.Tag, item.Value
		}
		return nil
	})
	if err == nil && t.Tag == 0 {
		err = malformed(what+": template without data", nil)
	}
	return t, err
}

func (h *BiometricHeader) take(item tlv.Item) error {
	switch item.Tag {
	case 0x80:
		h.Version = item.Value
	case 0x81:
		h.Kind = item.Value
	case 0x82:
		h.Subkind = item.Value
	case 0x83:
		h.Created = item.Value
	case 0x85:
		h.Valid = item.Value
	case 0x86:
		h.Creator = item.Value
	case 0x87, 0x88:
		if len(item.Value) != 2 {
			return malformed("format of a template", nil)
		}
		n := int(item.Value[0])<<8 | int(item.Value[1])
		if item.Tag == 0x87 {
			h.Owner = n
		} else {
			h.Format = n
		}
	}
	return nil
}
