package cccd

import "strings"

const (
	numberDigits = 12
	canDigits    = 6
)

// IsNumber tells whether s is a personal identification number: twelve digits.
func IsNumber(s string) bool { return len(s) == numberDigits && isDigits(s) }

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Mask hides the middle of a number for screens and receipts: the first four
// and the last three digits stay. Anything else than a number is hidden whole.
func Mask(number string) string {
	if !IsNumber(number) {
		return strings.Repeat("•", min(len([]rune(number)), numberDigits))
	}
	return number[:4] + "•••••" + number[9:]
}
