package code

import (
	"motcua/protocol/cccd"
	"motcua/protocol/code/appointment"
	"motcua/protocol/code/bhyt"
	"motcua/protocol/code/birthfile"
	"motcua/protocol/code/hc1"
	"motcua/protocol/code/pccovid"
	"motcua/protocol/code/ticket"
	"motcua/protocol/code/vietqr"
	"motcua/protocol/personal"
)

// Kind is what a code is.
type Kind string

// Kinds of codes. [Unknown] and [Misread] come with a [Reason] and without a
// value, all others with a value and without a reason.
const (
	IdentityCard  Kind = "identity-card"
	InsuranceCard Kind = "insurance-card"
	PersonalCode  Kind = "personal-code" // the national one, of PC-COVID
	Vaccination   Kind = "vaccination"   // a certificate; nothing of it is verified
	Payment       Kind = "payment"
	Ticket        Kind = "ticket"
	Appointment   Kind = "appointment" // on a hospital's slip
	BirthFile     Kind = "birth-file"  // what a hospital has begun for a newborn
	Link          Kind = "link"        // a web address; nothing is opened
	Misread       Kind = "misread"     // the reader's setting has changed the letters
	Unknown       Kind = "unknown"
)

// Reason is why nothing can be made of a code. It is a stable word that says
// nothing of what was scanned.
type Reason string

// Reasons with [Unknown].
const (
	Empty                Reason = "empty"
	TooLong              Reason = "too-long"
	CutOff               Reason = "cut-off"  // it ends in the middle of a letter: the reader has a limit
	NotText              Reason = "not-text" // bytes or control characters that no known code has
	IdentityDamaged      Reason = "identity-card-damaged"
	InsuranceDamaged     Reason = "insurance-card-damaged"
	PersonalDamaged      Reason = "personal-code-damaged"
	VaccinationDamaged   Reason = "vaccination-damaged"
	VaccinationMalformed Reason = "vaccination-malformed" // whole, and not as the schema wants it
	NotVaccination       Reason = "not-a-vaccination"     // a health certificate of a test or a recovery
	PaymentDamaged       Reason = "payment-damaged"
	PaymentForeign       Reason = "payment-foreign"
	TicketDamaged        Reason = "ticket-damaged"
	TicketNotKnown       Reason = "ticket-version-not-known"
	AppointmentDamaged   Reason = "appointment-damaged"
	AppointmentNotKnown  Reason = "appointment-version-not-known"
	BirthFileDamaged     Reason = "birth-file-damaged"
	BirthFileNotKnown    Reason = "birth-file-version-not-known"
	NoKnownForm          Reason = "no-known-form"
)

// Reasons with [Misread]. A technician sets the reader to send UTF-8 as it is in
// the code.
const (
	OneBytePerLetter Reason = "one-byte-per-letter" // sent in ISO 8859-1, windows-1258 or another old character set
	EncodedTwice     Reason = "encoded-twice"       // UTF-8 was taken for an old character set and encoded again
	LettersLost      Reason = "letters-lost"        // a question mark for each letter that the reader cannot send
	SixteenBit       Reason = "sixteen-bit"         // sent in UTF-16
)

// Code is what was scanned. One value is set, that of its kind.
type Code struct {
	personal.Masked
	Kind   Kind
	Reason Reason
	// Err says more about the reason, to a developer. It may be nil.
	Err error

	Identity    *cccd.QR
	Insurance   *bhyt.Card
	Person      *pccovid.Person
	Vaccination *hc1.Certificate
	Payment     *vietqr.Code
	Ticket      *ticket.Reference
	Appointment *appointment.Reference
	BirthFile   birthfile.Token
	Link        string
}
