package session

import (
	"maps"
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// form is what has been answered of a service's form, and what is being asked. The
// session holds all of it: a screen may go away at any time.
type form struct {
	svc     catalogue.Service
	values  map[string]request.Value
	left    []string                // questions that the person left out
	known   map[string]acquaintance // by their cards
	given   map[string]string       // what cards have told, by field
	typed   map[string]bool         // fields that the person has typed or chosen
	late    string                  // the answer whose lateness was told
	field   string                  // is being asked
	problem catalogue.Problem       // of the answer that was given last
	anew    bool                    // asked again from the check-answers screen
	lots    []request.SessionLot    // of the vaccination session
	only    []string                // fields that are asked at all; nil: as the catalogue says
}

// newForm is a form of which some values are known.
func newForm(svc catalogue.Service, values map[string]request.Value) form {
	return form{svc: svc.Questions(), values: values, known: map[string]acquaintance{}, given: map[string]string{}, typed: map[string]bool{}}
}

// enterQuestion begins the form with the first question.
func (s *Session) enterQuestion(e Event) {
	if e == OtherKnown {
		s.goOnAsking(e)
		return
	}
	if e == Naming {
		s.enterNaming()
		return
	}
	if !slices.Contains([]Event{BegunFree, Confirmed, Reporting, PaysInstead, Vouched, CannotTell, DraftTold}, e) {
		return
	}
	if s.comes() {
		return
	}
	if numbered(s.visit.service) {
		s.enterNumber()
		return
	}
	if s.asksDraft() {
		return
	}
	f := &s.visit.form
	svc, _ := catalogue.Lookup(s.visit.service)
	*f = newForm(svc, map[string]request.Value{})
	if e == Reporting {
		s.differs(f)
	}
	if f.svc.ID == catalogue.WithdrawConsent { // the card says who; by a slip there are no questions
		f.values["by"] = request.TextValue("person")
	}
	if f.svc.ID == catalogue.RecordDose {
		s.beginDose(f)
	}
	if f.svc.ID == catalogue.VaccineCert {
		s.beginCertificate(f)
	}
	s.takeDraft()
	s.goOnAsking(e)
}

// service is the form's as it is sent.
func (f *form) service() catalogue.Service {
	svc, _ := catalogue.Lookup(f.svc.ID)
	return svc
}

// goOnAsking turns to the next question, or ends the form.
func (s *Session) goOnAsking(e Event) {
	s.prefill()
	switch more := s.visit.form.next(); {
	case !more && s.naming():
		s.namedByWord()
	case !more:
		s.on(FormComplete)
	case e == "":
		s.on(MoreToAsk)
	}
}

// questions are what the person is asked, in order, as far as the answers tell.
func (f *form) questions() []catalogue.Field {
	return slices.DeleteFunc(slices.Clone(f.svc.Fields), func(q catalogue.Field) bool {
		if f.only != nil {
			return !f.svc.Asks(q, f.values) || !slices.Contains(f.only, q.ID)
		}
		return !f.svc.Asks(q, f.values) || !asked(q) || fills(f.svc.ID, q.ID)
	})
}

// asked tells whether a person is asked for a field: what the kiosk, a chip or the
// centre is to tell is not, but for what the centre should have told and nobody else
// knows.
func asked(q catalogue.Field) bool {
	switch q.Source {
	case catalogue.SourceKiosk:
		return false
	case catalogue.SourceCentre:
		return q.Required && askable(q.Kind)
	case catalogue.SourceTyped, catalogue.SourceScan, catalogue.SourceChip:
		return askable(q.Kind)
	}
	return false
}

// askable tells whether a person can answer with a value of the kind: it can be typed
// or chosen.
func askable(k catalogue.Kind) bool {
	return !slices.Contains([]catalogue.Kind{catalogue.KindCodes, catalogue.KindDigest, catalogue.KindAttachments, catalogue.KindSeen}, k)
}

// scans tells whether a code answers a question.
func scans(q catalogue.Field) bool {
	return q.Source == catalogue.SourceScan && slices.Contains([]catalogue.Kind{catalogue.KindCode, catalogue.KindCodes, catalogue.KindPerson}, q.Kind)
}

// choices are those that lead to a form that can be filled in here, by whoever stands
// here.
func (f *form) choices(q catalogue.Field) []string {
	if f.svc.ID == catalogue.RecordDose && q.ID == "antigen" {
		return f.antigens()
	}
	if f.svc.ID == catalogue.RecordDose && q.ID == "lot" {
		return f.lotsOf()
	}
	var ids []string
	for _, c := range q.Choices {
		if f.possible(q, c) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (f *form) possible(q catalogue.Field, c catalogue.Choice) bool {
	for _, act := range f.svc.Acts {
		if act.Field == q.ID && act.Choice == c.ID && act.Demand.Role != f.svc.Role {
			return false
		}
	}
	return !slices.ContainsFunc(f.svc.Fields, func(other catalogue.Field) bool {
		return other.Required && other.When != nil && other.When.Field == q.ID && slices.Contains(other.When.In, c.ID) &&
			!asked(other) && !fills(f.svc.ID, other.ID)
	})
}

// next turns to the first question that has no answer; false when none is left.
func (f *form) next() bool {
	f.problem, f.anew = "", false
	for _, q := range f.questions() {
		if _, given := f.values[q.ID]; !given && !slices.Contains(f.left, q.ID) {
			f.field = q.ID
			return true
		}
	}
	f.field = ""
	return false
}

// answer takes what the person said to the question that is being asked.
func (s *Session) answer(field, text string) error {
	if s.comes() {
		return s.answerAppointment(field, text)
	}
	if numbered(s.visit.service) {
		return s.answerNumber(field, text)
	}
	f := &s.visit.form
	q, known := f.svc.Field(field)
	if !known || field != f.field {
		return local.ErrNotOffered
	}
	o, about := f.service().About(field)
	if about && field == o.By() {
		return s.answerWay(o, q, text)
	}
	if q.Kind == catalogue.KindChoice && text != "" && !slices.Contains(f.choices(q), text) {
		return local.ErrNotOffered
	}
	if f.problem = f.put(q, text); f.problem == "" && about && s.twice(o, f.values[field]) {
		f.problem = catalogue.Same
		delete(f.values, field)
	}
	if f.problem != "" {
		s.on(AnswerRefused)
		return nil
	}
	f.typed[field] = text != s.suggested(field)
	s.goOnAsking("")
	return nil
}

// put keeps an answer, or says what is wrong with it.
func (f *form) put(q catalogue.Field, text string) catalogue.Problem {
	f.left = slices.DeleteFunc(f.left, func(id string) bool { return id == q.ID })
	value, given, problem := parse(q, text)
	if problem == catalogue.Late && f.late == q.ID+" "+text { // it was told, and is no fault
		problem = ""
	}
	switch {
	case problem != "":
		if problem == catalogue.Late {
			f.late = q.ID + " " + text
		}
		return problem
	case !given && q.Required:
		return catalogue.Missing
	case given && !f.inStock(q, written(value)):
		return catalogue.NoChoice
	case !given:
		delete(f.values, q.ID)
		f.left = append(f.left, q.ID)
	default:
		f.values[q.ID] = value
	}
	for _, other := range f.svc.Fields { // what no longer belongs to the answers
		if !f.svc.Asks(other, f.values) || !f.inStock(other, written(f.values[other.ID])) {
			delete(f.values, other.ID)
		}
	}
	return ""
}

// questionBefore turns to the question before, or back to the check-answers screen
// when one was asked again from there.
func (s *Session) questionBefore() error {
	if s.comes() {
		return local.ErrNotOffered
	}
	if numbered(s.visit.service) {
		return s.queueBefore()
	}
	f := &s.visit.form
	if f.anew {
		f.field, f.problem, f.anew = "", "", false
		s.on(FormComplete)
		return nil
	}
	all := f.questions()
	i := slices.IndexFunc(all, func(q catalogue.Field) bool { return q.ID == f.field })
	switch {
	case i < 1 && s.visit.acting():
		s.formLeft()
		return nil
	case i < 1 && s.naming():
		s.namingLeft()
		return nil
	case i < 1 && s.visit.checkIn.waits:
		s.resume()
		return nil
	case i < 1:
		return local.ErrNotOffered
	}
	f.field, f.problem = all[i-1].ID, ""
	s.on(WentBack)
	return nil
}

// askAnew asks a question again whose answer was checked.
func (s *Session) askAnew(field string) error {
	f := &s.visit.form
	if !slices.ContainsFunc(f.questions(), func(q catalogue.Field) bool { return q.ID == field }) {
		return local.ErrNotOffered
	}
	f.field, f.problem, f.anew = field, "", true
	s.on(AskedAnew)
	return nil
}

// submit sends what was checked, once the person has agreed to it.
func (s *Session) submit() error {
	if s.visit.acting() {
		s.askOffice(maps.Clone(s.visit.form.values))
		return nil
	}
	if v := s.visit; generic(v.service) && len(catalogue.Purposes(v.service)) > 0 {
		s.on(Checked)
		return nil
	}
	s.on(Submitted)
	return nil
}

// demand is what the service demands with the answers so far.
func (f *form) demand(service string) catalogue.Demand {
	svc, _ := catalogue.Lookup(service)
	return svc.With(func(field string) string {
		text, _ := f.values[field].Text()
		return text
	})
}

// shown is the question that is being asked.
func (s *Session) askedNow() *local.Question {
	f := &s.visit.form
	q, _ := f.svc.Field(f.field)
	all := f.questions()
	value := written(f.values[f.field])
	if value == "" {
		value = s.suggested(f.field)
	}
	return &local.Question{
		Field: f.field, Value: value, Problem: string(f.problem), Choices: s.choices(q),
		Back: f.anew || len(all) > 0 && all[0].ID != f.field, Skip: !q.Required,
		Scan: scans(q), Draft: s.visit.draft.shown(f),
	}
}

// formRows are the answers of the form as the person checks them: of people who are known
// otherwise than by word, who they are.
func (s *Session) formRows() []local.Answer {
	f := &s.visit.form
	var rows []local.Answer
	for _, q := range f.svc.Fields {
		if v, given := f.values[q.ID]; given && f.only != nil && !slices.Contains(f.only, q.ID) && q.Source != catalogue.SourceCentre {
			rows = append(rows, local.Answer{Field: q.ID, Value: written(v), Fixed: true})
		}
	}
	for _, q := range f.questions() {
		row := local.Answer{Field: q.ID, Value: written(f.values[q.ID]), Asked: true}
		if o, about := f.service().About(q.ID); about {
			if q.ID == o.Code() {
				continue
			}
			p, _ := s.whoIs(o)
			if q.ID == o.By() && f.by(o) != string(request.KnownByWord) {
				row.Name = p.Name
			}
		}
		rows = append(rows, row)
	}
	return rows
}
