package hospitalsystem

import (
	"errors"
	"fmt"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/appointment"
	"motcua/protocol/simcentral"
	"motcua/protocol/simcentral/scenario"
	"motcua/protocol/simcentral/trouble"
)

// Scenario is whom the system knows, and what goes wrong with it.
type Scenario struct {
	Token    string           `json:"token"`
	Delay    trouble.Duration `json:"delay,omitempty"`    // before each answer
	Troubles []trouble.Kind   `json:"troubles,omitempty"` // befall the first questions, one each
	// Rooms are where people are seen who pay; none: [Rooms].
	Rooms        []Room        `json:"rooms,omitempty"`
	Appointments []Appointment `json:"appointments,omitempty"`
	Bills        []Bill        `json:"bills,omitempty"`
	// Early is how long before an appointment its person may come, 0: an hour; Late how
	// long after, 0: half an hour.
	Early trouble.Duration `json:"early,omitempty"`
	Late  trouble.Duration `json:"late,omitempty"`
}

// Room is a department's room for people who pay, with its queue.
type Room struct {
	Specialty string `json:"specialty"` // id of the catalogue
	Prefix    string `json:"prefix"`    // of numbers; a U behind it: of those who are called first
	Room      string `json:"room"`
	Floor     string `json:"floor"`
	Minutes   uint32 `json:"minutes"` // one person takes this long
	Fee       uint64 `json:"fee"`     // đồng
}

// Rooms are one for each specialty, with queues beside those of the insured.
func Rooms() (all []Room) {
	for i, s := range catalogue.Specialties() {
		r := simcentral.Rooms()[s.ID]
		all = append(all, Room{s.ID, r.Prefix + "D", r.Room, r.Floor, r.Minutes, uint64(120_000 + 10_000*i)})
	}
	return all
}

// Appointment is one that was made.
type Appointment struct {
	Number    string           `json:"number"`
	Person    string           `json:"person"`    // personal number
	Specialty string           `json:"specialty"` // id of the catalogue
	In        trouble.Duration `json:"in"`        // from the start of the system; may lie in the past
	Cancelled bool             `json:"cancelled,omitempty"`
}

// Most appointments, and bills, of a scenario.
const (
	mostAppointments = 1000
	mostBills        = 1000
)

// ReadScenario reads a scenario file.
func ReadScenario(data []byte) (Scenario, error) {
	var s Scenario
	if err := scenario.Read(data, &s); err != nil {
		return s, err
	}
	switch {
	case s.Token == "":
		return s, errors.New("reading a scenario: token is empty")
	case len(s.Appointments) > mostAppointments:
		return s, errors.New("reading a scenario: more than a thousand appointments")
	case len(s.Bills) > mostBills:
		return s, errors.New("reading a scenario: more than a thousand bills")
	}
	seen := map[string]bool{}
	for i, a := range s.Appointments {
		if _, err := appointment.Of("h", a.Number); err != nil || seen[a.Number] || !catalogue.KnownSpecialty(a.Specialty) {
			return s, fmt.Errorf("reading a scenario: appointment %d has no number of its own that a code can carry, or no specialty", i+1)
		}
		seen[a.Number] = true
	}
	bills := map[string]bool{}
	for i, b := range s.Bills {
		if !b.known() || bills[b.Number] {
			return s, fmt.Errorf("reading a scenario: bill %d has no number of its own, or no fee", i+1)
		}
		bills[b.Number] = true
	}
	for i, r := range s.Rooms {
		if !catalogue.KnownSpecialty(r.Specialty) || r.Prefix == "" || r.Room == "" || r.Minutes == 0 {
			return s, fmt.Errorf("reading a scenario: room %d lacks specialty, prefix, room or minutes", i+1)
		}
	}
	return s, trouble.Check(s.Troubles)
}

func (s Scenario) early() time.Duration { return or(s.Early, time.Hour) }
func (s Scenario) late() time.Duration  { return or(s.Late, 30*time.Minute) }

func or(d trouble.Duration, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return time.Duration(d)
}
