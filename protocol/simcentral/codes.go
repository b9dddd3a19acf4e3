package simcentral

import "motcua/protocol/request"

// Code is a result code of the insurer's check ("maKetQua"); facts of the domain,
// section 4.1.
type Code struct {
	Code  string
	Means string
	Class request.Class
}

// Codes lists the 27 result codes, by number.
func Codes() []Code {
	return []Code{
		{"000", "card correct", request.ClassOK},
		{"001", "card managed by the insurance of the Ministry of Defence", request.ClassReception},
		{"002", "card managed by the insurance of the Ministry of Public Security", request.ClassReception},
		{"003", "old card expired, a new one was issued", request.ClassNewCard},
		{"004", "old card still valid, a new one was issued", request.ClassNewCard},
		{"010", "card expired", request.ClassReception},
		{"050", "no data on the card", request.ClassReception},
		{"051", "wrong card number", request.ClassDiscrepancy},
		{"052", "wrong province in the card number", request.ClassDiscrepancy},
		{"053", "wrong benefit in the card number", request.ClassDiscrepancy},
		{"054", "the officer is not on the facility's list", request.ClassOps},
		{"055", "the officer's name does not fit the number", request.ClassOps},
		{"060", "wrong name", request.ClassDiscrepancy},
		{"061", "wrong name, the initials fit", request.ClassDiscrepancy},
		{"070", "wrong date of birth", request.ClassDiscrepancy},
		{"100", "error while reading data", request.ClassRetry},
		{"101", "error of the server", request.ClassRetry},
		{"110", "card withdrawn", request.ClassReception},
		{"120", "card ended by a reduction", request.ClassReception},
		{"121", "reduction, moved out of the province", request.ClassReception},
		{"122", "reduction, moved inside the province", request.ClassReception},
		{"123", "reduction, added again at the same unit", request.ClassReception},
		{"124", "reduction, participation stopped", request.ClassReception},
		{"130", "child without a card", request.ClassReception},
		{"205", "wrong parameter", request.ClassOps},
		{"401", "the account is refused", request.ClassOps},
		{"500", "server error", request.ClassRetry},
	}
}

// Timeout stands in a record for an insurer that does not answer.
const Timeout = "timeout"

// ClassOf is what a result code means for the person. No answer at all is
// unavailable; a code that nobody knows is for staff to look at.
func ClassOf(code string) request.Class {
	if code == "" || code == Timeout {
		return request.ClassUnavailable
	}
	for _, c := range Codes() {
		if c.Code == code {
			return c.Class
		}
	}
	return request.ClassReception
}
