package linked

import (
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// staleAfter is how old what an agency said of a leg may be before it is told as old.
const staleAfter = 24 * time.Hour

// tell is what a citizen is told of a dossier.
func (r *record) tell(d *dossier.Dossier, now time.Time, again bool) request.LinkedDossier {
	out := request.LinkedDossier{
		No: r.No, Kind: string(d.Kind), Overall: string(d.Overall()), Filed: r.Filed.UnixMilli(), Hub: r.Hub != "",
		Held: r.Held, About: r.About, Again: again,
	}
	for _, l := range d.Legs {
		out.Legs = append(out.Legs, r.tellLeg(l, now))
	}
	return out
}

func (r *record) tellLeg(l dossier.Leg, now time.Time) request.LinkedLeg {
	asOf, source := r.spoken(l)
	out := request.LinkedLeg{
		Procedure: string(l.Procedure), Agency: string(l.Agency), State: string(l.State), Reason: string(l.Reason),
		Since: l.Since.UnixMilli(), AsOf: asOf.UnixMilli(), Source: source, Stale: !l.State.Final() && now.Sub(asOf) > staleAfter,
	}
	if !l.State.Final() {
		out.Due = day(l.Due)
	}
	if l.State == dossier.NeedsSupplement && l.Supplied.IsZero() {
		out.Item, out.ItemBy = r.Items[l.Procedure], day(l.SupplementBy)
	}
	return out
}

// spoken is when a leg was spoken of last, and by whom.
func (r *record) spoken(l dossier.Leg) (time.Time, string) {
	heard, ok := r.Heard[l.Procedure]
	switch {
	case !ok:
		return l.AsOf, request.SourceCentre
	case heard.Before(l.AsOf):
		return l.AsOf, request.SourceHub
	}
	return heard, request.SourceHub
}

// day is a day in Viet Nam, dd/mm/yyyy; empty for no time.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(workday.Zone()).Format("02/01/2006")
}
