package hc1

import (
	"slices"
	"strings"
)

// base45Symbols are the characters of base45 after the digits and letters.
const (
	base45Symbols  = " $%*+-./:"
	base45Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" + base45Symbols
)

// notBase45 marks characters that base45 does not have.
const notBase45 = 0xFF

// base45Value is the value of a character (RFC 9285, table 1).
func base45Value(c byte) uint32 {
	switch {
	case c >= '0' && c <= '9':
		return uint32(c - '0')
	case c >= 'A' && c <= 'Z':
		return uint32(c-'A') + 10
	}
	if i := strings.IndexByte(base45Symbols, c); i >= 0 {
		return uint32(i) + 36
	}
	return notBase45
}

// decodeBase45 reads base45 (RFC 9285, 4). It refuses what an encoder does not
// write: other characters, a single one at the end, and groups that are worth
// more than their bytes can hold.
func decodeBase45(s string) ([]byte, bool) {
	if len(s)%3 == 1 {
		return nil, false
	}
	out := make([]byte, 0, len(s)/3*2+1)
	for ; len(s) >= 3; s = s[3:] {
		a, b, c := base45Value(s[0]), base45Value(s[1]), base45Value(s[2])
		n := a + 45*b + 45*45*c
		if a == notBase45 || b == notBase45 || c == notBase45 || n > 0xFFFF {
			return nil, false
		}
		out = append(out, byte(n>>8), byte(n))
	}
	if len(s) == 2 {
		a, b := base45Value(s[0]), base45Value(s[1])
		n := a + 45*b
		if a == notBase45 || b == notBase45 || n > 0xFF {
			return nil, false
		}
		out = append(out, byte(n))
	}
	return out, true
}

// encodeBase45 writes base45 (RFC 9285, 4).
func encodeBase45(b []byte) string {
	var s strings.Builder
	for pair := range slices.Chunk(b, 2) {
		n, digits := int(pair[0]), 2
		if len(pair) == 2 {
			n, digits = n<<8|int(pair[1]), 3
		}
		for range digits {
			s.WriteByte(base45Alphabet[n%45])
			n /= 45
		}
	}
	return s.String()
}
