package ticket

import (
	"fmt"
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
			return "", &MissingError{class(r)}
		}
	}
	return text, nil
}

// class is the general category and script of a character.
func class(r rune) string {
	return named(unicode.Categories, r, func(name string) bool { return len(name) == 2 }) + " " +
		named(unicode.Scripts, r, func(string) bool { return true })
}

func named(tables map[string]*unicode.RangeTable, r rune, wanted func(string) bool) string {
	var found []string
	for name, table := range tables {
		if wanted(name) && unicode.Is(table, r) {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		return "unassigned"
	}
	return slices.Min(found)
}

func isMark(r rune) bool { return unicode.Is(unicode.M, r) }
