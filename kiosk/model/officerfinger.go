package model

import (
	"fmt"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// layFinger asks an officer for a finger; the PIN is always the other way.
func (s *State) layFinger(v *View) {
	s.message(v, text.FingerTitle, text.FingerLead, ArtFinger)
	v.Notice = s.fingerNotice()
	v.Buttons = []Button{s.button("other", text.FingerPIN, IconNone, Primary)}
	if s.visit().Acting { // the finger as well, for a service
		v.Buttons = []Button{s.button("back", text.OfficeBack, IconBack, Secondary)}
	}
}

// fingerConsent says what is kept of a finger, in the catalogue's words: the audit log
// keeps their hash.
func (s *State) fingerConsent(v *View) {
	l := s.lang()
	v.Title, v.Lead, v.Art = l.Say(text.ConsentTitle), l.Set(catalogue.FingerText(string(l))), ArtFinger
	v.Notice = s.fingerNotice()
	v.Buttons = []Button{
		s.button("yes", text.ConsentYes, IconCheck, Primary),
		s.button("no", text.ConsentNo, IconNone, Secondary),
	}
}

// enrol says what to do next while a finger is taken.
func (s *State) enrol(v *View) {
	title := text.EnrolReady
	f := s.visit().Finger
	if f == nil {
		f = &local.Finger{}
	}
	switch f.Ask {
	case local.AskLay:
		title = text.EnrolLay
	case local.AskLift:
		title = text.EnrolLift
	}
	v.Title, v.Art = s.lang().Say(title), ArtFinger
	if f.Of > 0 {
		v.Lead = s.lang().Say(text.EnrolCount, text.Fill("n", fmt.Sprint(f.Number)), text.Fill("total", fmt.Sprint(f.Of)))
	}
	v.Buttons = []Button{s.button("no", text.EnrolStop, IconNone, Secondary)}
}

// fingerRow says whether a finger is kept, with what can be done about it.
func (s *State) fingerRow(kept local.FingerKept) (Row, bool) {
	l := s.lang()
	row := func(value, label, said text.Key, id string) (Row, bool) {
		b := s.button(id, label, IconNone, Secondary)
		b.Spoken = text.Plain(l.Say(said))
		return Row{Label: l.Say(text.FingerRow), Value: l.Say(value), Change: &b}, true
	}
	switch kept {
	case local.FingerNone:
		return row(text.FingerNone, text.FingerAdd, text.FingerAddSaid, "enrol")
	case local.FingerSealed:
		return row(text.FingerKept, text.FingerDelete, text.FingerDeleteSaid, "forget")
	}
	return Row{}, false
}

func (s *State) fingerKept() local.FingerKept {
	if d := s.visit().Duty; d != nil && !d.CaseOpened {
		return d.Finger
	}
	return ""
}

// fingerWords are the words about the last try; a newer kioskd's is left out.
var fingerWords = map[local.FingerWord]text.Key{
	local.FingerWrong: text.FingerWordWrong, local.FingerPoor: text.FingerWordPoor, local.FingerDiffer: text.FingerWordDiffer,
	local.FingerAbsent: text.FingerWordAbsent, local.FingerSpent: text.FingerWordSpent, local.FingerNoReader: text.FingerWordNoReader,
	local.FingerOther: text.FingerWordOther, local.FingerDamaged: text.FingerWordDamaged, local.FingerEnrolled: text.FingerWordEnrolled,
	local.FingerDeleted: text.FingerWordDeleted, local.FingerUnwritten: text.FingerWordUnwritten,
}

// fingerNotice tells what became of the last try, with the reader's fault for a
// technician.
func (s *State) fingerNotice() *Notice {
	f := s.visit().Finger
	if f == nil {
		return nil
	}
	key, ok := fingerWords[f.Word]
	if !ok {
		return nil
	}
	n := &Notice{Care, IconCare, s.lang().Say(key)}
	switch f.Word {
	case local.FingerEnrolled, local.FingerDeleted:
		n.Tone, n.Icon = Good, IconCheck
	case local.FingerNoReader:
		for _, d := range s.snap.Kiosk.Devices {
			if d.Device == "finger-reader" && d.Fault != nil {
				n.Text += " (" + string(d.Fault.Code) + ")"
			}
		}
	default:
	}
	return n
}
