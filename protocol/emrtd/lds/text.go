package lds

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text is a text as a chip holds it.
type Text struct {
	// Shown is fit for a screen: UTF-8 in normal form C, without control
	// characters.
	Shown string
	// Raw is what is signed.
	Raw []byte
}

// Empty tells whether nothing can be shown.
func (t Text) Empty() bool { return t.Shown == "" }

// Name is the name of a person: primary and secondary identifier (Doc 9303 part
// 3, 4.6).
type Name struct {
	Primary, Secondary string
	Raw                []byte
}

// Whole is the name in one line, primary identifier first.
func (n Name) Whole() string { return strings.TrimSpace(n.Primary + " " + n.Secondary) }

// parseText decodes UTF-8, which the data structure prescribes (Doc 9303 part
// 10, 3.9.1), or ISO 8859-1, which older cards hold instead.
func parseText(b []byte) Text { return Text{Shown: Shown(decode(b)), Raw: b} }

// parseLines takes apart a text whose lines are separated by fillers.
func parseLines(b []byte) []Text {
	var lines []Text
	for part := range bytes.SplitSeq(b, []byte("<")) {
		if t := parseText(part); !t.Empty() && len(lines) < maxRepeats {
			lines = append(lines, t)
		}
	}
	return lines
}

// parseName reads a name as a machine readable zone writes it: fillers between
// words, two between the identifiers.
func parseName(b []byte) Name {
	primary, secondary, _ := strings.Cut(decode(b), "<<")
	return Name{Primary: words(primary), Secondary: words(secondary), Raw: b}
}

func words(s string) string { return Shown(strings.ReplaceAll(s, "<", " ")) }

func decode(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// Shown makes a text fit to be shown: normal form C, and a blank for every
// control or formatting character, so that it cannot change how its neighbours
// look. Blanks are single.
func Shown(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}
