package birthfile

import (
	"errors"
	"strings"

	"motcua/protocol/code/ascii"
	"motcua/protocol/code/own"
)

// Length is that of a token: 24 characters of base 32, which are 120 bits.
const Length = 24

var (
	// ErrNotFile: the text is not the code of a newborn's file.
	ErrNotFile = errors.New("not the code of a newborn's file")
	// ErrVersion: it is that of another version, which this program does not know.
	ErrVersion = errors.New("unknown version of the code of a newborn's file")
	// ErrCheck: the check digits do not fit: it was misread.
	ErrCheck = errors.New("the check digits of a newborn's file do not fit")
)

// Token names a file.
type Token string

// letters are how a code begins, prefix how one of version 1 does.
const (
	letters = "MB"
	prefix  = letters + "1:"
)

// Recognised tells whether text begins as the code of a file does, of whatever version.
func Recognised(text string) bool { return own.Version(letters, text) != "" }

// Valid tells whether t is a token.
func (t Token) Valid() bool { return len(t) == Length && ascii.Only(string(t), own.Alphabet) }

// Code is the text of the code to print.
func (t Token) Code() string { return prefix + string(t) + t.check() }

func (t Token) check() string { return own.Digits("B1" + string(t)) }

// Parse reads a code. Errors: [ErrNotFile], [ErrVersion], [ErrCheck].
func Parse(text string) (Token, error) {
	if v := own.Version(letters, text); v != "" && v != "1" {
		return "", ErrVersion
	}
	body, ours := strings.CutPrefix(text, prefix)
	if !ours || len(body) != Length+2 || !ascii.Only(body[Length:], ascii.Digits) {
		return "", ErrNotFile
	}
	t := Token(body[:Length])
	switch {
	case !t.Valid():
		return "", ErrNotFile
	case t.check() != body[Length:]:
		return "", ErrCheck
	}
	return t, nil
}
