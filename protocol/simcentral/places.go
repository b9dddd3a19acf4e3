package simcentral

import (
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Room is where people are called to.
type Room struct {
	Prefix  string
	Room    string
	Floor   string
	Minutes uint32 // one person takes this long
}

// Rooms are the hospital's rooms by specialty of the catalogue.
func Rooms() map[string]Room {
	return map[string]Room{
		"internal":    {"A", "104", "1", 6},
		"surgery":     {"B", "106", "1", 8},
		"paediatrics": {"C", "201", "2", 6},
		"obstetrics":  {"D", "203", "2", 8},
		"eye":         {"E", "205", "2", 5},
		"ent":         {"F", "207", "2", 5},
		"dental":      {"G", "209", "2", 10},
		"dermatology": {"H", "301", "3", 5},
		"cardiology":  {"K", "303", "3", 8},
		"neurology":   {"L", "305", "3", 8},
		"traditional": {"M", "307", "3", 10},
		"general":     {"N", "102", "1", 12},
	}
}

// Counter is a group of counters of a one-stop office.
type Counter struct {
	ID   string
	Name catalogue.Text
	Room
}

// Counters are those of the one-stop office.
func Counters() []Counter {
	return []Counter{
		{"civil-status", catalogue.Text{VI: "Hộ tịch, chứng thực", EN: "Civil status and certified copies"}, Room{"P", "1", "1", 10}},
		{"residence", catalogue.Text{VI: "Cư trú, căn cước", EN: "Residence and identity cards"}, Room{"Q", "2", "1", 12}},
		{"land", catalogue.Text{VI: "Đất đai, xây dựng", EN: "Land and building"}, Room{"R", "3", "1", 15}},
		{"social", catalogue.Text{VI: "Bảo hiểm, trợ cấp", EN: "Insurance and benefits"}, Room{"S", "4", "1", 10}},
	}
}

const (
	first   = "U"         // behind a prefix: ưu tiên, those who are called first
	firstID = "-priority" // behind a queue's id
)

// Queues are those whose numbers kiosks may give out: one for each specialty and for
// each group of counters, and one for the priority groups of each.
func Queues() (all []gateway.Queue) {
	for _, s := range catalogue.Specialties() {
		all = append(all, lanes(s.ID, s.Name, Rooms()[s.ID], catalogue.QueueTicket)...)
	}
	for _, c := range Counters() {
		all = append(all, lanes(c.ID, c.Name, c.Room, catalogue.OneStopTicket)...)
	}
	return all
}

func lanes(id string, name catalogue.Text, r Room, service string) []gateway.Queue {
	place := request.QueuePlace{Service: service, VI: name.VI, EN: name.EN, Room: r.Room, Floor: r.Floor}
	priority := place
	priority.FirstOf = id
	return []gateway.Queue{{ID: id, Prefix: r.Prefix, Place: place}, {ID: id + firstID, Prefix: r.Prefix + first, Place: priority}}
}

// arrive counts one more person who waits for the room in a queue of a facility and
// day, and estimates how many of those before have not been seen yet: the room sees
// one after the other from the first on.
func (r Room) arrive(st gateway.State, queue string, now time.Time) (ahead uint32, err error) {
	n, err := gateway.CountUp(st, "hospital/arrived/"+queue)
	if err != nil {
		return 0, err
	}
	key := "hospital/opened/" + queue
	stored, found, err := st.Get(key)
	if err != nil {
		return 0, err
	}
	if !found {
		text, err := now.MarshalText()
		if err != nil {
			return 0, err
		}
		return 0, st.Set(key, text)
	}
	var opened time.Time
	if err := opened.UnmarshalText(stored); err != nil {
		return 0, err
	}
	seen := max(0, now.Sub(opened)) / (time.Duration(r.Minutes) * time.Minute)
	return uint32(max(0, int64(n)-1-int64(seen))), nil
}
