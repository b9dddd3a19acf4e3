package cccd

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"motcua/protocol/emrtd/lds"
	"motcua/protocol/personal"
)

// ErrNotQR is wrapped when a text is not what is printed on the card.
var ErrNotQR = errors.New("not the code of an identity card")

// QR is the code printed on the card. It is a claim: anybody can print one.
type QR struct {
	personal.Masked
	Number    string // twelve digits
	OldNumber string // nine digits, may be empty
	Name      string
	Birth     string // dd/mm/yyyy
	Sex       string // as it stands there
	Address   string
	Issued    string // dd/mm/yyyy, may be empty
	// Extra are the fields that follow and are not known here, as they stand
	// there. The card of 2024 has some.
	Extra []string
}

const (
	maxQR       = 4096 // bytes of a text
	maxQRFields = 64
)

// ParseQR reads the text of the code: number, old number, name, date of birth as
// ddmmyyyy or dd/mm/yyyy, sex, address, date of issue, separated by bars; more may
// follow, and the old number may be missing. The date of birth tells the fields
// apart.
func ParseQR(text string) (*QR, error) {
	if len(text) > maxQR || !utf8.ValidString(text) {
		return nil, fmt.Errorf("text of %d bytes: %w", len(text), ErrNotQR)
	}
	raw := strings.SplitN(strings.TrimSpace(text), "|", maxQRFields)
	fields := make([]string, len(raw))
	for i := range raw {
		fields[i] = lds.Shown(raw[i])
	}
	birth := birthField(fields)
	if birth < 0 || !IsNumber(fields[0]) || fields[birth-1] == "" {
		return nil, fmt.Errorf("%d fields: %w", len(fields), ErrNotQR)
	}
	q := &QR{Number: fields[0], Name: fields[birth-1], Birth: slashed(fields[birth])}
	if birth == 3 {
		q.OldNumber = fields[1]
	}
	rest := fields[birth+1:]
	take := func() (s string) {
		if len(rest) > 0 {
			s, rest = rest[0], rest[1:]
		}
		return s
	}
	q.Sex, q.Address = take(), take()
	if isDigits(q.Sex) {
		return nil, fmt.Errorf("sex in digits, as on an insurance card: %w", ErrNotQR)
	}
	if len(rest) > 0 && (isDate(rest[0]) || rest[0] == "") {
		q.Issued = slashed(take())
	}
	if len(rest) > 0 {
		q.Extra = raw[len(raw)-len(rest):]
	}
	return q, nil
}

// birthField finds the date of birth: after number and name, with or without the
// old number between them.
func birthField(fields []string) int {
	for _, i := range []int{3, 2} {
		if i < len(fields) && isDate(fields[i]) {
			return i
		}
	}
	return -1
}

// isDate tells whether s can be a day written ddmmyyyy or dd/mm/yyyy.
func isDate(s string) bool {
	s = digitsOfDate(s)
	return len(s) == 8 && isDigits(s) && s[:2] >= "00" && s[:2] <= "31" && s[2:4] <= "12" && s[4:6] >= "18" && s[4:6] <= "21"
}

func slashed(date string) string {
	d := digitsOfDate(date)
	if len(d) != 8 {
		return ""
	}
	return d[:2] + "/" + d[2:4] + "/" + d[4:]
}

// digitsOfDate takes the slashes out of dd/mm/yyyy.
func digitsOfDate(s string) string {
	if len(s) == len("dd/mm/yyyy") && s[2] == '/' && s[5] == '/' {
		return s[:2] + s[3:5] + s[6:]
	}
	return s
}
