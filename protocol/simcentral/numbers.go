package simcentral

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Numbers simulates the queues whose numbers kiosks give out by themselves; it
// answers H03 and C10. That a number was lent to its kiosk, and counts once, the
// gateway has made sure of.
type Numbers struct{}

// Handle implements gateway.Service. The number stands; the answer says how many
// people wait before it.
func (Numbers) Handle(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	t, err := taken(st, r)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("queueing a number: %w", err)
	}
	return gateway.Outcome{Class: request.ClassOK, Answer: &request.Answer{Taken: &t}}, nil
}

// taken finds the number's place in its queue, or gives it one.
func taken(st gateway.State, r gateway.Request) (t request.Ticket, err error) {
	key := "hospital/number/" + hex.EncodeToString(r.Key[:])
	stored, found, err := st.Get(key)
	if err != nil {
		return t, err
	}
	if found {
		return t, json.Unmarshal(stored, &t)
	}
	form, _ := r.Form.(request.GenericForm)
	number, given := form.Values["number"].Number()
	queue := r.Text("queue")
	room, q, known := placeOf(queue)
	if !known || !given {
		return t, errors.New("not a number of a queue that is known")
	}
	prefix, shown := q.Called(number)
	ahead, err := room.arrive(st, r.Outer.Facility+"/"+r.Date+"/"+q.Prefix, r.Now)
	if err != nil {
		return t, err
	}
	t = request.Ticket{Queue: queue, Prefix: prefix, Number: shown, Room: room.Room, Floor: room.Floor, Ahead: ahead, WaitMin: ahead * room.Minutes}
	stored, err = json.Marshal(t)
	if err != nil {
		return t, err
	}
	return t, st.Set(key, stored)
}

// placeOf finds where the numbers of a queue are called.
func placeOf(queue string) (Room, gateway.Queue, bool) {
	for _, q := range Queues() {
		if q.ID != queue {
			continue
		}
		id := strings.TrimSuffix(queue, firstID)
		for _, c := range Counters() {
			if c.ID == id {
				return c.Room, q, true
			}
		}
		room, known := Rooms()[id]
		return room, q, known
	}
	return Room{}, gateway.Queue{}, false
}
