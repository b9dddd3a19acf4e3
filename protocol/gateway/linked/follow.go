package linked

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/dossier"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Reasons for which a dossier is held. Those of the population register have the
// field behind them that differs: number, name or birth.
const (
	heldPopulation = "population-"
	heldHub        = "hub-refuses"
)

// byOperator is why the legs of a dossier were cancelled that an operator refused.
const byOperator dossier.Reason = "refused-by-operator"

// Follow implements gateway.Follower: the dossier is handed to the hub, and followed
// there until every leg has ended.
func (f *filings) Follow(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	rec, err := must(st, refOf(r))
	if err != nil {
		return gateway.Outcome{}, err
	}
	d, err := rec.resume(f.Calendar)
	if err != nil {
		return gateway.Outcome{}, err
	}
	switch {
	case r.Refused:
		return f.drop(st, r, rec, d)
	case rec.Hub == "":
		return f.hand(ctx, st, r, rec, d)
	}
	return f.ask(ctx, st, r, rec, d)
}

// keep stores what became of a dossier.
func keep(st gateway.State, rec *record, d *dossier.Dossier) error {
	rec.Matter = d.Record
	return rec.save(st)
}

// drop ends a dossier that an operator refused.
func (f *filings) drop(st gateway.State, r gateway.Request, rec *record, d *dossier.Dossier) (gateway.Outcome, error) {
	rec.Held, rec.About = "", ""
	if err := d.Say(d.Legs[0].Procedure, dossier.Cancelled, byOperator, r.Now); err != nil {
		return gateway.Outcome{}, err
	}
	out := linked(request.ClassReception, rec.tell(d, r.Now, r.Again))
	out.Status = request.StatusRefused
	return out, keep(st, rec, d)
}

// hand puts the dossier to the hub, under a key of what it is about: whoever puts it
// again, and whatever the centre has forgotten, there is one.
func (f *filings) hand(ctx context.Context, st gateway.State, r gateway.Request, rec *record, d *dossier.Dossier) (gateway.Outcome, error) {
	form, _ := r.Form.(request.GenericForm)
	key := fmt.Sprintf("%s-%d", hex.EncodeToString(r.Key[:]), rec.Try)
	no, err := f.Hub.file(ctx, key, filing{
		service: rec.Service, reference: rec.No, facility: r.Outer.Facility, filed: rec.Filed.UnixMilli(), informant: *r.Inner.Subject, known: rec.Known, form: catalogue.Plain(form.Values),
	})
	if no, ok := errors.AsType[*refusal](err); ok {
		return f.hold(st, r, rec, d, no)
	}
	if err != nil {
		return f.unanswered(ctx, r, rec, d, err)
	}
	rec.Hub, rec.Held, rec.About, rec.Asked = no, "", "", r.Now
	f.Log.Info("dossier", "no", rec.No, "hub", no)
	out := linked(request.ClassOK, rec.tell(d, r.Now, r.Again))
	out.More = true
	return out, keep(st, rec, d)
}

// hold has a person look at a dossier that the hub does not take.
func (f *filings) hold(st gateway.State, r gateway.Request, rec *record, d *dossier.Dossier, no *refusal) (gateway.Outcome, error) {
	class := request.ClassReception
	rec.Held, rec.About = heldHub, ""
	if no.status == http.StatusUnprocessableEntity {
		class, rec.Held, rec.About = request.ClassDiscrepancy, heldPopulation+no.fault, no.about
	}
	f.Log.Warn("dossier held", "no", rec.No, "reason", rec.Held, "about", rec.About, "fault", no.fault)
	out := linked(class, rec.tell(d, r.Now, r.Again))
	out.Status, out.Reason, out.Codes = request.StatusHeld, rec.Held, []string{rec.Held}
	return out, keep(st, rec, d)
}

// unanswered says whether somebody has to look, and tries again later.
func (f *filings) unanswered(ctx context.Context, r gateway.Request, rec *record, d *dossier.Dossier, err error) (gateway.Outcome, error) {
	f.alarm(ctx, r, rec.stuck(d, r.Now))
	if errors.Is(err, errBusy) {
		return gateway.Outcome{More: true, After: time.Second}, nil // no failure
	}
	return gateway.Outcome{}, err
}

// ask takes what the agencies have said since.
func (f *filings) ask(ctx context.Context, st gateway.State, r gateway.Request, rec *record, d *dossier.Dossier) (gateway.Outcome, error) {
	t, err := f.Hub.news(ctx, rec.Hub, rec.After)
	if err != nil {
		return f.unanswered(ctx, r, rec, d, err)
	}
	// What came in time stops the clock before anything that was said later is heard.
	if err := takeNotes(st, rec.Ref, d, time.Time{}); err != nil {
		return gateway.Outcome{}, err
	}
	for _, n := range t.news {
		if err := f.apply(rec, d, n, r.Now); err != nil {
			return gateway.Outcome{}, err
		}
	}
	rec.hear(t, r.Now)
	if err := takeNotes(st, rec.Ref, d, r.Now); err != nil {
		return gateway.Outcome{}, err
	}
	if err := f.block(ctx, r, rec, d); err != nil {
		return gateway.Outcome{}, err
	}
	f.alarm(ctx, r, rec.stuck(d, r.Now))
	out := gateway.Outcome{More: !ended(d), After: f.Poll}
	if len(t.news) == newsMost {
		out.More, out.After = true, 0
	}
	return out, keep(st, rec, d)
}

// apply takes one thing that an agency said. What cannot be is told to operators, and
// does not keep the rest from being heard.
func (f *filings) apply(rec *record, d *dossier.Dossier, n news, now time.Time) error {
	err := rec.take(d, n, now)
	if errors.Is(err, errAnswer) {
		return err
	}
	if err != nil {
		f.Log.Warn("an agency says what cannot be", "no", rec.No, "leg", string(n.Leg), "state", string(n.State), "fault", err.Error())
		return nil
	}
	f.Log.Info("dossier", "no", rec.No, "leg", string(n.Leg), "state", string(n.State))
	return nil
}

// errFuture: clocks differ, but not by that much.
var errFuture = errors.New("it is of the future")

// futureMost is how far the clocks of the hub and of the centre may lie apart.
const futureMost = 24 * time.Hour

// take is apply without a word to anybody.
func (r *record) take(d *dossier.Dossier, n news, now time.Time) error {
	if n.N != r.After+1 {
		return errAnswer
	}
	r.After = n.N
	at := time.UnixMilli(n.At)
	if at.After(now.Add(futureMost)) {
		return errFuture
	}
	if err := d.Say(n.Leg, n.State, n.Reason, at); err != nil {
		return err
	}
	r.Heard, r.Items = later(r.Heard, n.Leg, at), with(r.Items, n.Leg, n.Item)
	return nil
}

// hear notes when each agency spoke last, and that the hub has answered.
func (r *record) hear(t told, now time.Time) {
	r.Asked = now
	for _, l := range r.Matter.Legs {
		if at, ok := t.heard[l.Procedure]; ok {
			r.Heard = later(r.Heard, l.Procedure, at)
		}
	}
}

func later(m map[dossier.Procedure]time.Time, leg dossier.Procedure, at time.Time) map[dossier.Procedure]time.Time {
	if at.Before(m[leg]) {
		return m
	}
	return with(m, leg, at)
}

func with[T any](m map[dossier.Procedure]T, leg dossier.Procedure, v T) map[dossier.Procedure]T {
	if m == nil {
		m = map[dossier.Procedure]T{}
	}
	m[leg] = v
	return m
}

// block puts the number of the deceased on the blocklist once the death is registered.
func (f *filings) block(ctx context.Context, r gateway.Request, rec *record, d *dossier.Dossier) error {
	if d.Legs[0].Procedure != dossier.DeathRegistration || d.Legs[0].State != dossier.Done {
		return nil
	}
	return f.Block(ctx, r.Text("deceased_number"), rec.No, r.Now)
}
