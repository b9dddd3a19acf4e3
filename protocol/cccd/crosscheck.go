package cccd

import (
	"fmt"
	"strings"

	"motcua/protocol/emrtd"
	"motcua/protocol/mrz"
)

// Field is what sources are held against each other in.
type Field string

// Fields of [CrossCheck].
const (
	FieldNumber Field = "number"
	FieldName   Field = "name"
	FieldBirth  Field = "birth"
	FieldSex    Field = "sex"
	FieldExpiry Field = "expiry"
)

// Source is where a value stands.
type Source string

// Sources of [CrossCheck].
const (
	SourceMRZ  Source = "mrz"
	SourceDG13 Source = "dg13"
	SourceQR   Source = "qr"
)

// Difference is a field in which two sources do not agree. It holds no value.
type Difference struct {
	Field Field
	A, B  Source
}

func (d Difference) String() string {
	return fmt.Sprintf("%s differs between %s and %s", d.Field, d.A, d.B)
}

// maxNameTD1 is how many characters of a name a card's zone holds.
const maxNameTD1 = 30

// CrossCheck holds number, name, date of birth, sex and end of validity of the
// machine readable zone, DG13 and the scanned code against each other. dg13 and
// qr may be nil; a field that a source does not carry is not compared. Names are
// compared without marks, since that is all a zone can hold and tone marks are
// placed in two ways; an end of validity that is no date, or fillers, is not
// compared, since it is not known how a card without end writes it.
func CrossCheck(zone mrz.Document, dg13 *DG13, qr *QR) []Difference {
	var sides []side
	if len(zone.Lines) > 0 {
		sides = append(sides, sideOfMRZ(zone))
	}
	if dg13 != nil {
		sides = append(sides, sideOfDG13(dg13))
	}
	if qr != nil {
		sides = append(sides, side{source: SourceQR, number: qr.Number, name: fold(qr.Name), birth: dayOf(qr.Birth), sex: sexOf(qr.Sex)})
	}
	var found []Difference
	for i, a := range sides {
		for _, b := range sides[i+1:] {
			found = append(found, a.differences(b)...)
		}
	}
	return found
}

// Check is [CrossCheck] of a document that was read, with a scanned code or nil.
func Check(doc *emrtd.Document, qr *QR) ([]Difference, error) {
	var dg13 *DG13
	if b := doc.DG(13); b != nil {
		d, err := ParseDG13(b)
		if err != nil {
			return nil, err
		}
		dg13 = &d
	}
	return CrossCheck(doc.MRZ, dg13, qr), nil
}

// side is one source, its values in comparable form.
type side struct {
	source       Source
	number, name string
	birth        day
	sex          string // "M", "F" or ""
	expires      day
	cut          bool // the name may be cut off
}

func sideOfMRZ(d mrz.Document) side {
	name := strings.TrimSpace(d.Surname + " " + d.Given)
	line := d.Lines[len(d.Lines)-1]
	return side{
		source: SourceMRZ, number: NumberOf(d), name: name, birth: dayOfZone(d.Birth), sex: d.Sex,
		expires: dayOfZone(d.Expiry),
		cut:     d.Format == mrz.TD1 && !strings.HasSuffix(line, "<") && len(line) == maxNameTD1,
	}
}

func sideOfDG13(d *DG13) side {
	return side{
		source: SourceDG13, number: d.Number, name: fold(d.Name), birth: dayOf(d.Birth), sex: sexOf(d.Sex), expires: dayOf(d.Expires),
	}
}

func (a side) differences(b side) []Difference {
	var found []Difference
	note := func(f Field, same bool) {
		if !same {
			found = append(found, Difference{Field: f, A: a.source, B: b.source})
		}
	}
	note(FieldNumber, a.number == "" || b.number == "" || a.number == b.number)
	note(FieldName, a.name == "" || b.name == "" || sameName(a, b))
	note(FieldBirth, a.birth.same(b.birth))
	note(FieldSex, a.sex == "" || b.sex == "" || a.sex == b.sex)
	note(FieldExpiry, a.expires.same(b.expires))
	return found
}

// sameName compares names without blanks: a zone has no room for the rules of
// hyphens. A zone whose last place is a letter may have cut the name, or every
// word of it, to fit (Doc 9303 part 5, 4.2).
func sameName(a, b side) bool {
	x, y := squeeze(a.name), squeeze(b.name)
	return x == y || a.cut && (strings.HasPrefix(y, x) || shortened(strings.Fields(a.name), strings.Fields(b.name)))
}

// shortened tells whether the words in short are beginnings of words in whole,
// in order and from the first on.
func shortened(short, whole []string) bool {
	if len(short) == 0 || len(whole) == 0 || short[0] != whole[0] {
		return false
	}
	for _, w := range whole {
		if len(short) > 0 && strings.HasPrefix(w, short[0]) {
			short = short[1:]
		}
	}
	return len(short) == 0
}

// squeeze drops blanks.
func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }
