package request

import (
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Value is what one field of a form holds: text, a number, yes or no, several
// texts, several attachments, or a person. The zero value is none of them, and is
// never sent.
type Value struct{ is any }

// Attachment names a document that is not in the request.
type Attachment struct {
	SHA256 Digest `cbor:"sha256"`
	Size   uint32 `cbor:"size"` // bytes
	Type   string `cbor:"type"` // media type
}

// Media types of attachments.
const (
	TypePDF  = "application/pdf"
	TypeJPEG = "image/jpeg"
)

// Limits of values.
const (
	maxValueText  = 2000 // bytes
	maxValueList  = 32
	MaxAttachment = 16 << 20 // bytes of a document
)

// TextValue holds text.
func TextValue(s string) Value { return Value{s} }

// NumberValue holds a number.
func NumberValue(n uint64) Value { return Value{n} }

// YesNoValue holds yes or no.
func YesNoValue(yes bool) Value { return Value{yes} }

// ListValue holds several texts.
func ListValue(list ...string) Value { return Value{list} }

// AttachmentsValue holds several documents.
func AttachmentsValue(list ...Attachment) Value { return Value{list} }

// PersonValue holds a person, as their card says.
func PersonValue(s Subject) Value { return Value{s} }

// Text is the text of v; false when it holds something else. The methods below do
// the same for the others.
func (v Value) Text() (string, bool) { s, ok := v.is.(string); return s, ok }

// Number is the number of v.
func (v Value) Number() (uint64, bool) { n, ok := v.is.(uint64); return n, ok }

// YesNo is the answer of v.
func (v Value) YesNo() (yes, ok bool) { yes, ok = v.is.(bool); return yes, ok }

// List is the texts of v.
func (v Value) List() ([]string, bool) { l, ok := v.is.([]string); return l, ok }

// Attachments are the documents of v.
func (v Value) Attachments() ([]Attachment, bool) { l, ok := v.is.([]Attachment); return l, ok }

// Person is the person of v.
func (v Value) Person() (Subject, bool) { s, ok := v.is.(Subject); return s, ok }

// errValue means bytes that no field holds.
var errValue = errors.New("neither text, number, yes or no, list nor person")

// MarshalCBOR writes what v holds, without saying which: the bytes tell.
func (v Value) MarshalCBOR() ([]byte, error) {
	if v.is == nil {
		return nil, errValue
	}
	return Encode(v.is)
}

// Major types of CBOR (RFC 8949 section 3.1).
const (
	majorUint  = 0
	majorText  = 3
	majorArray = 4
	majorMap   = 5
	majorOther = 7
)

// UnmarshalCBOR reads one of the values there are.
func (v *Value) UnmarshalCBOR(b []byte) (err error) {
	switch major(b) {
	case majorUint:
		v.is, err = plain[uint64](b)
	case majorText:
		v.is, err = plain[string](b)
	case majorMap:
		v.is, err = plain[Subject](b)
	case majorArray:
		v.is, err = list(b)
	case majorOther:
		if len(b) != 1 || b[0]&^1 != 0xf4 { // false, true
			return errValue
		}
		v.is = b[0] == 0xf5
	default:
		return errValue
	}
	return err
}

func major(b []byte) int {
	if len(b) == 0 {
		return -1
	}
	return int(b[0] >> 5)
}

// plain decodes one value by the rules of all messages.
func plain[T any](b []byte) (T, error) {
	var v T
	mode, err := decMode()
	if err != nil {
		return v, err
	}
	return v, mode.Unmarshal(b, &v)
}

// list reads texts or attachments; the first entry tells which.
func list(b []byte) (any, error) {
	entries, err := plain[[]cbor.RawMessage](b)
	if err != nil {
		return nil, err
	}
	switch {
	case len(entries) == 0 || len(entries) > maxValueList:
		return nil, fmt.Errorf("a list of 1 to %d entries", maxValueList)
	case major(entries[0]) == majorMap:
		return plain[[]Attachment](b)
	}
	return plain[[]string](b)
}

func (v Value) validate() error {
	const field = "form.values"
	switch is := v.is.(type) {
	case string:
		return valueText(is)
	case uint64:
		return check(is < 1<<53, field, "a number below 2^53")
	case bool:
		return nil
	case Subject:
		return is.validate()
	case []string:
		err := check(len(is) > 0 && len(is) <= maxValueList, field, "1 to 32 entries")
		for _, s := range is {
			err = first(err, valueText(s))
		}
		return err
	case []Attachment:
		err := check(len(is) > 0 && len(is) <= maxValueList, field, "1 to 32 entries")
		for _, a := range is {
			err = first(err, check(a.Size > 0 && a.Size <= MaxAttachment, field, "1 byte to 16 MiB"), oneOf(field, a.Type, TypePDF, TypeJPEG))
		}
		return err
	}
	return check(false, field, errValue.Error())
}

func valueText(s string) error {
	return check(s != "" && len(s) <= maxValueText && printable(s), "form.values", "1 to 2000 bytes of text without control characters")
}
