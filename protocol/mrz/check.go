package mrz

// CheckDigit computes the check digit over fields that are read as one string:
// weights 7, 3, 1; digits count as themselves, letters from 10, the filler as
// 0 (Doc 9303 part 3, 4.9). It returns false for any other character.
func CheckDigit(fields ...string) (byte, bool) {
	weights := [3]int{7, 3, 1}
	sum, at := 0, 0
	for _, field := range fields {
		for i := range len(field) {
			v, ok := value(field[i])
			if !ok {
				return 0, false
			}
			sum += v * weights[at%3]
			at++
		}
	}
	return '0' + byte(sum%10), true
}

func value(c byte) (int, bool) {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0'), true
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10, true
	case c == '<':
		return 0, true
	}
	return 0, false
}
