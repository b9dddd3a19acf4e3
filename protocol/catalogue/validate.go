package catalogue

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/request"
)

// Validate holds the values of a form against the fields of the service. Kiosk and
// centre ask alike: what the one lets pass, the other takes. The errors are in the
// order of the fields.
func (s Service) Validate(values map[string]request.Value) []FieldError {
	var all []FieldError
	for _, f := range s.Fields {
		v, given := values[f.ID]
		problem := Problem("")
		switch asked := s.Asks(f, values); {
		case given && !asked:
			problem = NotAsked
		case given:
			problem = f.Check(v)
		case asked && f.Required:
			problem = Missing
		}
		if problem != "" {
			all = append(all, FieldError{f, problem})
		}
	}
	var unknown []string
	for id := range values {
		if _, ok := s.Field(id); !ok {
			unknown = append(unknown, id)
		}
	}
	slices.Sort(unknown)
	for _, id := range unknown {
		all = append(all, FieldError{Field{ID: id}, Unknown})
	}
	return all
}

// Asks reports whether a field is asked after what was answered so far.
func (s Service) Asks(f Field, values map[string]request.Value) bool {
	return f.When == nil || f.When.holds(values)
}

// NextField is the first field that is asked and has no value yet, for whoever asks one
// after the other; false when none is left. Skipped fields are those the person
// would not answer.
func (s Service) NextField(values map[string]request.Value, skipped []string) (Field, bool) {
	for _, f := range s.Fields {
		if _, given := values[f.ID]; !given && s.Asks(f, values) && !slices.Contains(skipped, f.ID) {
			return f, true
		}
	}
	return Field{}, false
}

// Reuse counts the values of a form, and those that nobody had to type.
func (s Service) Reuse(values map[string]request.Value) (reused, all int) {
	for _, f := range s.Fields {
		if _, given := values[f.ID]; given {
			all++
			if f.Source != SourceTyped {
				reused++
			}
		}
	}
	return reused, all
}

// Check holds one value against the field; the result is empty when it is good.
func (f Field) Check(v request.Value) Problem {
	switch f.Kind {
	case KindNumber, KindAmount:
		n, ok := v.Number()
		return check(ok, n >= uint64(f.Min) && n <= uint64(f.Max), OutOfRange)
	case KindYesNo:
		_, ok := v.YesNo()
		return check(ok, true, "")
	case KindChoices, KindCodes:
		list, ok := v.List()
		return f.checkList(list, ok)
	case KindPerson:
		p, ok := v.Person()
		return check(ok, ok && f.isPerson(p), Malformed)
	case KindAttachments:
		list, ok := v.Attachments()
		return check(ok, len(list) >= f.Min && len(list) <= f.Max, OutOfRange)
	case KindSeen:
		return WrongType // in no generic form
	default:
		text, ok := v.Text()
		if !ok {
			return WrongType
		}
		return f.checkText(text)
	}
}

// check is the problem of a value: of another type, or not as it should be.
func check(typed, good bool, otherwise Problem) Problem {
	switch {
	case !typed:
		return WrongType
	case !good:
		return otherwise
	}
	return ""
}

func (f Field) checkList(list []string, ok bool) Problem {
	if p := check(ok, len(list) >= f.Min && len(list) <= f.Max, OutOfRange); p != "" {
		return p
	}
	for i, s := range list {
		switch {
		case slices.Contains(list[:i], s):
			return Twice
		case f.Kind == KindChoices && !known(f.Choices, s):
			return NoChoice
		case f.Kind == KindCodes && Field{Kind: KindCode, Min: 1, Max: maxCode}.checkText(s) != "":
			return Malformed
		}
	}
	return ""
}

// maxCode is how long the entries of a list of codes may be.
const maxCode = 64

func (f Field) checkText(s string) Problem {
	if f.Kind == KindChoice {
		return check(true, known(f.Choices, s), NoChoice)
	}
	if f.Kind.shapes() != nil {
		return check(true, f.Kind.shaped(s), Malformed)
	}
	n := utf8.RuneCountInString(s)
	class, bounded := f.Kind.class()
	switch {
	case n < f.Min:
		return TooShort
	case n > f.Max:
		return TooLong
	case bounded && !class.holds(s), !norm.NFC.IsNormalString(s), strings.TrimSpace(s) != s:
		return Letters
	}
	return ""
}

// isPerson: the name and the number are as those of a card; the rest is the rule of
// every subject.
func (f Field) isPerson(p request.Subject) bool {
	name := Field{Kind: KindName, Min: 1, Max: 200}
	birth := Field{Kind: KindDayOrYear}
	return name.checkText(p.Name) == "" && birth.checkText(p.Birth) == ""
}
