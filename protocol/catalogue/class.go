package catalogue

import (
	"strings"
	"unicode"
)

// class is a set of characters, from which both the check of a text and the pattern
// in its schema are made.
type class struct {
	letters bool // of any script, with their marks: ê̆ has no code point of its own
	digits  bool
	latin   bool   // A to Z, a to z
	more    string // each of these, none of them special in a pattern
}

// class is that of a kind of text; false for kinds whose form is fixed.
func (k Kind) class() (class, bool) {
	switch k {
	case KindName:
		return class{letters: true, more: " .'’-"}, true
	case KindPlace:
		return class{letters: true, digits: true, more: " .,;:()/'’&+#°-"}, true
	case KindDigits:
		return class{digits: true}, true
	case KindCode, KindCodes:
		return class{digits: true, latin: true, more: "._:/+=-"}, true
	case KindAccount:
		return class{digits: true, latin: true}, true
	default:
		return class{}, false
	}
}

func (c class) has(r rune) bool {
	switch {
	case r >= '0' && r <= '9':
		return c.digits
	case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
		return c.latin || c.letters
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return c.letters
	}
	return strings.ContainsRune(c.more, r)
}

func (c class) holds(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !c.has(r) }) < 0
}

// pattern is the class in the words of JSON Schema (ECMA-262 with u).
func (c class) pattern() string {
	set := ""
	if c.letters {
		set += `\p{L}\p{M}`
	}
	if c.digits {
		set += "0-9"
	}
	if c.latin {
		set += "A-Za-z"
	}
	return "^[" + set + c.more + "]*$"
}
