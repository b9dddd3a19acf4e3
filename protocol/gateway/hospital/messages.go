package hospital

import (
	"errors"
	"time"
	"unicode"
	"unicode/utf8"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/appointment"
	"motcua/protocol/request"
)

// Paths of what a hospital's system is asked, in JSON. The answers are bounded by
// [remote.AnswerMost], and held against the Check of their type.
const (
	// PathRegistrations takes a [Registration] by PUT, under a key of the person, day
	// and specialty behind it, and answers a [Registered]; the same key has the same answer.
	PathRegistrations = "/registrations/"
	// PathAppointments takes a [Search] by POST, and answers [Appointments].
	PathAppointments = "/appointments"
	// PathArrival, behind PathAppointments, "/" and a number, takes a [Coming] by PUT,
	// and answers a [Welcome]; who comes again is welcomed as before.
	PathArrival = "/arrival"
	// PathBills takes a [BillSearch] by POST, and answers a [Bill].
	PathBills = "/bills"
)

// Person is who has come, as card or code say.
type Person struct {
	Number string `json:"number"` // 12 digits
	Name   string `json:"name"`
	Birth  string `json:"birth"` // dd/mm/yyyy, or yyyy
	Sex    string `json:"sex"`   // M, F or empty
}

func personOf(s *request.Subject) *Person {
	if s == nil {
		return nil
	}
	return &Person{s.Number, s.Name, s.Birth, s.Sex}
}

// Registration is a person who wants to be seen and pays.
type Registration struct {
	Facility  string `json:"facility"`
	Specialty string `json:"specialty"`
	Group     string `json:"group,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Person    Person `json:"person"`
	// Evidence is what proves the person: E1 is no more than a claim, of a code that
	// anybody may have copied, so that somebody looks at the card.
	Evidence request.Level `json:"evidence"`
	Came     time.Time     `json:"came"`
}

// Registered is a place in a queue, and what it costs.
type Registered struct {
	Ticket Ticket `json:"ticket"`
	Stay   string `json:"stay"` // the hospital's number
	Fee    uint64 `json:"fee"`  // whole đồng
}

// Ticket is a place in a queue of the hospital.
type Ticket struct {
	Queue  string `json:"queue"`  // id of the specialty
	Prefix string `json:"prefix"` // one to four capitals
	Number uint32 `json:"number"`
	Room   string `json:"room"`
	Floor  string `json:"floor"`
	Ahead  uint32 `json:"ahead"`
	Wait   uint32 `json:"wait_min"`
}

// Search asks for a person's appointments of the day.
type Search struct {
	Facility string `json:"facility"`
	Person   Person `json:"person"`
}

// Appointments are those that the person may still come to.
type Appointments struct {
	Appointments []Appointment `json:"appointments"` // at most 8
}

// Appointment is one appointment.
type Appointment struct {
	Number    string    `json:"number"`
	At        time.Time `json:"at"`
	Specialty string    `json:"specialty"` // id of the catalogue
}

// Coming tells that somebody has come for an appointment.
type Coming struct {
	Facility string        `json:"facility"`
	Person   *Person       `json:"person,omitempty"` // null: whoever has the slip
	Evidence request.Level `json:"evidence"`
	Came     time.Time     `json:"came"`
}

// Welcome is what the hospital says to that.
type Welcome struct {
	Outcome     request.ArrivalOutcome `json:"outcome"`
	Appointment *Appointment           `json:"appointment,omitempty"`
	Ticket      *Ticket                `json:"ticket,omitempty"`
	Stay        string                 `json:"stay,omitempty"`
}

// BillSearch asks how a bill stands.
type BillSearch struct {
	Facility string `json:"facility"`
	Number   string `json:"number"`
}

// Bill is how a bill stands.
type Bill struct {
	Number  string            `json:"number"` // the one that was asked about
	State   request.BillState `json:"state"`
	Due     uint64            `json:"due,omitempty"`     // whole đồng, of what is due
	Receipt string            `json:"receipt,omitempty"` // number, of what is paid
}

// errAnswer: the hospital's system has answered something that is no answer.
var errAnswer = errors.New("the hospital's system has answered what is no answer")

// Bounds of what stands on a ticket.
const (
	maxPrefix = 4
	maxPlace  = 12 // letters of a room or floor
	maxNumber = 99_999
	maxAhead  = 9_999
)

// ticket is what people are told of t, if it can be told.
func (t Ticket) ticket() (request.Ticket, error) {
	good := len(t.Prefix) >= 1 && len(t.Prefix) <= maxPrefix && t.Number >= 1 && t.Number <= maxNumber && t.Ahead <= maxAhead && t.Wait <= maxAhead
	for _, c := range t.Prefix {
		good = good && c >= 'A' && c <= 'Z'
	}
	if !good || !catalogue.KnownSpecialty(t.Queue) || !isPlace(t.Room) || t.Floor != "" && !isPlace(t.Floor) {
		return request.Ticket{}, errAnswer
	}
	return request.Ticket{Queue: t.Queue, Prefix: t.Prefix, Number: t.Number, Room: t.Room, Floor: t.Floor, Ahead: t.Ahead, WaitMin: t.Wait}, nil
}

// isPlace tells whether a text names a room or a floor: a few letters that can
// be printed.
func isPlace(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Latin, r) && (r < '0' || r > '9') && r != ' ' && r != '.' && r != '-' && r != '/' {
			return false
		}
	}
	n := utf8.RuneCountInString(s)
	return utf8.ValidString(s) && n >= 1 && n <= maxPlace
}

// slot is what people are told of a, if it can be told.
func (a Appointment) slot() (request.Slot, error) {
	if _, err := appointment.Of("h", a.Number); err != nil || !catalogue.KnownSpecialty(a.Specialty) {
		return request.Slot{}, errAnswer
	}
	return request.Slot{Number: a.Number, At: a.At.UnixMilli(), Specialty: a.Specialty}, nil
}
