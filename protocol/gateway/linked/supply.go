package linked

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/dossier"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// supplements take what citizens bring for a dossier (C07).
type supplements struct{ *centre }

// Patience implements gateway.Follower.
func (*supplements) Patience() gateway.Retry { return patience() }

// heldSupplement: the citizen brought it in time, and the hub does not take it.
const heldSupplement = "supplement-not-taken"

// Handle implements gateway.Follower. From the receipt on it is not too late any more,
// whenever the agency hears of it. To whom the dossier does not belong it is not there.
func (s *supplements) Handle(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if _, ok := r.Form.(request.GenericForm); !ok || r.Inner.Subject == nil {
		return gateway.Outcome{}, errors.New("completing a dossier: not the form of this service")
	}
	rec, err := named(st, r)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("completing a dossier: %w", err)
	}
	if rec == nil || !slices.Contains(rec.People, s.person(r.Inner.Subject.Number)) {
		return refused("no-such-dossier"), nil
	}
	d, err := rec.resume(s.Calendar)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("completing a dossier: %w", err)
	}
	if err := takeNotes(st, rec.Ref, d, r.Now); err != nil {
		return gateway.Outcome{}, fmt.Errorf("completing a dossier: %w", err)
	}
	i := slices.IndexFunc(d.Legs, func(l dossier.Leg) bool {
		return l.State == dossier.NeedsSupplement && rec.Items[l.Procedure] == r.Text("item")
	})
	if i < 0 {
		out := linked(request.ClassReception, rec.tell(d, r.Now, false))
		out.Status, out.Codes = request.StatusRefused, []string{"not-missing"}
		return out, nil
	}
	again := !d.Legs[i].Supplied.IsZero()
	out, err := s.filed(rec, d, d.Legs[i].Procedure, r, again)
	if err != nil || again {
		return out, err
	}
	return out, put(st, suppliedKey(rec.Ref, d.Legs[i].Procedure), note{r.Text("item"), r.Now})
}

// named is the dossier that the request names, by its number or by the code on the slip
// of the request that began it; nil when there is none.
func named(st gateway.State, r gateway.Request) (*record, error) {
	if slip, err := ticket.Parse(r.Text("dossier")); err == nil {
		return find(st, slipKey(slip.Facility, slip.Number))
	}
	return find(st, numberKey(r.Text("dossier")))
}

// filed says that it came, and until when the agency should be finished then.
func (s *supplements) filed(rec *record, d *dossier.Dossier, leg dossier.Procedure, r gateway.Request, again bool) (gateway.Outcome, error) {
	preview, err := dossier.Resume(d.Record, s.Calendar)
	if err != nil {
		return gateway.Outcome{}, err
	}
	preview.Supply(leg, r.Now)
	if err := preview.Say(leg, dossier.Processing, "", r.Now); err != nil {
		return gateway.Outcome{}, err
	}
	due := ""
	for _, l := range preview.Legs {
		if l.Procedure == leg {
			due = day(l.Due)
		}
	}
	kind, _ := catalogue.Lookup(catalogue.Supplement)
	return gateway.Outcome{
		Class: request.ClassOK, More: !again,
		Answer: &request.Answer{Filed: &request.AnswerFiled{No: rec.No, Next: kind.Next.In(r.Inner.Lang), Due: due, Again: again}},
	}, nil
}

// Follow implements gateway.Follower: the supplement is put to the hub.
func (s *supplements) Follow(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if r.Refused {
		return refused("refused-by-operator"), nil
	}
	form, _ := r.Form.(request.GenericForm)
	rec, err := named(st, r)
	if err == nil && rec == nil {
		err = errNoDossier
	}
	if err != nil {
		return gateway.Outcome{}, err
	}
	err = s.Hub.supply(ctx, rec.Hub, r.Outer.ID.String(), supply{
		item: r.Text("item"), made: r.Outer.ID.Time().UnixMilli(), by: *r.Inner.Subject, form: catalogue.Plain(form.Values),
	})
	return s.put(err, heldSupplement)
}

// put is what becomes of something that is only brought to the hub.
func (c *centre) put(err error, held string) (gateway.Outcome, error) {
	if _, no := errors.AsType[*refusal](err); no {
		return gateway.Outcome{Status: request.StatusHeld, Reason: held, Class: request.ClassReception, Codes: []string{held}}, nil
	}
	if errors.Is(err, errBusy) {
		return gateway.Outcome{More: true, After: time.Second}, nil // no failure
	}
	return gateway.Outcome{}, err
}
