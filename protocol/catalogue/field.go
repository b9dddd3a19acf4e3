package catalogue

import (
	"slices"

	"motcua/protocol/request"
)

// Kind says what a field holds, and with that how it is asked, checked, masked and
// written in a form.
type Kind string

// Kinds of fields. Days are dd/mm/yyyy, and every number a string of its digits
// where leading zeros count.
const (
	KindText        Kind = "text"        // a few words: no control characters
	KindName        Kind = "name"        // of a person: Latin letters with all their marks
	KindPlace       Kind = "place"       // an address, or the name of a place
	KindDigits      Kind = "digits"      // digits and nothing else
	KindCode        Kind = "code"        // a reference of another system, as printed or scanned
	KindDay         Kind = "day"         // dd/mm/yyyy
	KindDayOrYear   Kind = "day-or-year" // dd/mm/yyyy, or yyyy where no more is known
	KindMonth       Kind = "month"       // mm/yyyy
	KindTime        Kind = "time"        // dd/mm/yyyy hh:mm, in Viet Nam
	KindNumber      Kind = "number"      // a count
	KindAmount      Kind = "amount"      // of money, in dong
	KindYesNo       Kind = "yes-no"
	KindChoice      Kind = "choice"      // one of the field's choices
	KindChoices     Kind = "choices"     // some of them
	KindCodes       Kind = "codes"       // several codes
	KindIDNumber    Kind = "id-number"   // personal number: 12 digits
	KindInsurance   Kind = "insurance"   // number of a health-insurance card: 15 characters, 10 or 12 digits
	KindPhone       Kind = "phone"       // 10 or 11 digits from 0 on
	KindAccount     Kind = "account"     // at a bank: 6 to 19 letters and digits
	KindDigest      Kind = "digest"      // SHA-256 of a document, 64 hexadecimal digits
	KindPerson      Kind = "person"      // as another identity card says
	KindAttachments Kind = "attachments" // documents, named by their hash
	KindSeen        Kind = "seen"        // what the centre answered earlier in the visit; H01 alone
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{
		KindText, KindName, KindPlace, KindDigits, KindCode, KindDay, KindDayOrYear, KindMonth, KindTime, KindNumber, KindAmount, KindYesNo,
		KindChoice, KindChoices, KindCodes, KindIDNumber, KindInsurance, KindPhone, KindAccount, KindDigest, KindPerson, KindAttachments, KindSeen,
	}
}

// bounds are the least and the most of a field of this kind that sets none: letters
// of a text, entries of a list, or the number itself.
func (k Kind) bounds() (least, most int) {
	switch k {
	case KindText, KindPlace:
		return 1, 200
	case KindName:
		return 1, 100
	case KindDigits, KindCode:
		return 1, 64
	case KindAccount:
		return 6, 19
	case KindNumber:
		return 0, 99_999
	case KindAmount:
		return 0, 1_000_000_000
	case KindChoices, KindCodes:
		return 1, 32
	case KindAttachments:
		return 1, 16
	default: // fixed by their form
		return 0, 0
	}
}

// personal kinds tell something about somebody, whatever the field.
func (k Kind) personal() bool {
	return slices.Contains([]Kind{KindName, KindPlace, KindIDNumber, KindInsurance, KindPhone, KindAccount, KindPerson, KindAttachments, KindSeen}, k)
}

// Source says where the value of a field comes from when all goes well.
type Source string

// Sources.
const (
	SourceTyped  Source = "typed"  // the person answers a question
	SourceChip   Source = "chip"   // of an identity card
	SourceScan   Source = "scan"   // a code, or paper on the scanner
	SourceCentre Source = "centre" // was told by the centre
	SourceKiosk  Source = "kiosk"  // made by the kiosk
)

// Field is one field of a service's form.
type Field struct {
	ID       string
	Name     Text
	Kind     Kind
	Required bool
	// When is the answer to another field without which this one is not asked; nil:
	// it always is.
	When *When
	// Min and Max bound the letters of a text, the entries of a list, or the number
	// itself, by kind.
	Min, Max int
	// Choices are what a person may pick from; their ids travel.
	Choices []Choice
	// Personal values are masked on screens and slips, and never logged.
	Personal bool
	Source   Source
	// Self is the answer with which the person in the field is the one who asks; nil:
	// there is none. Like are other people of the form who may be the same.
	Self *When
	Like []string
	// Past: the day or time has been. LateAfter is after how many days the law has it
	// late, which people are told; 0: never.
	Past      bool
	LateAfter int
}

// When is a condition on another field of the form.
type When struct {
	Field string
	In    []string // ids of its choices
}

// holds after what was answered so far.
func (w When) holds(values map[string]request.Value) bool {
	answer, _ := values[w.Field].Text()
	return slices.Contains(w.In, answer)
}

// FieldApprover is the field with the reference of the officer who approved what
// another one does: nobody approves for themselves.
const FieldApprover = "approver"

// FieldLease is the field with the block of numbers that one was taken from.
const FieldLease = "lease"

// ask makes an optional field that the person answers. The methods below change it.
func ask(k Kind, id, vi, en string) Field {
	least, most := k.bounds()
	return Field{ID: id, Name: Text{vi, en}, Kind: k, Min: least, Max: most, Personal: k.personal(), Source: SourceTyped}
}

// choose makes a field with choices.
func choose(id, vi, en string, choices ...Choice) Field {
	f := ask(KindChoice, id, vi, en)
	f.Choices = choices
	return f
}

func (f Field) must() Field                  { f.Required = true; return f }
func (f Field) from(s Source) Field          { f.Source = s; return f }
func (f Field) within(least, most int) Field { f.Min, f.Max = least, most; return f }
func (f Field) private() Field               { f.Personal = true; return f }
func (f Field) past() Field                  { f.Past = true; return f }
func (f Field) like(ids ...string) Field     { f.Like = ids; return f }

// late makes a day that has been, and that the law has late after some days.
func (f Field) late(days int) Field { f.Past, f.LateAfter = true, days; return f }

// self makes a person who may be the one who asks.
func (f Field) self(field string, in ...string) Field {
	f.Self = &When{field, in}
	return f
}

// when makes a field that is asked only after some answers to another.
func (f Field) when(field string, in ...string) Field {
	f.When = &When{field, in}
	return f
}
