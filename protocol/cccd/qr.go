package cccd

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"

	"motcua/protocol/emrtd/lds"
)

// ErrNotQR is wrapped when a text is not what is printed on the card.
var ErrNotQR = errors.New("not the code of an identity card")

// QR is the code printed on the card. It is a claim: anybody can print one.
type QR struct {
	Number    string // twelve digits
	OldNumber string // nine digits, may be empty
	Name      string
	Birth     string // dd/mm/yyyy
	Sex       string // as it stands there
	Address   string
	Issued    string // dd/mm/yyyy, may be empty
	// More is how many fields follow that are not known here.
	More int
}

// LogValue keeps a person out of the logs.
func (*QR) LogValue() slog.Value { return slog.StringValue("[QR]") }

// String keeps a person out of messages.
func (*QR) String() string { return "[QR]" }

// GoString keeps a person out of %#v.
func (*QR) GoString() string { return "[QR]" }

const (
	maxQR       = 4096 // bytes of a text
	maxQRFields = 64
)

// ParseQR reads the text of the code: number, old number, name, date of birth as
// ddmmyyyy, sex, address, date of issue, separated by bars; more may follow, and
// the old number may be missing. The date of birth tells the fields apart.
func ParseQR(text string) (*QR, error) {
	if len(text) > maxQR || !utf8.ValidString(text) {
		return nil, fmt.Errorf("text of %d bytes: %w", len(text), ErrNotQR)
	}
	fields := strings.SplitN(strings.TrimSpace(text), "|", maxQRFields)
	for i := range fields {
		fields[i] = lds.Shown(fields[i])
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
	if len(rest) > 0 && (isDate(rest[0]) || rest[0] == "") {
		q.Issued = slashed(take())
	}
	q.More = len(rest)
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

// isDate tells whether s can be a day written ddmmyyyy.
func isDate(s string) bool {
	return len(s) == 8 && isDigits(s) && s[:2] >= "00" && s[:2] <= "31" && s[2:4] <= "12" && s[4:6] >= "18" && s[4:6] <= "21"
}

func slashed(ddmmyyyy string) string {
	if len(ddmmyyyy) != 8 {
		return ""
	}
	return ddmmyyyy[:2] + "/" + ddmmyyyy[2:4] + "/" + ddmmyyyy[4:]
}
