package request

// Fee is what a person has to pay for a visit. Amounts that a kiosk shows come from
// here and from nowhere else.
type Fee struct {
	Due uint64 `cbor:"due"` // whole đồng; 0: nothing
	// Code is a payment code (VietQR) for this sum, made by the centre; empty where the
	// cashier alone takes it.
	Code string `cbor:"code,omitempty"`
}

// MaxFee bounds what a kiosk may tell people to pay.
const MaxFee = 1_000_000_000

// AnswerAppointment is what the hospital says of appointments: those of a person, or
// what became of an arrival.
type AnswerAppointment struct {
	Outcome ArrivalOutcome `cbor:"outcome"`
	// Slots are those of the person today, or the one that the arrival was for where its
	// holder may know of it.
	Slots []Slot `cbor:"slots,omitempty"`
	// Ticket and CheckInID are of [Arrived] alone.
	Ticket    *Ticket `cbor:"ticket,omitempty"`
	CheckInID string  `cbor:"check_in_id,omitempty"`
	// Again is true when the person had come before; the ticket is the one given then.
	Again bool `cbor:"again"`
}

// MaxSlots is how many appointments one answer tells of.
const MaxSlots = 8

// Slot is an appointment. It names nobody.
type Slot struct {
	Number    string `cbor:"number"`    // the hospital's
	At        int64  `cbor:"at"`        // unix milliseconds
	Specialty string `cbor:"specialty"` // id of the catalogue
}

// ArrivalOutcome is what the hospital says of an arrival.
type ArrivalOutcome string

// Outcomes of arrivals; what each means for people is in protocol/arrival.
const (
	Listed      ArrivalOutcome = "listed" // nobody has arrived yet
	Arrived     ArrivalOutcome = "arrived"
	Early       ArrivalOutcome = "early"
	Late        ArrivalOutcome = "late"
	OtherDay    ArrivalOutcome = "other-day"
	Cancelled   ArrivalOutcome = "cancelled"
	OtherPerson ArrivalOutcome = "other-person"
	NoSuch      ArrivalOutcome = "unknown"
)

func (f Fee) validate() error {
	return first(
		check(f.Due <= MaxFee, "fee.due", "at most a thousand million đồng"),
		check(len(f.Code) <= maxPayment && printable(f.Code), "fee.code", "at most 512 printable characters"),
		check(f.Due > 0 || f.Code == "", "fee.code", "none where nothing is due"),
	)
}

// maxPayment is the most characters of a payment code (EMVCo, 3.6).
const maxPayment = 512

func (a AnswerAppointment) validate() error {
	come := a.Outcome == Arrived
	err := first(
		oneOf("appointment.outcome", a.Outcome, Listed, Arrived, Early, Late, OtherDay, Cancelled, OtherPerson, NoSuch),
		check(len(a.Slots) <= MaxSlots, "appointment.slots", "at most 8 entries"),
		check(a.Outcome == Listed || len(a.Slots) <= 1, "appointment.slots", "one, unless they are listed"),
		check(!come || len(a.Slots) == 1, "appointment.slots", "the one that the person has come for"),
		check(come == (a.Ticket != nil) && come == (a.CheckInID != ""), "appointment.ticket", "given to who has arrived, and to nobody else"),
	)
	for _, s := range a.Slots {
		err = first(err, word("appointment.slots.number", s.Number), instant("appointment.slots.at", s.At), name("appointment.slots.specialty", s.Specialty))
	}
	if err == nil && come {
		err = first(a.Ticket.validate(), word("appointment.check_in_id", a.CheckInID))
	}
	return err
}
