package own_test

import (
	"strings"
	"testing"

	"motcua/protocol/code/own"
)

const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

// TestDigits: the whole, read as a number of two digits for each character and of the
// check digits, leaves 1 when divided by 97 (ISO/IEC 7064).
func TestDigits(t *testing.T) {
	for _, text := range []string{"", "0", "h001", "1h001014D2PF2DB", "Ah001-_zZ"} {
		check := own.Digits(text)
		rest := 0
		for _, c := range text {
			rest = (rest*100 + strings.IndexRune(characters, c)) % 97
		}
		if rest = (rest*100 + int(check[0]-'0')*10 + int(check[1]-'0')) % 97; len(check) != 2 || rest != 1 {
			t.Errorf("%q: %s leaves %d", text, check, rest)
		}
	}
}

// TestMistakes: one wrong character, and two neighbours that changed places, show.
func TestMistakes(t *testing.T) {
	const text = "Ah0017K2P9M4T"
	good := own.Digits(text)
	for i := range text {
		for _, c := range characters {
			if wrong := text[:i] + string(c) + text[i+1:]; wrong != text && own.Digits(wrong) == good {
				t.Errorf("%q has the check digits of %q", wrong, text)
			}
		}
		if i == 0 || text[i] == text[i-1] {
			continue
		}
		if wrong := text[:i-1] + string([]byte{text[i], text[i-1]}) + text[i+1:]; own.Digits(wrong) == good {
			t.Errorf("%q has the check digits of %q", wrong, text)
		}
	}
}
