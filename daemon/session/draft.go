package session

import (
	"context"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/birthfile"
	"motcua/protocol/code/ticket"
	"motcua/protocol/envelope"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// draft is the file of a newborn that a hospital has begun, whose slip was scanned for a
// birth (C01).
type draft struct {
	code  string // of the slip; empty: none was scanned
	asked bool   // the centre was asked what it says, or could not be
	told  *request.AnswerDraft
}

// shown says on the first question what came of the slip.
func (d draft) shown(f *form) local.DraftState {
	switch {
	case d.code == "" || len(f.typed) > 0:
		return ""
	case d.told != nil && len(d.told.Values) > 0:
		return local.DraftTaken
	}
	return local.DraftNone
}

// birthFileCode takes the slip of a newborn's file: it begins the birth.
func (s *Session) birthFileCode(t birthfile.Token) local.CodeWord {
	if !s.offers(catalogue.Birth) {
		return local.CodeForeign
	}
	if !s.takesDraft() {
		return local.CodeNotNow
	}
	if s.visit == nil {
		if err := s.open(""); err != nil {
			s.log.Error("beginning a visit for a code", "err", err)
			return local.CodeNotNow
		}
	}
	s.visit.draft.code = t.Code()
	s.story("draft-scanned")
	if s.visit.service == "" {
		s.choose(catalogue.Birth)
		return ""
	}
	return local.CodeBirthFile
}

// takesDraft: before the questions of a birth begin, or nothing was chosen yet.
func (s *Session) takesDraft() bool {
	v := s.visit
	if v == nil {
		return s.slot.reader == ""
	}
	switch v.step {
	case local.StepMenu:
		return true
	case local.StepAbout, local.StepPlace, local.StepKey:
		return v.service == catalogue.Birth && v.other == nil
	default:
		return false
	}
}

// slipOfDraft takes the slip of a file that was begun without a connection, which has the
// code that every slip has.
func (s *Session) slipOfDraft(slip ticket.Reference) local.CodeWord {
	if s.visit.service != catalogue.Birth || !s.takesDraft() {
		return local.CodeNotNow
	}
	s.visit.draft.code = slip.Code()
	s.story("draft-scanned")
	return local.CodeBirthFile
}

// drafting tells whether what is being looked up is the hospital's file.
func (s *Session) drafting() bool { return s.visit.service == catalogue.Birth }

// asksDraft turns to the centre for what the file says, before the first question; false
// where there is none, or nobody to ask.
func (s *Session) asksDraft() bool {
	v := s.visit
	if !s.drafting() || v.draft.code == "" || v.draft.asked {
		return false
	}
	v.draft.asked = true
	if !s.kiosk.link.Online {
		return false
	}
	s.on(DraftWanted)
	return true
}

// askDraft asks the centre, as a request of its own (service C06).
func (s *Session) askDraft() {
	v := s.visit
	v.lookup.timer = s.later(v, s.cfg.Times.AnswerWait, func() { s.unasked("no answer in time") })
	s.run(v, func(context.Context) func() { return s.sendLookup })
}

// draftTold goes on to the questions with what the centre says, nil for nothing.
func (s *Session) draftTold(a *request.AnswerDraft) {
	v := s.visit
	v.lookup.stop()
	v.draft.told = a
	s.story("draft", "told", a != nil && len(a.Values) > 0)
	s.on(DraftTold)
}

// openDraft is the centre's answer about a file.
func (s *Session) openDraft(r request.Result) {
	a, err := envelope.OpenResult(r, s.visit.reply)
	if err != nil || a.Draft == nil {
		s.unasked("an answer that is none")
		return
	}
	s.draftTold(a.Draft)
}

// takeDraft answers what the file says, as far as the form takes it. Who begins a birth
// with it was born in a hospital.
func (s *Session) takeDraft() {
	f, a := &s.visit.form, s.visit.draft.told
	if a == nil || len(a.Values) == 0 {
		return
	}
	if a.Mine {
		f.values["relation"] = request.TextValue("mother")
	}
	f.values["case"] = request.TextValue("facility")
	for _, q := range f.service().Fields {
		if v, told := a.Values[q.ID]; told && f.svc.Asks(q, f.values) && q.Check(v) == "" {
			f.values[q.ID] = v
		}
	}
}

// agreeToDraft records that the person agreed to the centre's being asked for the file, in
// the words that the screen shows.
func (s *Session) agreeToDraft() []request.Consent {
	v := s.visit
	var all []request.Consent
	for _, purpose := range catalogue.Purposes(catalogue.DossierStatus) {
		all = append(all, request.Consent{
			Purpose: purpose, TextHash: catalogue.ConsentHash(catalogue.DossierStatus, v.lang), Lang: v.lang, At: time.Now().UnixMilli(),
		})
	}
	return all
}
