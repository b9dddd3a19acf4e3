package insurance

import (
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

// Action is what an answer of the insurer leads to.
type Action struct {
	Code  string // three digits; empty for answers that are none of the table
	Means string // what the insurer says, for whoever reads the documentation
	Class request.Class
	// TextKey names the citizen's title (with ".title") and sentence in kiosk/text.
	// The sentences know no codes.
	TextKey string
	Staff   catalogue.Text // what staff at reception do
	Next    Next
	Slip    catalogue.Text // the line on the slip
	// Pays: the person is offered to pay for themselves instead (H02), as the insurance is
	// not known to be valid, and nobody's paper settles that at once.
	Pays bool
}

// Next is what the centre does before, or after, the person is told.
type Next string

// Next steps.
const (
	NextNone   Next = "nothing"
	NextPaper  Next = "staff look at the paper card"
	NextFee    Next = "ticket without insurance; at reception another card, or paying"
	NextNumber Next = "asked again by the personal number, then a discrepancy"
	NextName   Next = "asked again with the name written plainly, then a discrepancy"
	NextYear   Next = "asked again with the year of birth alone, then a discrepancy"
	NextChild  Next = "the guardian shows the birth certificate"
	NextAgain  Next = "asked again until the insurer answers"
	NextAlarm  Next = "operations are told; staff ask under their own name"
)

// Codes lists the 27 result codes, by number.
func Codes() []Action {
	return []Action{
		valid("000", "card correct"),
		elsewhere("001", "card managed by the insurance of the Ministry of Defence"),
		elsewhere("002", "card managed by the insurance of the Ministry of Public Security"),
		newCard("003", "old card expired, a new one was issued"),
		newCard("004", "old card still valid, a new one was issued"),
		pending("010", "card expired", "insurance.expired"),
		pending("050", "no data on the card", "insurance.none"),
		differs("051", "wrong card number", "insurance.number", NextNumber),
		differs("052", "wrong province in the card number", "insurance.number", NextNumber),
		differs("053", "wrong benefit in the card number", "insurance.number", NextNumber),
		operations("054", "the officer is not on the facility's list"),
		operations("055", "the officer's name does not fit the number"),
		differs("060", "wrong name", "insurance.name", NextName),
		differs("061", "wrong name, the initials fit", "insurance.name", NextName),
		differs("070", "wrong date of birth", "insurance.birth", NextYear),
		trouble("100", "error while reading data"),
		trouble("101", "error of the server"),
		pending("110", "card withdrawn", "insurance.ended"),
		pending("120", "card ended by a reduction", "insurance.ended"),
		pending("121", "reduction, moved out of the province", "insurance.moved"),
		pending("122", "reduction, moved inside the province", "insurance.moved"),
		pending("123", "reduction, added again at the same unit", "insurance.moved"),
		pending("124", "reduction, participation stopped", "insurance.ended"),
		child("130", "child without a card"),
		operations("205", "wrong parameter"),
		operations("401", "the account is refused"),
		trouble("500", "server error"),
	}
}

// Of is the action of a code. A code that nobody knows is for staff to look at; no
// code is no answer.
func Of(code string) Action {
	all := Codes()
	if i := slices.IndexFunc(all, func(a Action) bool { return a.Code == code }); i >= 0 && code != "" {
		return all[i]
	}
	if code == "" {
		return Silence()
	}
	return unknown()
}

// OfClass is the action where no more than a class is known, such as that of a
// result without an answer.
func OfClass(c request.Class) Action {
	switch c {
	case request.ClassOK:
		return Of("000")
	case request.ClassNewCard:
		return Of("004")
	case request.ClassPending:
		return Of("050")
	case request.ClassDiscrepancy:
		a := Of("060")
		a.TextKey = "insurance.discrepancy"
		return a
	case request.ClassChild:
		return Of("130")
	case request.ClassRetry, request.ClassUnavailable, request.ClassOps:
		return Silence()
	case request.ClassReception:
	}
	return unknown()
}

// Unasked is the action where nobody's chip was read: the insurer is not asked about whom
// anybody may have named.
func Unasked() Action {
	return Action{
		Means: "not asked: the chip was not read", Class: request.ClassReception, TextKey: "insurance.unasked", Next: NextPaper,
		Staff: catalogue.Text{VI: "Xem thẻ căn cước, rồi tra cứu bảo hiểm tại quầy.", EN: "Look at the identity card, then look the insurance up at the desk."},
		Slip:  catalogue.Text{VI: "kiểm tra ở quầy tiếp đón", EN: "to be checked at reception"},
	}
}

// Silence is the action of an insurer that cannot be asked, or does not answer.
func Silence() Action {
	a := trouble("", "no answer")
	a.Class = request.ClassUnavailable
	return a
}
