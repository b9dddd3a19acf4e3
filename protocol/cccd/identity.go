package cccd

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"motcua/protocol/emrtd"
	"motcua/protocol/mrz"
)

// ErrNoIdentity: a document names nobody.
var ErrNoIdentity = errors.New("no identity in the document")

// Identity is who a card belongs to, as a form needs it.
type Identity struct {
	Number      string // twelve digits; of another country's document its number
	Name        string // with its marks where the card has them
	Birth       string // dd/mm/yyyy, "" when not known whole
	Sex         string // "M", "F" or ""
	Nationality string // of DG13 in words, else three letters
	Residence   string
	Origin      string
	Expires     string // dd/mm/yyyy, a text for a card without end, or ""
	OldNumber   string
}

// LogValue keeps a person out of the logs.
func (Identity) LogValue() slog.Value { return slog.StringValue("[identity]") }

// String keeps a person out of messages.
func (Identity) String() string { return "[identity]" }

// GoString keeps a person out of %#v.
func (Identity) GoString() string { return "[identity]" }

// IdentityOf names the person of a document: DG13 where the card has it, else
// the machine readable zone. It does not ask for the verdict.
func IdentityOf(doc *emrtd.Document) (Identity, error) {
	id := identityOfMRZ(doc)
	if b := doc.DG(13); b != nil {
		dg, err := ParseDG13(b)
		if err != nil {
			return Identity{}, fmt.Errorf("%w: %w", ErrNoIdentity, err)
		}
		id.take(dg)
	}
	if id.Number == "" || id.Name == "" {
		return Identity{}, ErrNoIdentity
	}
	return id, nil
}

const dayFirst = "02/01/2006"

func identityOfMRZ(doc *emrtd.Document) Identity {
	d := doc.MRZ
	id := Identity{
		Number: NumberOf(d), Name: strings.TrimSpace(d.Surname + " " + d.Given), Sex: d.Sex, Nationality: d.Nationality,
	}
	if t, ok := d.BirthDate(doc.ReadAt); ok {
		id.Birth = t.Format(dayFirst)
	}
	if t, ok := d.ExpiryDate(doc.ReadAt); ok {
		id.Expires = t.Format(dayFirst)
	}
	return id
}

// NumberOf is the personal number in a machine readable zone: a Vietnamese card
// has it in the optional data, its document number is another one.
func NumberOf(d mrz.Document) string {
	if d.Issuer == "VNM" && d.Format == mrz.TD1 && len(d.Optional) >= numberDigits && IsNumber(d.Optional[:numberDigits]) {
		return d.Optional[:numberDigits]
	}
	return d.Number
}

// take prefers what DG13 says.
func (id *Identity) take(dg DG13) {
	for to, from := range map[*string]string{
		&id.Number: dg.Number, &id.Name: dg.Name, &id.Birth: dg.Birth, &id.Sex: sexOf(dg.Sex), &id.Nationality: dg.Nationality,
		&id.Residence: dg.Residence, &id.Origin: dg.Origin, &id.Expires: dg.Expires, &id.OldNumber: dg.OldNumber,
	} {
		if from != "" {
			*to = from
		}
	}
}

// IdentityOfQR is who the code of a card says that it belongs to. Nobody has signed
// that. A birth of which the day is not known is its year.
func IdentityOfQR(q QR) Identity {
	id := Identity{Number: q.Number, Name: q.Name, Birth: q.Birth, Sex: sexOf(q.Sex), OldNumber: q.OldNumber, Residence: q.Address}
	if d := dayOf(q.Birth); d.month == "" || d.date == "" {
		id.Birth = d.year
	}
	return id
}
