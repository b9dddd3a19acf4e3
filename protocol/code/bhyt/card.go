package bhyt

import (
	"motcua/protocol/code/ascii"
	"motcua/protocol/personal"
)

// Card is what the code on an insurance card says. A field that is not there, or
// that says "-", is empty.
type Card struct {
	personal.Masked
	Number    string // see [IsNumber]
	Name      string // with its marks
	Birth     string // dd/mm/yyyy, or yyyy
	Sex       string // "M" or "F"
	Address   string
	Facility  string // five characters: where the person is registered for first care
	From      string // dd/mm/yyyy, as all dates that follow
	Until     string
	Issued    string
	Manager   string // code of the insurance agency
	Guardian  string // name of a child's parent
	Level     string // of the benefits
	FiveYears string // when five years of paying are full
	Check     string // not published how it is made, so it is not checked
	Area      string // newer cards only
	Place     string // of issue, newer cards only
	// Whole is false when the code ends before its end mark. Its last field may
	// then be cut off in the middle, and is not used.
	Whole bool
}

// IsNumber tells whether s is the number of an insurance card: two letters of the
// group, one digit 1 to 5 of the benefits, two of the province and ten of the
// insured person; those ten alone; or the twelve digits of the identity card
// (Decree 188/2025).
func IsNumber(s string) bool { return isOldNumber(s) || isNewNumber(s) }

func isOldNumber(s string) bool {
	return len(s) == 15 && ascii.Only(s[:2], ascii.Capital) && s[2] >= '1' && s[2] <= '5' && ascii.Only(s[3:], ascii.Digits)
}

func isNewNumber(s string) bool { return (len(s) == 10 || len(s) == 12) && ascii.Only(s, ascii.Digits) }
