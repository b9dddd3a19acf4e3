package linked

import (
	"context"
	"errors"
	"fmt"

	"motcua/protocol/code/ticket"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// statuses tells citizens of their dossiers (C06).
type statuses struct{ *centre }

// Handle implements gateway.Service. The person's card shows all legs of their
// dossiers; a slip shows of one no more than how far it is as a whole. Both are told as
// they were when the hub was asked last.
func (s *statuses) Handle(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if r.Text("by") == "slip" {
		return s.bySlip(ctx, st, r)
	}
	if r.Inner.Subject == nil {
		return gateway.Outcome{}, errors.New("looking dossiers up: nobody is named")
	}
	if r.Text("by") == "draft" {
		return s.byDraft(st, r)
	}
	refs, err := listed(st, s.person(r.Inner.Subject.Number))
	if err != nil {
		return gateway.Outcome{}, err
	}
	all := []request.LinkedDossier{}
	for _, at := range refs {
		rec, err := must(st, at)
		if err != nil {
			return gateway.Outcome{}, fmt.Errorf("looking dossiers up: %w", err)
		}
		told, err := s.now(st, rec, r)
		if err != nil {
			return gateway.Outcome{}, fmt.Errorf("looking dossiers up: %w", err)
		}
		all = append(all, told)
	}
	return linked(request.ClassOK, all...), nil
}

// now is a dossier as it is told now.
func (c *centre) now(st gateway.State, rec *record, r gateway.Request) (request.LinkedDossier, error) {
	d, err := rec.resume(c.Calendar)
	if err != nil {
		return request.LinkedDossier{}, err
	}
	if err := takeNotes(st, rec.Ref, d, r.Now); err != nil {
		return request.LinkedDossier{}, err
	}
	return rec.tell(d, r.Now, false), nil
}

// bySlip tells of the dossier that a slip leads to; one that leads to none is looked
// for as that of any other request.
func (s *statuses) bySlip(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	slip, err := ticket.Parse(r.Text("dossier"))
	if err != nil || slip.Facility != r.Outer.Facility {
		return gateway.Slips{}.Handle(ctx, st, r)
	}
	rec, err := find(st, slipKey(slip.Facility, slip.Number))
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("looking a slip up: %w", err)
	}
	if rec == nil {
		return gateway.Slips{}.Handle(ctx, st, r)
	}
	told, err := s.now(st, rec, r)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("looking a slip up: %w", err)
	}
	a := &request.AnswerDossier{State: request.DossierReceived, At: told.Filed, Overall: told.Overall}
	if told.Held != "" {
		a.State = request.DossierHeld
	}
	return gateway.Outcome{Class: request.ClassOK, Answer: &request.Answer{Dossier: a}}, nil
}
