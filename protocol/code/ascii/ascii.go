// Package ascii tells what the fields of scanned codes are made of. It imports
// nothing.
package ascii

import "strings"

// Sets of characters for [Only].
const (
	Digits  = "0123456789"
	Capital = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	Small   = "abcdefghijklmnopqrstuvwxyz"
)

// Only tells whether s is made of the characters of set; the empty text is.
func Only(s, set string) bool { return strings.Trim(s, set) == "" }

// Printable tells whether s is made of the printable characters, the blank among
// them; the empty text is.
func Printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
