package ticket

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MissingError says that the font has no letter for a character of a ticket. It
// names the character's class only, as the text may be somebody's name.
// Permanent: the text must be another.
type MissingError struct {
	// Class is the Unicode general category and script, such as "Lo Khmer".
	Class string
}

// Missing is the error about a character.
func Missing(r rune) *MissingError {
	return &MissingError{Class: class(unicode.Categories, r, 2) + " " + class(unicode.Scripts, r, 0)}
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("no letter for a character of class %s", e.Class)
}

// compose writes a text in composed form, without characters that show nothing,
// and checks that each of them can be printed.
func (s *Setter) compose(text string, bold bool) (string, error) {
	if !utf8.ValidString(text) {
		return "", &MissingError{"invalid UTF-8"}
	}
	face := s.letters.face(cut{bold: bold})
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFC.String(text))
	for _, r := range text {
		if r == '\n' || r == '\t' {
			continue
		}
		if _, ok := face.NominalGlyph(r); !ok {
			return "", Missing(r)
		}
	}
	return text, nil
}

// class is the name of the table that holds a character: of n letters, if that is
// not 0.
func class(tables map[string]*unicode.RangeTable, r rune, n int) string {
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if (n == 0 || len(name) == n) && unicode.Is(tables[name], r) {
			return name
		}
	}
	return "unassigned"
}

func isMark(r rune) bool { return unicode.Is(unicode.M, r) }
