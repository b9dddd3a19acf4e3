package own

import "strings"

// values are the characters of names and numbers; the place of each is its value.
const values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

// Digits are two digits over a text: MOD 97-10, in which every character counts as two
// digits. As 97 is prime and greater than any value, one wrong character and two that
// changed places always show. The text has letters, digits, hyphens and underscores.
func Digits(text string) string {
	sum := 0
	for _, c := range text {
		sum = (sum*100 + strings.IndexRune(values, c)) % 97
	}
	check := 98 - sum*100%97
	return string([]byte{'0' + byte(check/10), '0' + byte(check%10)})
}
