package catalogue

import "strconv"

// Dong is an amount of money in words, with a sign before every three digits as each
// language writes it.
func Dong(n uint64) Text { return Text{grouped(n, ".") + " đồng", grouped(n, ",") + " VND"} }

func grouped(n uint64, sign string) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sign + s[i:]
	}
	return s
}
