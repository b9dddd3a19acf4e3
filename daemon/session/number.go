package session

import (
	"context"
	"slices"
	"strconv"
	"time"

	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// Numbers gives out the numbers of queues that the centre has lent to this kiosk.
type Numbers interface {
	// Take gives out a number of a queue, off the disk before it returns; false when
	// there is none, or its use cannot be noted. It may wait for the disk.
	Take(queue string) (Number, bool)
}

// NumberQueue is a queue whose numbers this kiosk gives out.
type NumberQueue struct {
	ID    string
	Place request.QueuePlace
	Left  int // numbers of today
}

// Number is a place in a queue that nobody else has.
type Number struct {
	Lease  string
	Day    time.Time // in Viet Nam
	Number uint32    // once in this queue on this day
	Prefix string    // on the ticket, before
	Shown  uint32    // this
}

// Fields of a number's form that the person is asked for.
const (
	fieldQueue = "queue"
	fieldGroup = "group"
	// noGroup is the answer of whom nobody lets pass.
	noGroup = "none"
)

// number is what a visit for a number is about.
type number struct {
	field string // is being asked
	queue string // the person's queue, whichever lane of it
	group string // who is called first; empty: not this person
	taken *Number
	place request.QueuePlace // of the lane
	after *request.Ticket    // what the centre says of it: who waits before
}

// numbered tells whether a service gives a number that was lent.
func numbered(service string) bool {
	svc, _ := catalogue.Lookup(service)
	_, lent := svc.Field(catalogue.FieldLease)
	return lent
}

// SetNumbers tells the queues of which numbers can be given out.
func (s *Session) SetNumbers(all []NumberQueue) {
	s.post(func() { s.kiosk.queues = all })
}

// queues are those of a service, without the lanes of priority groups.
func (s *Session) queues(service string) []NumberQueue {
	return slices.DeleteFunc(slices.Clone(s.kiosk.queues), func(q NumberQueue) bool {
		return q.Place.Service != service || q.Place.FirstOf != ""
	})
}

// lane is where the person's number comes from: the queue, or that of those who are
// called first in it, where it has one.
func (s *Session) lane() (NumberQueue, bool) {
	n := s.visit.number
	i := slices.IndexFunc(s.kiosk.queues, func(q NumberQueue) bool { return n.group != "" && q.Place.FirstOf == n.queue })
	if i < 0 {
		i = slices.IndexFunc(s.kiosk.queues, func(q NumberQueue) bool { return q.ID == n.queue })
	}
	if i < 0 {
		return NumberQueue{}, false
	}
	return s.kiosk.queues[i], true
}

// dry tells whether no queue of a service has a number left.
func (s *Session) dry(service string) bool {
	return numbered(service) && !slices.ContainsFunc(s.queues(service), func(q NumberQueue) bool { return q.Left > 0 })
}

// enterNumber asks which queue, where there are several, and then the group.
func (s *Session) enterNumber() {
	n := &s.visit.number
	n.field = fieldQueue
	if all := s.queues(s.visit.service); len(all) == 1 {
		n.field, n.queue = fieldGroup, all[0].ID
	}
}

// answerNumber takes a queue, or a group; the latter takes the number.
func (s *Session) answerNumber(field, value string) error {
	n := &s.visit.number
	if field != n.field || !slices.Contains(s.numberChoices(), value) {
		return local.ErrNotOffered
	}
	if field == fieldQueue {
		n.field, n.queue = fieldGroup, value
		s.on(MoreToAsk)
		return nil
	}
	if n.group = value; value == noGroup {
		n.group = ""
	}
	s.on(NumberWanted)
	return nil
}

// queueBefore returns from the group to the queue.
func (s *Session) queueBefore() error {
	n := &s.visit.number
	if n.field != fieldGroup || len(s.queues(s.visit.service)) < 2 {
		return local.ErrNotOffered
	}
	n.field = fieldQueue
	s.on(WentBack)
	return nil
}

// numberChoices are the answers to what is being asked. Whoever comes as an emergency
// takes no number: the button for staff is there at every step.
func (s *Session) numberChoices() []string {
	var ids []string
	if s.visit.number.field == fieldQueue {
		for _, q := range s.queues(s.visit.service) {
			ids = append(ids, q.ID)
		}
		return ids
	}
	ids = []string{noGroup}
	for _, g := range catalogue.Groups() {
		if g.ID != catalogue.GroupEmergency {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

// takeNumber has a number taken off the disk; only then is there something to send
// and to show. One that comes after the end of its visit is missing in the queue.
func (s *Session) takeNumber() {
	v := s.visit
	lane, known := s.lane()
	s.run(v, func(context.Context) func() {
		var n Number
		ok := false
		if known && s.cfg.Numbers != nil {
			n, ok = s.cfg.Numbers.Take(lane.ID)
		}
		return func() {
			if !ok {
				s.fail(NotSaved, fault.NoNumbers)
				return
			}
			v.number.taken, v.number.place, v.number.queue = &n, lane.Place, lane.ID
			s.story("number", "queue", lane.ID, "number", n.Prefix+" "+strconv.FormatUint(uint64(n.Shown), 10))
			s.enterSending()
		}
	})
}

// form is the request about the number.
func (n number) form(service string) request.GenericForm {
	svc, _ := catalogue.Lookup(service)
	values := map[string]request.Value{
		"queue":              request.TextValue(n.queue),
		"day":                request.TextValue(n.taken.Day.Format("02/01/2006")),
		"number":             request.NumberValue(uint64(n.taken.Number)),
		catalogue.FieldLease: request.TextValue(n.taken.Lease),
		"issued_at":          request.TextValue(time.Now().UTC().Add(7 * time.Hour).Format("02/01/2006 15:04")),
	}
	if n.group != "" {
		values["group"] = request.TextValue(n.group)
	}
	return request.GenericForm{Entry: svc.Entry(), Values: values}
}

// numberQueued takes what the centre says: how many wait before.
func (s *Session) numberQueued(t request.Ticket) {
	s.visit.number.after = &t
	s.story("ticket", "seq", s.visit.sent.seq, "queue", t.Queue)
	s.on(TicketCame)
}

// shownTicket is the number that somebody is called by.
func (v *visit) shownTicket() *local.Ticket {
	if v.number.taken != nil {
		return v.number.shown(v.sent.saved)
	}
	return v.sent.shownTicket()
}

// shown is the ticket; nil before the number has been saved.
func (n number) shown(saved bool) *local.Ticket {
	if n.taken == nil || !saved {
		return nil
	}
	t := &local.Ticket{
		Number: calledNumber(n.taken.Prefix, n.taken.Shown), Room: n.place.Room, Floor: n.place.Floor,
		Queue: &local.Queue{ID: n.queue, VI: n.place.VI, EN: n.place.EN}, Unknown: n.after == nil,
	}
	if n.after != nil {
		t.Ahead, t.Wait = int(min(n.after.Ahead, maxShown)), int(min(n.after.WaitMin, maxShown))
	}
	return t
}

// slip is the ticket on paper. It does not wait for the centre, so it says nothing
// about those who wait before.
func (n number) slip(out drivers.Slip, service, lang string) drivers.Slip {
	w := catalogue.SlipIn(lang)
	svc, _ := catalogue.Lookup(service)
	room := w.Room
	if service == catalogue.OneStopTicket {
		room = w.Counter
	}
	name := catalogue.Text{VI: n.place.VI, EN: n.place.EN}
	out.Caption, out.Number, out.Next = w.Caption, calledNumber(n.taken.Prefix, n.taken.Shown), svc.Next.In(lang)
	out.Facts = []drivers.Fact{{Label: w.Queue, Value: name.In(lang)}, {Label: room, Value: n.place.Room}, {Label: w.Floor, Value: n.place.Floor}}
	if n.group != "" {
		out.Facts = append(out.Facts, drivers.Fact{Label: w.First, Value: groupName(n.group).In(lang)})
	}
	return out
}

func groupName(id string) catalogue.Text {
	for _, g := range catalogue.Groups() {
		if g.ID == id {
			return g.Name
		}
	}
	return catalogue.Text{}
}

// shownQuestion is what the person is being asked.
func (s *Session) shownQuestion() *local.Question {
	if s.comes() {
		return s.askedAppointment()
	}
	if !numbered(s.visit.service) {
		return s.askedNow()
	}
	n := s.visit.number
	q := &local.Question{Field: n.field, Choices: s.numberChoices(), Back: n.field == fieldGroup && len(s.queues(s.visit.service)) > 1}
	if n.field == fieldQueue {
		for _, of := range s.queues(s.visit.service) {
			q.Queues = append(q.Queues, local.Queue{ID: of.ID, VI: of.Place.VI, EN: of.Place.EN, Dry: of.Left == 0})
		}
	}
	return q
}
