package simcentral

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Insurance is whom a hospital asks about its patients.
type Insurance interface {
	// Known is what is known of the subject at once; again means that Ask has to be
	// called later.
	Known(st gateway.State, r gateway.Request) (a request.AnswerInsurance, again bool, err error)
	// Ask takes its time; an error is to be tried again.
	Ask(ctx context.Context, st gateway.State, r gateway.Request) (request.AnswerInsurance, error)
}

// Hospital simulates a hospital's check-in; it answers service H01.
type Hospital struct{ insurance Insurance }

// NewHospital makes a hospital that asks about its patients' insurance.
func NewHospital(i Insurance) *Hospital { return &Hospital{i} }

// Patience implements gateway.Follower: the day's insurance is asked for as long as
// somebody at reception may need it.
func (h *Hospital) Patience() gateway.Retry {
	return gateway.Retry{Attempts: 1 << 20, First: 2 * time.Second, Most: 5 * time.Minute, Within: 12 * time.Hour, Timeout: 20 * time.Second}
}

// admission is what the hospital remembers of a check-in.
type admission struct {
	Ticket    request.Ticket `json:"ticket"`
	CheckInID string         `json:"check_in_id"`
}

// Handle implements gateway.Service for H01. A person always gets a ticket; what
// the insurer says goes with it. The same person, on the same day, for the same
// specialty gets the same ticket again.
func (h *Hospital) Handle(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	form, ok := r.Form.(request.CheckIn)
	if !ok {
		return gateway.Outcome{}, errors.New("checking in: not the form of this service")
	}
	adm, again, err := h.admit(st, r, form)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("checking in: %w", err)
	}
	insurance, later, err := h.insurance.Known(st, r)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("checking in: %w", err)
	}
	out := adm.outcome(insurance, again)
	out.More = later
	return out, nil
}

// Follow implements gateway.Follower: the same ticket, with what the insurer says.
func (h *Hospital) Follow(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	form, ok := r.Form.(request.CheckIn)
	if !ok {
		return gateway.Outcome{}, errors.New("checking in: not the form of this service")
	}
	insurance, err := h.insurance.Ask(ctx, st, r)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("checking in: %w", err)
	}
	adm, _, err := h.admit(st, r, form)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("checking in: %w", err)
	}
	return adm.outcome(insurance, r.Again), nil
}

func (a admission) outcome(insurance request.AnswerInsurance, again bool) gateway.Outcome {
	return gateway.Outcome{
		Class: request.ClassOK,
		Codes: codes(insurance),
		Answer: &request.Answer{CheckIn: &request.AnswerCheckIn{
			Ticket: a.Ticket, CheckInID: a.CheckInID, Insurance: &insurance, Again: again,
		}},
	}
}

// admit finds the person's admission of the day, or makes one.
func (h *Hospital) admit(st gateway.State, r gateway.Request, form request.CheckIn) (admission, bool, error) {
	key := "hospital/admission/" + hex.EncodeToString(r.Key[:])
	stored, found, err := st.Get(key)
	if err != nil {
		return admission{}, false, err
	}
	var adm admission
	if found {
		return adm, true, json.Unmarshal(stored, &adm)
	}
	if adm.Ticket, err = ticket(st, r, form); err != nil {
		return admission{}, false, err
	}
	n, err := gateway.CountUp(st, "hospital/stay/"+r.Outer.Facility+"/"+r.Date)
	if err != nil {
		return admission{}, false, err
	}
	adm.CheckInID = fmt.Sprintf("%s-%s%05d", r.Outer.Facility, r.Date, n)
	stored, err = json.Marshal(adm)
	if err != nil {
		return admission{}, false, err
	}
	return adm, false, st.Set(key, stored)
}

// ticket draws the next number of the queue. Each queue counts by facility, day
// and prefix; people of a priority group have a queue of their own.
func ticket(st gateway.State, r gateway.Request, form request.CheckIn) (request.Ticket, error) {
	room, ok := Rooms()[form.Specialty]
	if !ok {
		return request.Ticket{}, errors.New("no room for this specialty")
	}
	prefix := room.Prefix
	if form.Group != "" {
		prefix += first
	}
	queue := r.Outer.Facility + "/" + r.Date + "/" + prefix
	n, err := gateway.CountUp(st, "hospital/queue/"+queue)
	if err != nil {
		return request.Ticket{}, err
	}
	ahead, err := room.arrive(st, queue, r.Now)
	return request.Ticket{
		Queue: form.Specialty, Prefix: prefix, Number: uint32(n), Room: room.Room, Floor: room.Floor,
		Ahead: ahead, WaitMin: ahead * room.Minutes,
	}, err
}

// InsuranceService answers look-ups of cards and knows about patients.
type InsuranceService interface {
	gateway.Service
	Insurance
}

// Services are the services by catalogue id: desks, queues and a hospital, which are
// simulated, and the insurance, which is simulated or asks a portal.
func Services(i InsuranceService) map[string]gateway.Service {
	services := Desks()
	services[catalogue.QueueTicket], services[catalogue.OneStopTicket] = Numbers{}, Numbers{}
	services[catalogue.CheckIn], services[catalogue.CardValidity] = NewHospital(i), i
	return services
}
