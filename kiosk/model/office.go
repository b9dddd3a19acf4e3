package model

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// services are those that the officer may carry out.
func (s *State) services() []local.Offer {
	if d := s.visit().Duty; d != nil && !d.CaseOpened {
		return d.Services
	}
	return nil
}

// officer offers them.
func (s *State) officer(v *View) {
	v.Title = s.lang().Say(text.OfficeTitle)
	s.offer(v, s.services())
	v.Buttons = []Button{s.button("back", text.OfficeBack, IconBack, Secondary)}
}

// reportRow says how far the centre has been told of the session.
func (s *State) reportRow(r local.DutyReport) (Row, bool) {
	words, ok := s.lang().Lookup(text.Key("duty.report." + string(r)))
	return Row{Label: s.lang().Say(text.DutyReport), Value: words}, ok
}

// office is what the officer is doing; nothing where a newer kioskd tells none.
func (s *State) office() local.Office {
	if o := s.visit().Office; o != nil {
		return *o
	}
	return local.Office{}
}

// desk shows what is to be signed.
func (s *State) desk(v *View) {
	l := s.lang()
	v.Title = l.Say(text.DeskTitle)
	tasks := s.office().Tasks
	page, more := paged(tasks, s.page)
	for _, t := range page {
		b := Button{ID: "task." + t.ID, Label: s.taskName(t), Icon: IconArrow, Kind: Choice}
		if t.Settled || t.Taken && !t.Mine {
			b.Icon, b.Disabled = IconNone, true
		}
		b.Spoken = text.Plain(b.Label)
		v.Choices = append(v.Choices, b)
	}
	if more {
		v.Choices = append(v.Choices, s.button("more", text.MenuMore, IconArrow, Choice))
	}
	if len(tasks) == 0 {
		s.message(v, text.DeskNone, text.DeskNoneLead, ArtCheck)
	}
	v.Buttons = []Button{s.button("back", text.OfficeBack, IconBack, Secondary)}
}

// taskName is a task in a line.
func (s *State) taskName(t local.Task) string {
	l := s.lang()
	switch {
	case t.Kind == local.TaskBatch:
		return l.Say(text.DeskBatch, text.Fill("plan", t.Plan), text.Fill("n", strconv.Itoa(t.Records)))
	case t.Settled:
		return l.Say(text.DeskSettled, text.Fill("title", t.Title))
	case t.Taken && !t.Mine:
		return l.Say(text.DeskTaken, text.Fill("title", t.Title))
	}
	return l.Set(t.Title)
}

// preview shows what is signed: what it says, a page at a time, and then the very digest
// that the token gets.
func (s *State) preview(v *View, now time.Time) {
	l := s.lang()
	t := s.office().Chosen
	if t == nil {
		t = &local.Task{}
	}
	back := s.button("back", text.ChooseBack, IconBack, Secondary)
	if said := pagesOf(t.Preview); s.page < len(said) {
		v.Title, v.Lead, v.Art = l.Set(t.Title), l.Set(said[s.page]), ArtList
		v.Buttons = []Button{s.button("more", text.MenuMore, IconArrow, Primary), back}
		return
	}
	v.Title = l.Say(text.PreviewTitle)
	row := func(k text.Key, value string) { v.Rows = append(v.Rows, Row{Label: l.Say(k), Value: value}) }
	v.Buttons = []Button{s.button("continue", text.PreviewSign, IconArrow, Primary)}
	if t.Kind == local.TaskBatch {
		row(text.PreviewPlan, shown(t.Plan))
		row(text.PreviewRecords, strconv.Itoa(t.Records))
		row(text.PreviewRoot, grouped(t.ID))
	} else {
		v.Title = s.word("task."+t.Kind, l.Set(t.Title))
		row(text.PreviewPages, strconv.Itoa(t.Pages))
		if t.Due > 0 {
			row(text.PreviewDue, shown(time.UnixMilli(t.Due).In(now.Location()).Format("15:04 02/01/2006")))
		}
		row(text.PreviewHash, grouped(t.ID))
		v.Buttons = append(v.Buttons, s.button("decline", text.PreviewRefuse, IconNone, Secondary))
	}
	v.Buttons = append(v.Buttons, back)
}

// previewed tells whether all that the document says was shown.
func (s *State) previewed() bool {
	t := s.office().Chosen
	return t != nil && s.page >= len(pagesOf(t.Preview))
}

// previewPage is how many characters of a document one screen shows.
const previewPage = 170

// pagesOf breaks what a document says into pages, at spaces and ends of lines.
func pagesOf(said string) []string {
	var pages []string
	page := ""
	for word := range strings.FieldsSeq(strings.ReplaceAll(said, "\n", " · ")) {
		if page != "" && utf8.RuneCountInString(page)+utf8.RuneCountInString(word) >= previewPage {
			pages, page = append(pages, page), ""
		}
		page = strings.TrimSpace(page + " " + word)
	}
	if page != "" {
		pages = append(pages, page)
	}
	return pages
}

// grouped sets a long digest in groups of eight, so that it can be compared, and broken
// into lines.
func grouped(digest string) string {
	var b strings.Builder
	for i, r := range digest {
		if i > 0 && i%8 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// tokenPIN is the field of a token's PIN: any characters, and no capitals by themselves.
func tokenPIN() catalogue.Field {
	return catalogue.Field{ID: "pin", Kind: catalogue.KindCode, Min: 1, Max: 64}
}

// token asks for the PIN of the officer's signing token. Nothing of it is shown but its
// length.
func (s *State) token(v *View) {
	l := s.lang()
	v.Title = l.Say(text.TokenTitle)
	v.Notice = &Notice{Calm, IconCard, l.Say(text.TokenPlug)}
	o := s.office()
	if o.Token != nil {
		said, _ := l.Fault(o.Token.TextKey)
		said += "."
		switch o.Tries {
		case "low":
			said += " " + l.Say(text.TokenLow)
		case "last":
			said += " " + l.Say(text.TokenLast)
		}
		v.Notice = &Notice{Care, IconCare, said}
	}
	v.Board = s.board(tokenPIN())
	v.Board.Text = strings.Repeat("*", len(s.entry.text))
	v.Buttons = []Button{s.button("back", text.ChooseBack, IconBack, Secondary)}
}

// typePIN presses a key of the token's PIN; a capital is typed where one is asked for.
func (s *State) typePIN(key string) {
	s.entry.press(tokenPIN(), key)
	if key != "shift" {
		s.entry.capital = false
	}
}

// outcome tells what came of an act, and what comes next.
func (s *State) outcome(v *View, now time.Time) {
	l := s.lang()
	o := s.office().Outcome
	if o == nil {
		o = &local.Outcome{}
	}
	v.Tone, v.Art = Good, ArtCheck
	s.message(v, text.OutcomeSilent, text.OutcomeSilentLead, ArtCheck)
	if title, ok := l.Lookup(text.Key("outcome." + string(o.Word))); ok {
		v.Title, v.Lead = title, s.word("outcome."+string(o.Word)+".lead", "")
	}
	switch o.Word {
	case local.OutcomeRefused, local.OutcomeHeld, local.OutcomeSilent, local.OutcomeUnkept:
		v.Tone, v.Art = Care, ArtCare
	default:
	}
	said := o.VI
	if l == text.English {
		said = o.EN
	}
	if said != "" {
		v.Lead = l.Set(said)
	}
	if o.Reason != "" {
		v.Small = l.Say(text.OutcomeReason) + ": " + shown(o.Reason)
	}
	if o.No != "" && len(o.No) <= maxNo {
		v.Rows = append(v.Rows, Row{Label: l.Say(text.OutcomeNo), Value: shown(o.No)})
	}
	s.sessionRows(v, o.Session, now)
	v.Buttons = []Button{s.button("continue", text.OutcomeOn, IconArrow, Primary), s.button("finish", text.ExitCancel, IconNone, Secondary)}
}

// maxNo is how long a number is shown that somebody may want to write down.
const maxNo = 64

// sessionRows tell of a vaccination session.
func (s *State) sessionRows(v *View, a *local.VaccineSession, now time.Time) {
	if a == nil {
		return
	}
	l := s.lang()
	row := func(k text.Key, value string) { v.Rows = append(v.Rows, Row{Label: l.Say(k), Value: value}) }
	row(text.PreviewPlan, shown(a.Plan))
	row(text.OutcomeUntil, shown(time.UnixMilli(a.Until).In(now.Location()).Format("15:04 02/01/2006")))
	row(text.OutcomeMost, strconv.Itoa(a.Most))
	row(text.OutcomeDoses, strconv.Itoa(a.Doses))
	if s.office().Outcome.Word == local.OutcomeClosed {
		row(text.OutcomeToAttest, strconv.Itoa(a.Records))
	} else {
		row(text.OutcomeLots, l.Set(strings.Join(a.Lots, ", ")))
	}
	row(text.OutcomeSession, grouped(a.ID))
}
