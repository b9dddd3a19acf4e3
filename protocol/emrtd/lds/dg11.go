package lds

import "motcua/protocol/tlv"

// PersonalDetails is DG11 (Doc 9303 part 10, 4.7.11, table 71). What the card
// does not carry is zero.
type PersonalDetails struct {
	Name           Name
	OtherNames     []Name
	PersonalNumber Text
	Birth          Date
	BirthPlace     []Text // lines
	Address        []Text // lines
	Telephone      Text
	Profession     Text
	Title          Text
	Summary        Text
	Citizenship    []byte // proof of citizenship: an image, never decoded here
	OtherDocuments []Text // numbers of other valid travel documents
	Custody        Text
	Others         []Item
}

// ParseDG11 reads additional personal details. A field that comes twice keeps its
// first value; other names stand in a template A0 or, on some cards, bare.
func ParseDG11(b []byte) (PersonalDetails, error) {
	inner, err := contents(b, 11, "DG11")
	if err != nil {
		return PersonalDetails{}, err
	}
	var d PersonalDetails
	err = each("DG11", inner, d.take)
	return d, err
}

func (d *PersonalDetails) take(item tlv.Item) error {
	texts := map[tlv.Tag]*Text{
		0x5F10: &d.PersonalNumber, 0x5F12: &d.Telephone, 0x5F13: &d.Profession, 0x5F14: &d.Title, 0x5F15: &d.Summary, 0x5F18: &d.Custody,
	}
	lines := map[tlv.Tag]*[]Text{0x5F11: &d.BirthPlace, 0x5F42: &d.Address, 0x5F17: &d.OtherDocuments}
	if target, ok := texts[item.Tag]; ok {
		setText(target, item.Value)
		return nil
	}
	if target, ok := lines[item.Tag]; ok {
		if *target == nil {
			*target = parseLines(item.Value)
		}
		return nil
	}
	return d.takeOther(item)
}

func (d *PersonalDetails) takeOther(item tlv.Item) (err error) {
	switch item.Tag {
	case 0x5C: // the list of what follows
	case 0x5F0E:
		if d.Name.Raw == nil {
			d.Name = parseName(item.Value)
		}
	case 0x5F0F:
		d.OtherNames = append(d.OtherNames, parseName(item.Value))
	case 0x5F2B:
		err = setDate(&d.Birth, "date of birth", item.Value)
	case 0x5F16:
		d.Citizenship = item.Value
	case 0xA0:
		err = names("other names", item.Value, 0x5F0F, &d.OtherNames)
	default:
		d.Others = append(d.Others, Item{Tag: item.Tag, Value: item.Value})
	}
	return err
}

// names reads a template A0: how many names, and the names.
func names(what string, b []byte, tag tlv.Tag, to *[]Name) error {
	told, found := -1, 0
	err := each(what, b, func(item tlv.Item) (err error) {
		switch item.Tag {
		case 0x02:
			told, err = count(what, item)
		case tag:
			*to = append(*to, parseName(item.Value))
			found++
		}
		return err
	})
	if err == nil && told >= 0 && told != found {
		return malformed(what+": another number than told", nil)
	}
	return err
}

func setText(t *Text, value []byte) {
	if t.Raw == nil {
		*t = parseText(value)
	}
}

// setDate stores a date; an empty value is none.
func setDate(d *Date, what string, value []byte) error {
	if len(value) == 0 || !d.IsZero() {
		return nil
	}
	date, ok := parseDate(value)
	if !ok {
		return malformed(what, nil)
	}
	*d = date
	return nil
}
