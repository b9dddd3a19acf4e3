package simcentral

import (
	"motcua/protocol/insurance"
	"motcua/protocol/request"
)

// Timeout stands in a record for an insurer that does not answer.
const Timeout = "timeout"

// ClassOf is what a record's code means for the person.
func ClassOf(code string) request.Class {
	if code == Timeout {
		code = ""
	}
	return insurance.Of(code).Class
}
