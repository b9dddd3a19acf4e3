package hospitalsystem

import (
	"fmt"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/hospital"
)

// queue is one room's of a day. The room sees one after the other from the first on.
type queue struct {
	opened time.Time
	given  uint32
}

// ticket gives the next number of a room's queue, and the stay a number.
func (s *System) ticket(facility string, r Room, first bool) (hospital.Ticket, string) {
	now := s.now()
	prefix := r.Prefix
	if first {
		prefix += "U"
	}
	key := facility + "/" + gateway.Date(now) + "/" + prefix
	q, found := s.queues[key]
	if !found {
		q = &queue{opened: now}
		s.queues[key] = q
	}
	q.given++
	seen := uint32(now.Sub(q.opened) / (time.Duration(r.Minutes) * time.Minute))
	ahead := q.given - 1 - min(q.given-1, seen)
	s.stays++
	return hospital.Ticket{
		Queue: r.Specialty, Prefix: prefix, Number: q.given, Room: r.Room, Floor: r.Floor, Ahead: ahead, Wait: ahead * r.Minutes,
	}, fmt.Sprintf("%s-D%s%05d", facility, gateway.Date(now), s.stays)
}

// room finds the room of a specialty.
func (s *System) room(specialty string) (Room, bool) {
	for _, r := range s.rooms {
		if r.Specialty == specialty {
			return r, true
		}
	}
	return Room{}, false
}
