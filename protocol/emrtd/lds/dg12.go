package lds

import "motcua/protocol/tlv"

// DocumentDetails is DG12 (Doc 9303 part 10, 4.7.12, table 73). What the card
// does not carry is zero.
type DocumentDetails struct {
	Authority    Text
	Issued       Date
	OtherPersons []Name
	Endorsements Text
	TaxExit      Text
	// Front and Rear are images of the document, never decoded here.
	Front, Rear []byte
	// Personalised is when the document was made, yyyymmddhhmmss in digits, and
	// Machine the serial number of the system that made it.
	Personalised, Machine Text
	Others                []Item
}

// ParseDG12 reads additional details of the document.
func ParseDG12(b []byte) (DocumentDetails, error) {
	inner, err := contents(b, 12, "DG12")
	if err != nil {
		return DocumentDetails{}, err
	}
	var d DocumentDetails
	err = each("DG12", inner, d.take)
	return d, err
}

func (d *DocumentDetails) take(item tlv.Item) (err error) {
	switch item.Tag {
	case 0x5C: // the list of what follows
	case 0x5F19:
		setText(&d.Authority, item.Value)
	case 0x5F26:
		err = setDate(&d.Issued, "date of issue", item.Value)
	case 0xA0:
		err = names("other persons", item.Value, 0x5F1A, &d.OtherPersons)
	case 0x5F1A:
		d.OtherPersons = append(d.OtherPersons, parseName(item.Value))
	case 0x5F1B:
		setText(&d.Endorsements, item.Value)
	case 0x5F1C:
		setText(&d.TaxExit, item.Value)
	case 0x5F1D:
		d.Front = item.Value
	case 0x5F1E:
		d.Rear = item.Value
	case 0x5F55:
		d.personalised(item.Value)
	case 0x5F56:
		setText(&d.Machine, item.Value)
	default:
		d.Others = append(d.Others, Item{Tag: item.Tag, Value: item.Value})
	}
	return err
}

// personalised takes the time in fourteen digits or packed into seven bytes.
func (d *DocumentDetails) personalised(b []byte) {
	if len(b) == 7 {
		d.Personalised = Text{Shown: Shown(string(unpack(b))), Raw: b}
		return
	}
	setText(&d.Personalised, b)
}
