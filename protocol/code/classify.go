package code

import (
	"errors"
	"net/url"
	"strings"

	"motcua/protocol/cccd"
	"motcua/protocol/code/appointment"
	"motcua/protocol/code/bhyt"
	"motcua/protocol/code/birthfile"
	"motcua/protocol/code/hc1"
	"motcua/protocol/code/pccovid"
	"motcua/protocol/code/ticket"
	"motcua/protocol/code/vietqr"
)

// Classify says what the bytes of a scanned code are. It takes what readers add:
// a byte order mark before, and line ends, tabs, blanks and NULs behind.
func Classify(payload []byte) Code {
	text, wrong := textOf(payload)
	if wrong != "" {
		return without(wrong, nil)
	}
	for _, form := range forms {
		if form.is(text) {
			return form.read(text)
		}
	}
	return without(NoKnownForm, nil)
}

// forms are the known codes in the order in which they are tried. An insurance
// card may have the number of an identity card, so it comes first.
var forms = []struct {
	is   func(string) bool
	read func(string) Code
}{
	{hc1.Recognised, vaccination},
	{vietqr.Recognised, payment},
	{ticket.Recognised, ticketCode},
	{appointment.Recognised, appointmentCode},
	{birthfile.Recognised, birthFile},
	{bhyt.Recognised, insuranceCard},
	{pccovid.Recognised, personalCode},
	{isIdentityCard, identityCard},
	{isLink, link},
}

// without is a code that nothing can be made of.
func without(r Reason, err error) Code {
	switch r {
	case OneBytePerLetter, EncodedTwice, LettersLost, SixteenBit:
		return Code{Kind: Misread, Reason: r, Err: err}
	}
	return Code{Kind: Unknown, Reason: r, Err: err}
}

func vaccination(text string) Code {
	c, err := hc1.Decode(text)
	switch {
	case errors.Is(err, hc1.ErrNotHandled):
		return without(NotVaccination, err)
	case errors.Is(err, hc1.ErrSchema):
		return without(VaccinationMalformed, err)
	case err != nil:
		return without(VaccinationDamaged, err)
	}
	return Code{Kind: Vaccination, Vaccination: c}
}

func payment(text string) Code {
	c, err := vietqr.Parse(text)
	switch {
	case errors.Is(err, vietqr.ErrForeign):
		return without(PaymentForeign, err)
	case err != nil:
		return without(PaymentDamaged, err)
	}
	return Code{Kind: Payment, Payment: c}
}

func ticketCode(text string) Code {
	r, err := ticket.Parse(text)
	switch {
	case errors.Is(err, ticket.ErrVersion):
		return without(TicketNotKnown, err)
	case err != nil:
		return without(TicketDamaged, err)
	}
	return Code{Kind: Ticket, Ticket: &r}
}

func appointmentCode(text string) Code {
	r, err := appointment.Parse(text)
	switch {
	case errors.Is(err, appointment.ErrVersion):
		return without(AppointmentNotKnown, err)
	case err != nil:
		return without(AppointmentDamaged, err)
	}
	return Code{Kind: Appointment, Appointment: &r}
}

func birthFile(text string) Code {
	token, err := birthfile.Parse(text)
	switch {
	case errors.Is(err, birthfile.ErrVersion):
		return without(BirthFileNotKnown, err)
	case err != nil:
		return without(BirthFileDamaged, err)
	}
	return Code{Kind: BirthFile, BirthFile: token}
}

func insuranceCard(text string) Code {
	c, err := bhyt.Parse(text)
	if err != nil {
		return without(InsuranceDamaged, err)
	}
	return Code{Kind: InsuranceCard, Insurance: c}
}

func personalCode(text string) Code {
	p, err := pccovid.Parse(text)
	if err != nil {
		return without(PersonalDamaged, err)
	}
	return Code{Kind: PersonalCode, Person: p}
}

// isIdentityCard tells whether text begins as an identity card's code does, also
// where the rest of it is damaged.
func isIdentityCard(text string) bool {
	number, rest, found := strings.Cut(text, "|")
	return found && cccd.IsNumber(number) && strings.Contains(rest, "|")
}

func identityCard(text string) Code {
	if r := changedLetters(text); r != "" {
		return without(r, nil)
	}
	q, err := cccd.ParseQR(text)
	if err != nil {
		return without(IdentityDamaged, err)
	}
	return Code{Kind: IdentityCard, Identity: q}
}

func isLink(text string) bool {
	scheme, _, found := strings.Cut(text, "://")
	return found && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}

func link(text string) Code {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return without(NoKnownForm, nil) // the error would quote the address
	}
	return Code{Kind: Link, Link: text}
}
