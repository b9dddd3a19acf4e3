package simcentral

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Desk simulates an office that takes a request in: it gives it a number, and says
// what happens next. It knows nobody's records, so that a question to them is left
// to the people there.
type Desk struct{ kind catalogue.Service }

// NewDesk makes the desk of one service with a generic form.
func NewDesk(kind catalogue.Service) *Desk { return &Desk{kind} }

// Desks are the services that have nothing better: those of citizens and devices
// that run through the generic flow. What officers do is answered by no desk, and no
// desk gives places in a queue.
func Desks() map[string]gateway.Service {
	desks := map[string]gateway.Service{}
	for _, s := range catalogue.Services() {
		if s.Flow == catalogue.FlowGeneric && s.Role != catalogue.RoleOfficer && s.Print != catalogue.PrintTicket {
			desks[s.ID] = NewDesk(s)
		}
	}
	return desks
}

// Handle implements gateway.Service. Who asks for the same again gets the same
// number.
func (d *Desk) Handle(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if _, ok := r.Form.(request.GenericForm); !ok {
		return gateway.Outcome{}, errors.New("filing: not the form of this service")
	}
	no, again, err := d.file(st, r)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("filing: %w", err)
	}
	class := request.ClassOK
	if d.kind.Print == catalogue.PrintNothing && d.kind.Role == catalogue.RoleCitizen {
		class = request.ClassReception
	}
	return gateway.Outcome{
		Class:  class,
		Answer: &request.Answer{Filed: &request.AnswerFiled{No: no, Next: d.kind.Next.In(r.Inner.Lang), Again: again}},
	}, nil
}

// file finds the number of the request, or gives it the next one of the day.
func (d *Desk) file(st gateway.State, r gateway.Request) (no string, again bool, err error) {
	key := "desk/filed/" + d.kind.ID + "/" + hex.EncodeToString(r.Key[:])
	if len(d.kind.Key) > 0 {
		stored, found, err := st.Get(key)
		if err != nil {
			return "", false, err
		}
		if found {
			return string(stored), true, nil
		}
	}
	n, err := gateway.CountUp(st, "desk/no/"+d.kind.ID+"/"+r.Outer.Facility+"/"+r.Date)
	if err != nil {
		return "", false, err
	}
	no = fmt.Sprintf("%s-%s-%s-%04d", r.Outer.Facility, d.kind.ID, r.Date, n)
	if len(d.kind.Key) == 0 {
		return no, false, nil
	}
	return no, false, st.Set(key, []byte(no))
}
