package lds

import "motcua/protocol/tlv"

// Contact is a person to notify (Doc 9303 part 10, 4.7.16, table 80).
type Contact struct {
	Recorded  Date
	Name      Name
	Telephone Text
	Address   []Text // lines
}

// ParseDG16 reads the persons to notify: how many, and a template A1, A2 … for
// each.
func ParseDG16(b []byte) ([]Contact, error) {
	inner, err := contents(b, 16, "DG16")
	if err != nil {
		return nil, err
	}
	var contacts []Contact
	told := -1
	err = each("DG16", inner, func(item tlv.Item) (err error) {
		switch {
		case item.Tag == 0x02:
			told, err = count("DG16", item)
		case item.Tag > 0xA0 && item.Tag <= 0xAF:
			var c Contact
			if err = each("person to notify", item.Value, c.take); err == nil {
				contacts = append(contacts, c)
			}
		}
		return err
	})
	if err == nil && told >= 0 && told != len(contacts) {
		err = malformed("DG16: another number of persons than told", nil)
	}
	if err != nil {
		return nil, err
	}
	return contacts, nil
}

func (c *Contact) take(item tlv.Item) error {
	switch item.Tag {
	case 0x5F50:
		return setDate(&c.Recorded, "date recorded", item.Value)
	case 0x5F51:
		c.Name = parseName(item.Value)
	case 0x5F52:
		setText(&c.Telephone, item.Value)
	case 0x5F53:
		c.Address = parseLines(item.Value)
	}
	return nil
}
