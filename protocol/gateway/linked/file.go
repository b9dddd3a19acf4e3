package linked

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/dossier"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// filings are births (C01) and deaths (C02).
type filings struct{ *centre }

// Patience implements gateway.Follower.
func (*filings) Patience() gateway.Retry { return patience() }

// Handle implements gateway.Follower: the dossier has its number and its due dates at
// once. Who files the same again is told of the same dossier.
func (f *filings) Handle(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if _, ok := r.Form.(request.GenericForm); !ok || r.Inner.Subject == nil {
		return gateway.Outcome{}, errors.New("filing a dossier: not the form of this service")
	}
	if word := contradiction(r); word != "" {
		return refused(word), nil
	}
	old, err := find(st, sameKey(r))
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("filing a dossier: %w", err)
	}
	try := 1
	if old != nil {
		d, err := old.resume(f.Calendar)
		if err != nil {
			return gateway.Outcome{}, fmt.Errorf("filing a dossier: %w", err)
		}
		if !failed(d) {
			return linked(request.ClassOK, old.tell(d, r.Now, true)), f.noteSlip(st, r, old.Ref)
		}
		try = old.Try + 1
	}
	return f.begin(st, r, try)
}

// contradiction finds what cannot be, in a form whose fields are good each.
func contradiction(r gateway.Request) string {
	me := r.Inner.Subject.Number
	if r.Outer.Service == catalogue.Death {
		if r.Text("deceased_number") == me {
			return "informant-is-deceased"
		}
		return ""
	}
	mother, father := parents(r)
	switch relation := r.Text("relation"); {
	case relation == "mother" && mother != me:
		return "informant-is-not-mother"
	case relation == "father" && father != me:
		return "informant-is-not-father"
	case mother == father:
		return "parents-are-one"
	}
	return ""
}

// parents are the numbers of a child's parents; empty where none is named.
func parents(r gateway.Request) (mother, father string) {
	form, _ := r.Form.(request.GenericForm)
	m, _ := form.Values["mother"].Person()
	f, _ := form.Values["father"].Person()
	return m.Number, f.Number
}

// sameKey is where the dossier about the same is named.
func sameKey(r gateway.Request) string {
	return "linked/same/" + r.Outer.Service + "/" + hex.EncodeToString(r.Key[:])
}

// begin makes a dossier.
func (f *filings) begin(st gateway.State, r gateway.Request, try int) (gateway.Outcome, error) {
	kind := dossier.Birth
	if r.Outer.Service == catalogue.Death {
		kind = dossier.Kind("death-" + r.Text("procedures"))
	}
	d, err := dossier.File(kind, r.Now, f.Calendar)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("filing a dossier: %w", err)
	}
	n, err := gateway.CountUp(st, "linked/count/"+r.Outer.Service+"/"+r.Outer.Facility+"/"+r.Date)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("filing a dossier: %w", err)
	}
	rec := &record{
		Ref: refOf(r), No: fmt.Sprintf("%s-%s-%s-%04d", r.Outer.Facility, r.Outer.Service, r.Date, n), Service: r.Outer.Service,
		Filed: r.Now, Try: try, Matter: d.Record, Known: r.Known,
	}
	mother, father := parents(r)
	for _, number := range []string{r.Inner.Subject.Number, mother, father} {
		if who := f.person(number); number != "" && !slices.Contains(rec.People, who) {
			rec.People = append(rec.People, who)
		}
	}
	out := linked(request.ClassOK, rec.tell(d, r.Now, false))
	out.More = true
	return out, errors.Join(rec.save(st), put(st, sameKey(r), rec.Ref), put(st, numberKey(rec.No), rec.Ref), f.noteSlip(st, r, rec.Ref), list(st, rec))
}

// noteSlip has the code on the request's slip lead to the dossier.
func (f *filings) noteSlip(st gateway.State, r gateway.Request, at ref) error {
	return put(st, slipKey(r.Outer.Facility, ticket.NumberOf(r.Outer.ID)), at)
}

func slipKey(facility, number string) string { return "linked/slip/" + facility + "/" + number }

func personKey(who string) string { return "linked/of/" + who }

// list adds a dossier to those of its people, the newest first. More than an answer
// holds are not kept.
func list(st gateway.State, rec *record) error {
	for _, who := range rec.People {
		all, err := listed(st, who)
		if err != nil {
			return err
		}
		all = append([]ref{rec.Ref}, all...)
		if err := put(st, personKey(who), all[:min(len(all), request.MaxDossiers)]); err != nil {
			return err
		}
	}
	return nil
}

// listed are the dossiers of a person.
func listed(st gateway.State, who string) (all []ref, err error) {
	b, found, err := st.Get(personKey(who))
	if err != nil || !found {
		return nil, err
	}
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("reading a person's dossiers: %w", err)
	}
	return all, nil
}
