package model

import (
	"motcua/kiosk/text"
	"motcua/protocol/local"
)

// compare asks the officer beside the person whether it is the one in the picture.
// Without a picture nobody can say so.
func (s *State) compare(v *View) {
	l := s.lang()
	v.Title, v.Rows, v.Picture = l.Say(text.CompareTitle), s.personRows(), s.picture()
	v.Buttons = []Button{
		s.button("yes", text.CompareSame, IconCheck, Primary),
		s.button("no", text.CompareOther, IconCross, Secondary),
		s.button("other", text.CompareUnsure, IconNone, Secondary),
	}
	if v.Picture == nil {
		v.Buttons = v.Buttons[1:]
		v.Notice = &Notice{Care, IconCare, l.Say(text.CompareNoPicture)}
	}
	if c := s.visit().Compare; c != nil && c.Fault != nil {
		_, words := l.Fault(c.Fault.TextKey)
		v.Notice = &Notice{Care, IconCare, words}
	}
}

// picture is what the officer compares the person with, if it came.
func (s *State) picture() *Picture {
	c := s.visit().Compare
	if c == nil || c.Picture == nil {
		return nil
	}
	return &Picture{c.Picture.W, c.Picture.H, c.Picture.RGB}
}

// wipePicture overwrites a picture that will not be shown any more.
func wipePicture(before, after *local.Visit) {
	if before == nil || before.Compare == nil || before.Compare.Picture == nil {
		return
	}
	if after == nil || after.Compare == nil || after.Compare.Picture != before.Compare.Picture {
		before.Compare.Picture.Wipe()
	}
}

// vouchPIN asks the officer who has said that it is the person for the PIN.
func (s *State) vouchPIN(v *View) {
	s.pin(v, text.VouchTitle, text.VouchLead)
	v.Buttons = []Button{s.button("back", text.VouchBack, IconBack, Secondary)}
}

// vouchFinger asks for the officer's finger.
func (s *State) vouchFinger(v *View) {
	s.message(v, text.VouchFingerTitle, text.VouchLead, ArtFinger)
	v.Notice = s.fingerNotice()
	v.Buttons = []Button{
		s.button("other", text.FingerPIN, IconNone, Primary),
		s.button("back", text.VouchBack, IconBack, Secondary),
	}
}
