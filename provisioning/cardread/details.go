package cardread

import (
	"slices"
	"strconv"
	"strings"

	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/emrtd/lds"
)

// Details is what one of the data groups beyond the machine readable zone tells
// about the person or the document: DG11, DG12 or DG16 (Doc 9303 part 10, 4.7.11,
// 4.7.12 and 4.7.16), or the Vietnamese card's DG13.
type Details struct {
	Group int
	// Fields are those that the card carries, in the order of the standard.
	Fields []Field
	// NotOnChip are fields of DG13 that this card does not carry, as newer ones do
	// not: nothing stands in their place.
	NotOnChip []string
	// Err is why the group cannot be understood; nil when it can.
	Err error
}

// Field is one thing that a card tells. It holds personal data and keeps it out of
// messages.
type Field struct {
	Name   string // stable, such as "personal_number"
	Values []string
}

// String is the field's name.
func (f Field) String() string { return f.Name }

// GoString keeps a person out of %#v.
func (f Field) GoString() string { return f.Name }

// DetailsOf takes apart those of DG11, DG12, DG13 and DG16 that were read.
func DetailsOf(d *emrtd.Document) []Details {
	var all []Details
	if b := d.DG(13); b != nil {
		all = append(all, vietnamese(b))
	}
	for _, g := range []struct {
		number int
		parse  func([]byte) ([]Field, error)
	}{{11, person}, {12, document}, {16, contacts}} {
		if b := d.DG(g.number); b != nil {
			fields, err := g.parse(b)
			all = append(all, Details{Group: g.number, Fields: fields, Err: err})
		}
	}
	return all
}

func vietnamese(b []byte) Details {
	out := Details{Group: 13}
	dg, err := cccd.ParseDG13(b)
	if err != nil {
		out.Err = err
		return out
	}
	for _, f := range cccd.Describe(&dg) {
		name := strings.ReplaceAll(f.Name, " ", "_")
		if f.OnChip {
			out.Fields = append(out.Fields, Field{name, f.Values})
		} else {
			out.NotOnChip = append(out.NotOnChip, name)
		}
	}
	return out
}

func person(b []byte) ([]Field, error) {
	p, err := lds.ParseDG11(b)
	if err != nil {
		return nil, err
	}
	return given(
		Field{"name", []string{p.Name.Whole()}},
		Field{"other_names", names(p.OtherNames)},
		Field{"personal_number", texts(p.PersonalNumber)},
		Field{"birth", []string{p.Birth.Vietnamese()}},
		Field{"birth_place", texts(p.BirthPlace...)},
		Field{"address", texts(p.Address...)},
		Field{"telephone", texts(p.Telephone)},
		Field{"profession", texts(p.Profession)},
		Field{"title", texts(p.Title)},
		Field{"summary", texts(p.Summary)},
		Field{"citizenship_image", size(p.Citizenship)},
		Field{"other_documents", texts(p.OtherDocuments...)},
		Field{"custody", texts(p.Custody)},
	), nil
}

func document(b []byte) ([]Field, error) {
	d, err := lds.ParseDG12(b)
	if err != nil {
		return nil, err
	}
	return given(
		Field{"authority", texts(d.Authority)},
		Field{"issued", []string{d.Issued.Vietnamese()}},
		Field{"other_persons", names(d.OtherPersons)},
		Field{"endorsements", texts(d.Endorsements)},
		Field{"tax_exit", texts(d.TaxExit)},
		Field{"front_image", size(d.Front)},
		Field{"rear_image", size(d.Rear)},
		Field{"personalised", texts(d.Personalised)},
		Field{"machine", texts(d.Machine)},
	), nil
}

func contacts(b []byte) ([]Field, error) {
	people, err := lds.ParseDG16(b)
	if err != nil {
		return nil, err
	}
	var fields []Field
	for _, c := range people {
		fields = append(fields, given(
			Field{"contact_name", []string{c.Name.Whole()}},
			Field{"contact_recorded", []string{c.Recorded.Vietnamese()}},
			Field{"contact_telephone", texts(c.Telephone)},
			Field{"contact_address", texts(c.Address...)},
		)...)
	}
	return fields, nil
}

// given leaves out what the card does not carry.
func given(fields ...Field) []Field {
	var kept []Field
	for _, f := range fields {
		f.Values = slices.DeleteFunc(f.Values, func(v string) bool { return v == "" })
		if len(f.Values) > 0 {
			kept = append(kept, f)
		}
	}
	return kept
}

func texts(all ...lds.Text) []string {
	shown := make([]string, len(all))
	for i, t := range all {
		shown[i] = t.Shown
	}
	return shown
}

func names(all []lds.Name) []string {
	shown := make([]string, len(all))
	for i, n := range all {
		shown[i] = n.Whole()
	}
	return shown
}

// size tells of an image, which is not decoded.
func size(image []byte) []string {
	if len(image) == 0 {
		return nil
	}
	return []string{strconv.Itoa(len(image)) + " bytes"}
}
