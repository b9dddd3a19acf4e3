package cccd

import (
	"errors"
	"fmt"
	"log/slog"

	"motcua/protocol/tlv"
)

// ErrMalformed is wrapped by every error about data group 13.
var ErrMalformed = errors.New("malformed DG13")

// DG13 is data group 13. Texts are normalised to NFC for display; the signed
// bytes stay with the document. A field that the card does not carry is empty.
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
}

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
		texts, err := readTexts(field)
		if err != nil {
			return DG13{}, fmt.Errorf("field %d: %w", number.Value[0], err)
		}
		d.set(int(number.Value[0]), texts)
	}
	return d, nil
}

// readTexts collects the strings of a field: bare, or one level down in
// sequences. Cards write the parents both as two sequences of one string and as
// one sequence of two.
func readTexts(field *tlv.Reader) (texts []string, err error) {
	for field.More() {
		item, err := field.Next()
		if err != nil {
			return nil, malformed("value", err)
		}
		inner := tlv.NewReader(item.Raw)
		if item.Tag == 0x30 {
			inner = item.Items()
		}
		for inner.More() {
			value, err := inner.Next()
			if err != nil {
				return nil, malformed("value", err)
			}
			text, ok := readText(value)
			if !ok || len(texts) == maxFields {
				return nil, malformed("text", nil)
			}
			texts = append(texts, text)
		}
	}
	return texts, nil
}

// set stores a field. One that comes twice keeps its first value.
func (d *DG13) set(n int, texts []string) {
	single := map[int]*string{
		1: &d.Number, 2: &d.Name, 3: &d.Birth, 4: &d.Sex, 5: &d.Nationality, 6: &d.Ethnicity, 7: &d.Religion, 8: &d.Origin,
		9: &d.Residence, 10: &d.Features, 11: &d.Issued, 12: &d.Expires, 15: &d.OldNumber, 16: &d.ChipID,
	}
	target, known := single[n]
	switch {
	case known:
		if *target == "" && len(texts) > 0 {
			*target = texts[0]
		}
	case n == 13:
		d.setParents(texts)
	case n == 14:
		d.Spouses = append(d.Spouses, texts...)
	default:
		d.Others = append(d.Others, n)
	}
}

func (d *DG13) setParents(texts []string) {
	if d.Father != "" || d.Mother != "" {
		return
	}
	if len(texts) > 0 {
		d.Father = texts[0]
	}
	if len(texts) > 1 {
		d.Mother = texts[1]
	}
}
