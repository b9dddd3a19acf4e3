package linked

import (
	"context"
	"errors"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/gateway"
	"motcua/protocol/workday"
)

// AgencyHub stands for the hub itself where a dossier is stuck on its way to it.
const AgencyHub dossier.Agency = "hub"

// Why says why somebody should look at a leg.
type Why string

// Reasons, the worst first.
const (
	WhyNotHanded  Why = "not-handed-over" // the hub has not taken the dossier
	WhyOverdue    Why = "overdue"         // the law's date has passed, and the agency has spoken since
	WhySilent     Why = "silent"          // nothing is heard of the agency
	WhyUnfinished Why = "unfinished"      // no date by law, and long under way
)

const (
	handWithin   = time.Hour
	silentAfter  = staleAfter
	finishWithin = 30 * 24 * time.Hour
)

// Stuck is where a dossier does not go on.
type Stuck struct {
	Leg    dossier.Procedure `json:"leg,omitempty"` // empty: the whole dossier
	Agency dossier.Agency    `json:"agency"`
	Why    Why               `json:"why"`
	Since  time.Time         `json:"since"`
}

// stuck is where the dossier does not go on. What waits for the citizen, for another
// leg or for a person at the centre is not stuck.
func (r *record) stuck(d *dossier.Dossier, now time.Time) (all []Stuck) {
	if r.Held != "" || ended(d) {
		return nil
	}
	if r.Hub == "" {
		if now.Sub(r.Filed) > handWithin {
			all = append(all, Stuck{Agency: AgencyHub, Why: WhyNotHanded, Since: r.Filed})
		}
		return all
	}
	if now.Sub(r.Asked) > silentAfter {
		return []Stuck{{Agency: AgencyHub, Why: WhySilent, Since: r.Asked}}
	}
	for _, l := range d.Legs {
		if l.State.Final() || l.State == dossier.Waiting {
			continue
		}
		asOf, _ := r.spoken(l)
		switch {
		case l.Overdue(now) && asOf.After(l.Due): // what nothing is heard of may be finished
			all = append(all, Stuck{l.Procedure, l.Agency, WhyOverdue, l.Due})
		case now.Sub(asOf) > silentAfter:
			all = append(all, Stuck{l.Procedure, l.Agency, WhySilent, asOf})
		case l.Due.IsZero() && l.State != dossier.NeedsSupplement && now.Sub(l.Since) > finishWithin:
			all = append(all, Stuck{l.Procedure, l.Agency, WhyUnfinished, l.Since})
		}
	}
	return all
}

// alarm tells operations about each place once, as long as the process runs.
func (c *centre) alarm(ctx context.Context, r gateway.Request, all []Stuck) {
	for _, s := range all {
		name := refOf(r).String() + "/" + string(s.Leg) + "/" + string(s.Why)
		c.mu.Lock()
		before := c.raised[name]
		c.raised[name] = true
		c.mu.Unlock()
		if before {
			continue
		}
		c.Log.Error("a dossier is stuck", "device", r.Outer.Device, "id", r.Outer.ID.String(), "leg", string(s.Leg), "agency", string(s.Agency), "why", string(s.Why), "since", s.Since)
		c.Raise(context.WithoutCancel(ctx), gateway.Alarm{
			Kind: gateway.AlarmDossier, Device: r.Outer.Device, ID: r.Outer.ID, Seq: r.Outer.Seq, At: r.Now.UnixMilli(), Times: 1,
		})
	}
}

// Open is a dossier that is not at its end, as operators see it. Nothing in it is
// personal.
type Open struct {
	No      string          `json:"no"`
	Service string          `json:"service"`
	Filed   time.Time       `json:"filed"`
	Hub     string          `json:"hub,omitempty"`
	Held    string          `json:"held,omitempty"`
	Overall dossier.Overall `json:"overall"`
	Legs    []dossier.Leg   `json:"legs"`
	Stuck   []Stuck         `json:"stuck"`
}

// openBatch is how many jobs are looked at in one transaction.
const openBatch = 200

// List is every dossier that is followed or held, in the order of their requests' ids.
func List(ctx context.Context, in gateway.Inbox, c *workday.Calendar, now time.Time) (all []Open, err error) {
	jobs, err := in.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	held, err := in.Held(ctx, heldMost)
	if err != nil {
		return nil, err
	}
	var refs []ref
	for _, j := range jobs {
		refs = append(refs, ref{j.Device, j.ID})
	}
	for _, r := range held {
		refs = append(refs, ref{r.Device, r.ID})
	}
	for len(refs) > 0 {
		part := refs[:min(openBatch, len(refs))]
		refs = refs[len(part):]
		var some []Open
		err := in.Update(ctx, func(tx gateway.Tx) (err error) {
			some, err = openOf(tx, part, c, now)
			return err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// heldMost bounds the held requests that are looked at.
const heldMost = 10_000

// openOf are the dossiers among requests.
func openOf(st gateway.State, refs []ref, c *workday.Calendar, now time.Time) (all []Open, err error) {
	for _, at := range refs {
		r, err := load(st, at)
		if err != nil {
			return nil, err
		}
		if r == nil {
			continue
		}
		d, err := r.resume(c)
		if err != nil {
			return nil, errors.Join(errors.New("dossier "+r.No), err)
		}
		all = append(all, Open{r.No, r.Service, r.Filed, r.Hub, r.Held, d.Overall(), d.Legs, append([]Stuck{}, r.stuck(d, now)...)})
	}
	return all, nil
}
