package cccd

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"motcua/protocol/emrtd/lds"
	"motcua/protocol/tlv"
)

// ErrMalformed is wrapped by every error about data group 13.
var ErrMalformed = errors.New("malformed DG13")

// Numbers of the fields of DG13.
const (
	FieldNoNumber      = 1
	FieldNoName        = 2
	FieldNoBirth       = 3
	FieldNoSex         = 4
	FieldNoNationality = 5
	FieldNoEthnicity   = 6
	FieldNoReligion    = 7
	FieldNoOrigin      = 8
	FieldNoResidence   = 9
	FieldNoFeatures    = 10
	FieldNoIssued      = 11
	FieldNoExpires     = 12
	FieldNoParents     = 13
	FieldNoSpouses     = 14
	FieldNoOldNumber   = 15
	FieldNoChipID      = 16
)

// DG13 is data group 13. Texts are in normal form C for display; Fields keeps
// what is signed. A field that the card does not carry is empty, and so is one
// that it carries without a value: [DG13.OnChip] tells them apart.
type DG13 struct {
	Number      string // twelve digits, field 1
	Name        string
	Birth       string // dd/mm/yyyy
	Sex         string // as it stands there: "Nam", "Nữ"
	Nationality string
	Ethnicity   string
	Religion    string
	Origin      string
	Residence   string
	Features    string // personal identification
	Issued      string // dd/mm/yyyy
	Expires     string // dd/mm/yyyy, or a text: no expiry
	Father      string
	Mother      string
	Spouses     []string
	OldNumber   string // nine digits
	ChipID      string // sixteen hexadecimal digits
	// Others are the numbers of fields that are not known here.
	Others []int
	// Fields are all fields in the card's order.
	Fields []FieldText
}

// FieldText is a field as it stands on the chip.
type FieldText struct {
	Number int
	// Texts are its strings, those of its sequences in order.
	Texts []lds.Text
}

// OnChip tells whether the chip carries a field, be it without a value. The
// card of 2024 leaves out some, and encodes others for the authorities only: they
// are not on the chip for anybody who reads it.
func (d *DG13) OnChip(field int) bool {
	return d != nil && slices.ContainsFunc(d.Fields, func(f FieldText) bool { return f.Number == field })
}

// LogValue keeps a person out of the logs.
func (FieldText) LogValue() slog.Value { return slog.StringValue("[field]") }

// String keeps a person out of messages.
func (FieldText) String() string { return "[field]" }

// GoString keeps a person out of %#v.
func (FieldText) GoString() string { return "[field]" }

// LogValue keeps a person out of the logs.
func (DG13) LogValue() slog.Value { return slog.StringValue("[DG13]") }

// String keeps a person out of messages.
func (DG13) String() string { return "[DG13]" }

// GoString keeps a person out of %#v.
func (DG13) GoString() string { return "[DG13]" }

// maxFields bounds the fields of one card.
const maxFields = 64

// ParseDG13 reads data group 13: a sequence of an integer, an identifier and a
// set of numbered fields. A field's value is a string, several strings in
// sequences, or nothing; fields may be absent and in any order.
func ParseDG13(b []byte) (DG13, error) {
	dg, err := tlv.Parse(b, 0x6D)
	if err != nil {
		return DG13{}, malformed("data group", err)
	}
	outer, err := tlv.Parse(dg.Value, 0x30)
	if err != nil {
		return DG13{}, malformed("data group", err)
	}
	r := outer.Items()
	if _, err := r.Expect(0x02); err != nil {
		return DG13{}, malformed("version", err)
	}
	if _, err := r.Expect(0x06); err != nil {
		return DG13{}, malformed("identifier", err)
	}
	fields, err := r.Expect(0x31)
	if err != nil {
		return DG13{}, malformed("fields", err)
	}
	if err := r.End(); err != nil {
		return DG13{}, malformed("data group", err)
	}
	return parseFields(fields.Items())
}

func malformed(what string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%s: %w", what, ErrMalformed)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrMalformed, cause)
}

func parseFields(r *tlv.Reader) (DG13, error) {
	var d DG13
	for n := 0; r.More(); n++ {
		if n == maxFields {
			return DG13{}, malformed("too many fields", nil)
		}
		item, err := r.Expect(0x30)
		if err != nil {
			return DG13{}, malformed("field", err)
		}
		field := item.Items()
		number, err := field.Expect(0x02)
		if err != nil || len(number.Value) != 1 {
			return DG13{}, malformed("number of a field", err)
		}
		groups, err := readGroups(field)
		if err != nil {
			return DG13{}, fmt.Errorf("field %d: %w", number.Value[0], err)
		}
		d.set(int(number.Value[0]), groups)
	}
	return d, nil
}

// readGroups collects the strings of a field: those of one sequence are a group,
// and so is one that stands bare. Cards write the parents both as two sequences
// of one string and as one sequence of two, and a sequence may be empty.
func readGroups(field *tlv.Reader) (groups [][]lds.Text, err error) {
	n := 0
	for field.More() {
		item, err := field.Next()
		if err != nil {
			return nil, malformed("value", err)
		}
		inner := tlv.NewReader(item.Raw)
		if item.Tag == 0x30 {
			inner = item.Items()
		}
		group := []lds.Text{}
		for ; inner.More(); n++ {
			value, err := inner.Next()
			if err != nil {
				return nil, malformed("value", err)
			}
			text, ok := readText(value)
			if !ok || n == maxFields {
				return nil, malformed("text", nil)
			}
			group = append(group, text)
		}
		if len(groups) == maxFields {
			return nil, malformed("too many values", nil)
		}
		groups = append(groups, group)
	}
	return groups, nil
}

// set stores a field. One that comes twice keeps its first value.
func (d *DG13) set(n int, groups [][]lds.Text) {
	texts := slices.Concat(groups...)
	d.Fields = append(d.Fields, FieldText{Number: n, Texts: texts})
	single := map[int]*string{
		FieldNoNumber: &d.Number, FieldNoName: &d.Name, FieldNoBirth: &d.Birth, FieldNoSex: &d.Sex, FieldNoNationality: &d.Nationality,
		FieldNoEthnicity: &d.Ethnicity, FieldNoReligion: &d.Religion, FieldNoOrigin: &d.Origin, FieldNoResidence: &d.Residence,
		FieldNoFeatures: &d.Features, FieldNoIssued: &d.Issued, FieldNoExpires: &d.Expires, FieldNoOldNumber: &d.OldNumber, FieldNoChipID: &d.ChipID,
	}
	target, known := single[n]
	switch {
	case known:
		if *target == "" && len(texts) > 0 {
			*target = texts[0].Shown
		}
	case n == FieldNoParents:
		d.setParents(groups)
	case n == FieldNoSpouses:
		for _, t := range texts {
			if !t.Empty() {
				d.Spouses = append(d.Spouses, t.Shown)
			}
		}
	default:
		d.Others = append(d.Others, n)
	}
}

// setParents takes the father first and the mother second: as the groups stand
// where there are several, as the strings of the only one otherwise.
func (d *DG13) setParents(groups [][]lds.Text) {
	if d.Father != "" || d.Mother != "" {
		return
	}
	if len(groups) == 1 {
		both := groups[0]
		groups = nil
		for _, t := range both {
			groups = append(groups, []lds.Text{t})
		}
	}
	for i, to := range []*string{&d.Father, &d.Mother} {
		if i < len(groups) && len(groups[i]) > 0 {
			*to = groups[i][0].Shown
		}
	}
}
