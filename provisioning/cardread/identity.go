package cardread

import (
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"motcua/protocol/cccd"
)

// Identity is who the card says it belongs to, as text for people; a field the
// card does not give is empty. It masks itself in logs and messages.
type Identity struct {
	Number, Name string
	Birth        string // dd/mm/yyyy
	Sex          string // M, F or empty
	Nationality  string
	Expires      string // dd/mm/yyyy, or a text for a card without end
}

func identityFrom(i cccd.Identity) Identity {
	return Identity{Number: i.Number, Name: i.Name, Birth: i.Birth, Sex: i.Sex, Nationality: i.Nationality, Expires: i.Expires}
}

// Masked keeps enough to recognise one's own card and not enough to know another's.
func (i Identity) Masked() Identity {
	return Identity{
		Number: cccd.Mask(i.Number), Name: maskName(i.Name), Birth: maskDate(i.Birth),
		Sex: i.Sex, Nationality: i.Nationality, Expires: maskDate(i.Expires),
	}
}

// String is the masked number.
func (i Identity) String() string { return i.Masked().Number }

// GoString keeps the person out of %#v.
func (i Identity) GoString() string { return i.String() }

// LogValue is the masked number.
func (i Identity) LogValue() slog.Value { return slog.StringValue(i.String()) }

const hidden = "•"

// maskName keeps the first letter of each word.
func maskName(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		_, first := utf8.DecodeRuneInString(w)
		words[i] = w[:first] + strings.Repeat(hidden, utf8.RuneCountInString(w[first:]))
	}
	return strings.Join(words, " ")
}

// maskDate keeps the year of dd/mm/yyyy, and of anything else all but its digits.
func maskDate(date string) string {
	const year = len("dd/mm/")
	kept := ""
	if len(date) == len("dd/mm/yyyy") {
		date, kept = date[:year], date[year:]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '•'
		}
		return r
	}, date) + kept
}
