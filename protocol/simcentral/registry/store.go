package registry

import (
	"cmp"
	"maps"
	"slices"
	"time"

	imm "motcua/protocol/immunisation"
	"motcua/protocol/workday"
)

// store is what the registry holds.
type store struct {
	plans        map[string][]byte
	sessions     map[string]*imm.SessionState
	doses        map[string]*imm.DoseState
	batches      map[string]*imm.BatchState
	certificates map[string]*imm.Certificate
}

func newStore(plans map[string][]byte) store {
	return store{
		plans: maps.Clone(plans), sessions: map[string]*imm.SessionState{}, doses: map[string]*imm.DoseState{},
		batches: map[string]*imm.BatchState{}, certificates: map[string]*imm.Certificate{},
	}
}

func (s store) forge(v any) {
	switch v := v.(type) {
	case imm.SessionState:
		s.sessions[v.Session.ID] = &v
	case imm.DoseState:
		s.doses[v.Dose.ID] = &v
	case imm.BatchState:
		s.batches[v.Batch.Root] = &v
	}
}

// answer does what is asked.
func (s store) answer(verb string, body []byte) (any, error) {
	switch verb {
	case imm.VerbPlan:
		return named(body, s.plan)
	case imm.VerbOpen:
		return asked(body, s.open)
	case imm.VerbSession:
		return named(body, s.session)
	case imm.VerbClose:
		return asked(body, s.end)
	case imm.VerbDosesOf:
		return named(body, s.dosesOf)
	case imm.VerbHistory:
		return asked(body, s.history)
	case imm.VerbDose:
		return named(body, s.dose)
	case imm.VerbRecord:
		return asked(body, s.record)
	case imm.VerbBatch:
		return asked(body, s.batch)
	case imm.VerbBatchOf:
		return named(body, s.batchOf)
	case imm.VerbAttest:
		return asked(body, s.attest)
	case imm.VerbCertificate:
		return named(body, s.certificate)
	case imm.VerbIssue:
		return asked(body, s.issue)
	case imm.VerbRevoke:
		return asked(body, s.revoke)
	case imm.VerbRevoked:
		return named(body, s.revoked)
	case imm.VerbHours:
		return named(body, s.hours)
	}
	return nil, errAsked
}

// asked decodes a question and has it answered.
func asked[Q, A any](body []byte, answer func(Q) (A, error)) (any, error) {
	q, err := imm.Decode[Q](body)
	if err != nil {
		return nil, err
	}
	return answer(q)
}

func named[A any](body []byte, answer func(string) (A, error)) (any, error) {
	return asked(body, func(n imm.Name) (A, error) { return answer(n.Name) })
}

func (s store) plan(id string) (imm.Planned, error) {
	approval, found := s.plans[id]
	if !found {
		return imm.Planned{}, refused(imm.PlanUnknown)
	}
	return imm.Planned{Approval: approval}, nil
}

// open: a plan has one session, and whoever asks again is told that one.
func (s store) open(v imm.Session) (imm.SessionState, error) {
	for _, had := range s.sessions {
		if had.Session.Plan == v.Plan {
			return *had, nil
		}
	}
	s.sessions[v.ID] = &imm.SessionState{Session: v}
	return *s.sessions[v.ID], nil
}

func (s store) session(id string) (imm.SessionState, error) {
	had, found := s.sessions[id]
	if !found {
		return imm.SessionState{}, refused(imm.SessionUnknown)
	}
	return *had, nil
}

// end: the first end of a session counts.
func (s store) end(c imm.Closing) (imm.SessionState, error) {
	had, found := s.sessions[c.Session]
	if !found {
		return imm.SessionState{}, refused(imm.SessionUnknown)
	}
	had.Closed = cmp.Or(had.Closed, c.At)
	return *had, nil
}

func (s store) dosesOf(session string) ([]imm.DoseState, error) {
	return s.those(func(d imm.Dose) bool { return d.Session == session }), nil
}

func (s store) history(w imm.Whose) ([]imm.DoseState, error) {
	return s.those(func(d imm.Dose) bool {
		return d.Subject.Number == w.Number && (w.Antigen == "" || w.Antigen == d.Antigen)
	}), nil
}

// those are doses in the order in which they were given.
func (s store) those(which func(imm.Dose) bool) []imm.DoseState {
	all := []imm.DoseState{}
	for _, d := range s.doses {
		if which(d.Dose) {
			all = append(all, *d)
		}
	}
	slices.SortFunc(all, func(a, b imm.DoseState) int {
		return cmp.Or(cmp.Compare(a.Dose.At, b.Dose.At), cmp.Compare(a.Dose.ID, b.Dose.ID))
	})
	return all
}

func (s store) dose(id string) (imm.DoseState, error) {
	had, found := s.doses[id]
	if !found {
		return imm.DoseState{}, refused(imm.DoseUnknown)
	}
	return *had, nil
}

// record: of two doses with the same person, antigen and number the first counts, and
// the second is answered with it.
func (s store) record(d imm.Dose) (imm.DoseState, error) {
	session, found := s.sessions[d.Session]
	if !found {
		return imm.DoseState{}, refused(imm.SessionUnknown)
	}
	for _, had := range s.doses {
		same := had.Dose.Subject.Number == d.Subject.Number && had.Dose.Antigen == d.Antigen && had.Dose.Number == d.Number && had.Revoked == 0
		if had.Dose.ID == d.ID || same {
			return *had, nil
		}
	}
	switch {
	case session.Revoked != 0:
		return imm.DoseState{}, refused(imm.SessionRevoked)
	case d.At < session.Session.Opened || d.At > session.End():
		return imm.DoseState{}, refused(imm.OutsideSession)
	case session.Doses >= session.Session.Most:
		return imm.DoseState{}, refused(imm.MoreThanPlanned)
	}
	session.Doses++
	s.doses[d.ID] = &imm.DoseState{Dose: d}
	return *s.doses[d.ID], nil
}

func (s store) batch(b imm.Batch) (imm.BatchState, error) {
	if _, found := s.batches[b.Root]; !found {
		s.batches[b.Root] = &imm.BatchState{Batch: b}
	}
	return *s.batches[b.Root], nil
}

func (s store) batchOf(root string) (imm.BatchState, error) {
	had, found := s.batches[root]
	if !found {
		return imm.BatchState{}, refused(imm.BatchUnknown)
	}
	return *had, nil
}

// attest: the first attestation counts, and its doses are attested with it.
func (s store) attest(a imm.Attestation) (imm.BatchState, error) {
	had, found := s.batches[a.Root]
	if !found {
		return imm.BatchState{}, refused(imm.BatchUnknown)
	}
	if had.Attestation != nil {
		return *had, nil
	}
	had.Attestation = &a
	for _, id := range had.Batch.Doses {
		if d := s.doses[id]; d != nil {
			d.Batch = a.Root
		}
	}
	return *had, nil
}

func (s store) certificate(id string) (imm.Certificate, error) {
	had, found := s.certificates[id]
	if !found {
		return imm.Certificate{}, refused(imm.CredentialNone)
	}
	return *had, nil
}

// issue: the same request gets the certificate that it got, and no dose that was
// revoked meanwhile is certified.
func (s store) issue(c imm.Certificate) (imm.Certificate, error) {
	if had, found := s.certificates[c.ID]; found {
		return *had, nil
	}
	for _, id := range c.Doses {
		switch d := s.doses[id]; {
		case d == nil:
			return imm.Certificate{}, refused(imm.DoseUnknown)
		case d.Revoked != 0:
			return imm.Certificate{}, refused(imm.DoseRevoked)
		}
	}
	s.certificates[c.ID] = &c
	return c, nil
}

// revoke ends a certificate, or a session with its doses and every certificate that
// says one of them. It tells which certificates have ended by it.
func (s store) revoke(r imm.Revocation) (imm.Revoked, error) {
	if c, found := s.certificates[r.Credential]; found {
		c.Revoked = cmp.Or(c.Revoked, r.At)
		return imm.Revoked{Certificates: []string{c.ID}}, nil
	}
	session, found := s.sessions[r.Credential]
	if !found {
		return imm.Revoked{}, refused(imm.CredentialNone)
	}
	session.Revoked, session.Closed = cmp.Or(session.Revoked, r.At), cmp.Or(session.Closed, r.At)
	for _, d := range s.doses {
		if d.Dose.Session == r.Credential {
			d.Revoked = cmp.Or(d.Revoked, r.At)
		}
	}
	out := imm.Revoked{Certificates: []string{}}
	for _, id := range slices.Sorted(maps.Keys(s.certificates)) {
		if c := s.certificates[id]; slices.Contains(c.Sessions, r.Credential) {
			c.Revoked = cmp.Or(c.Revoked, r.At)
			out.Certificates = append(out.Certificates, id)
		}
	}
	return out, nil
}

func (s store) revoked(string) (imm.Revoked, error) {
	out := imm.Revoked{Certificates: []string{}}
	for _, id := range slices.Sorted(maps.Keys(s.certificates)) {
		if s.certificates[id].Revoked != 0 {
			out.Certificates = append(out.Certificates, id)
		}
	}
	return out, nil
}

// hours counts a day's doses by facility and hour.
func (s store) hours(day string) ([]imm.Hour, error) {
	type place struct{ facility, hour string }
	counts, sessions := map[place]uint{}, map[place]map[string]bool{}
	for _, d := range s.doses {
		hour := time.UnixMilli(d.Dose.At).In(workday.Zone()).Format("2006-01-02T15")
		if hour[:len(time.DateOnly)] != day {
			continue
		}
		p := place{d.Dose.Facility, hour}
		counts[p]++
		if sessions[p] == nil {
			sessions[p] = map[string]bool{}
		}
		sessions[p][d.Dose.Session] = true
	}
	all := []imm.Hour{}
	for p, n := range counts {
		all = append(all, imm.Hour{Facility: p.facility, Hour: p.hour, Sessions: uint(len(sessions[p])), Doses: n})
	}
	slices.SortFunc(all, func(a, b imm.Hour) int {
		return cmp.Or(cmp.Compare(a.Facility, b.Facility), cmp.Compare(a.Hour, b.Hour))
	})
	return all, nil
}
