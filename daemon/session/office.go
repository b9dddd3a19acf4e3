package session

import (
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/immunisation"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// officeWait is how long an officer waits for the centre's answer. What has not been done
// by then is not done: the request is over.
const officeWait = 45 * time.Second

// office is a visit's part in an officer's service.
type office struct {
	acting  bool         // a service was chosen
	asked   request.ID   // is on its way
	timer   *time.Timer  // ends the waiting; nil before
	tasks   []local.Task // to be signed
	chosen  *local.Task
	pin     []byte     // of the token, until it has it
	token   fault.Code // what it failed with last
	tries   string
	outcome *local.Outcome
}

// end forgets what is on its way, and the PIN.
func (o *office) end() {
	if o.timer != nil {
		o.timer.Stop()
	}
	clear(o.pin)
	o.asked, o.pin = request.ID{}, nil
}

// beginOffice begins a service whose officer has proven enough.
func (s *Session) beginOffice() {
	switch v := s.visit; v.service {
	case catalogue.DutySession:
		if v.duty.told == v.duty.officer.Session { // with the finger it was told
			s.toDuty()
			return
		}
		s.reportDuty("open", s.toDuty)
	case catalogue.SigningDesk:
		s.askOffice(map[string]request.Value{"act": request.TextValue("list")})
	case catalogue.AttestDoses:
		v.office.tasks = batches(s.cfg.Vaccines.Batches())
		s.on(DeskShown)
	case catalogue.VaccineSession:
		s.beginVaccineSession()
	default:
		s.fillOffice(map[string]request.Value{"act": request.TextValue("revoke")}, "credential", "reason")
	}
}

// fillOffice asks for some fields of the service's form; the others are known.
func (s *Session) fillOffice(known map[string]request.Value, asked ...string) {
	f := &s.visit.form
	svc, _ := catalogue.Lookup(s.visit.service)
	*f = newForm(svc, known)
	f.only = append([]string{}, asked...)
	if f.next() {
		s.on(FormBegun)
		return
	}
	s.on(FormComplete)
}

// askOffice sends a request of the service, for whose answer the officer waits.
func (s *Session) askOffice(values map[string]request.Value) {
	v := s.visit
	v.form.values = values
	s.on(CentreAsked)
	s.freshProof(v.service, func(err error) {
		switch {
		case v.step != local.StepWaiting: // the officer has left the screen
		case err != nil:
			s.log.Warn("the officer's card does not prove itself", "visit", v.id, "err", err)
			s.fail(NotSaved, fault.CodeOf(err))
		default:
			s.sendOffice()
		}
	})
}

// sendOffice saves the request, which is sent at once.
func (s *Session) sendOffice() {
	v := s.visit
	svc, _ := catalogue.Lookup(v.service)
	c, err := s.compose(svc.ID, request.GenericForm{Entry: svc.Entry(), Values: v.form.values})
	if wrong := svc.Validate(v.form.values); err == nil && len(wrong) > 0 {
		err = wrong[0]
	}
	if err != nil {
		s.log.Error("composing a request", "visit", v.id, "service", v.service, "err", err)
		s.fail(NotSaved, fault.Internal)
		return
	}
	c.draft.ExpiresAt = time.Now().Add(officeWait)
	v.office.end()
	v.office.asked = c.draft.ID
	v.office.timer = s.later(v, officeWait, func() { s.officeSilent(c.draft.ID) })
	s.save(c, func(seq uint64, err error) {
		if err != nil {
			s.log.Error("saving a request", "visit", v.id, "service", svc.ID, "err", err)
			if v.step == local.StepWaiting {
				s.fail(NotSaved, fault.CodeOf(err))
			}
			return
		}
		s.story("queued", "service", svc.ID, "seq", seq, "id", c.draft.ID.String())
	})
}

// officeSilent tells that no answer has come. It may come later: what was done is told
// when the same is asked for again.
func (s *Session) officeSilent(id request.ID) {
	v := s.visit
	if v.step != local.StepWaiting || v.office.asked != id {
		return
	}
	s.concluded(local.Outcome{Word: local.OutcomeSilent})
}

// officeReceipt takes the receipt of what is on its way. The reason of a refusal comes
// with the result; one without is told by the receipt alone.
func (s *Session) officeReceipt(r request.Receipt) {
	v := s.visit
	switch r.Status {
	case request.StatusRefused, request.StatusExpired:
		s.later(v, receiptLead, func() {
			if v.step == local.StepWaiting && v.office.asked == r.ID {
				s.refusedOffice("", r.Code)
			}
		})
	case request.StatusHeld:
		if v.step == local.StepWaiting {
			s.concluded(local.Outcome{Word: local.OutcomeHeld})
		}
	case request.StatusAccepted, request.StatusDuplicate:
	}
}

// officeResult takes what came of it.
func (s *Session) officeResult(r request.Result) {
	v := s.visit
	if v.step != local.StepWaiting && v.step != local.StepOutcome {
		return
	}
	a, err := envelope.OpenResult(r, v.reply)
	switch {
	case err == nil:
		s.officeAnswer(a, time.UnixMilli(r.At))
	case len(r.Codes) > 0 && v.step == local.StepWaiting:
		s.refusedOffice(r.Codes[0], "")
	case r.Class != request.ClassOK && v.step == local.StepWaiting:
		s.refusedOffice("", fault.Refused)
	default: // the answer is still to come
		s.log.Debug("a result that is no answer", "visit", v.id, "class", string(r.Class))
	}
}

// officeAnswer puts an answer to its use, by the service.
func (s *Session) officeAnswer(a request.Answer, at time.Time) {
	v := s.visit
	switch {
	case a.Session != nil && v.service == catalogue.VaccineSession:
		s.sessionAnswered(*a.Session, at)
	case a.Signing != nil && v.service == catalogue.SigningDesk:
		s.signingAnswered(*a.Signing)
	case a.Filed != nil && v.service == catalogue.AttestDoses:
		s.attested(*a.Filed)
	case a.Filed != nil && v.service == catalogue.VaccineCert:
		s.concluded(local.Outcome{Word: local.OutcomeRevoked, No: a.Filed.No, VI: a.Filed.Next, EN: a.Filed.Next})
	default:
		s.log.Warn("a result that answers nothing", "visit", v.id)
	}
}

// refusedOffice tells why the centre does not do it.
func (s *Session) refusedOffice(reason string, code fault.Code) {
	v := s.visit
	if reason == string(immunisation.SessionUnknown) && v.service == catalogue.VaccineSession { // nobody can close it any more
		s.forgetSession()
	}
	out := local.Outcome{Word: local.OutcomeRefused, Reason: reason}
	if e, ok := immunisation.Explain(immunisation.Reason(reason)); ok && v.service != catalogue.SigningDesk {
		out.VI, out.EN = e.VI, e.EN
	} else if t, ok := catalogue.RefusalText(reason); ok {
		out.VI, out.EN = t.VI, t.EN
	}
	if out.Reason == "" {
		out.Reason = string(code)
	}
	s.concluded(out)
}

// concluded shows what came of an act.
func (s *Session) concluded(o local.Outcome) {
	v := s.visit
	again := v.step == local.StepOutcome && v.office.outcome != nil && v.office.outcome.Word == o.Word
	v.office.outcome = &o
	if again {
		return
	}
	if v.step == local.StepWaiting {
		v.office.timer.Stop()
	}
	s.story("office", "service", v.service, "outcome", string(o.Word), "reason", o.Reason)
	s.note(Note{About: AboutOffice, Service: v.service, Outcome: string(o.Word), Reasons: []string{"officer-" + v.duty.officer.Ref}, Detail: v.office.signed()})
	s.on(OfficeAnswered)
}

// onwards leaves the outcome: to what else is to be signed, or to the officer's session.
func (s *Session) onwards() {
	if s.visit.service == catalogue.SigningDesk && s.withheldForOfficer(catalogue.SigningDesk) == "" {
		s.beginOffice()
		return
	}
	s.toDuty()
}

// shownOffice is what the screens of officers' services need.
func (o office) shown() *local.Office {
	out := &local.Office{Tasks: slices.Clone(o.tasks), Tries: o.tries}
	if o.chosen != nil {
		out.Chosen = new(*o.chosen)
	}
	if o.token != "" {
		out.Token = &local.Fault{Code: o.token, TextKey: fault.Lookup(o.token).TextKey}
	}
	if o.outcome != nil {
		out.Outcome = new(*o.outcome)
	}
	return out
}

// formLeft leaves the first question of a form: of what is not to be signed to what it
// says, else to the officer's session.
func (s *Session) formLeft() {
	if v := s.visit; v.office.chosen != nil {
		v.form = form{}
		s.on(PreviewShown)
		return
	}
	s.toDuty()
}
