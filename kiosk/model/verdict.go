package model

import (
	"strings"
	"time"

	"motcua/kiosk/text"
	"motcua/protocol/local"
)

// verdict tells what a vaccination certificate is worth, and what to do next. A
// status of a newer kioskd is told as one that could not be checked.
func (s *State) verdict(v *View, now time.Time) {
	l := s.lang()
	c := s.visit().Certificate
	if c == nil {
		c = &local.Certificate{}
	}
	s.message(v, text.VerdictLists, text.VerdictListsLead, ArtDesk)
	v.Tone = Care
	if title, ok := l.Lookup(verdictTitle(c.Status)); ok {
		v.Title, v.Lead = title, s.word("verdict."+c.Status, v.Lead)
	}
	v.Buttons = []Button{s.button("call", text.ExitStaff, IconBell, Primary)} // the bar holds the way out
	if c.Status == "valid" {
		v.Tone, v.Art = Good, ArtShield
		v.Buttons = []Button{s.button("finish", text.VerdictDone, IconCheck, Primary)}
	}
	if also := s.alsoFound(c.Also); also != "" {
		v.Rows = []Row{{Label: l.Say(text.VerdictAlso), Value: also}}
	}
	if c.ListsAt > 0 {
		v.Small = l.Say(text.VerdictListsAt, text.Fill("time", time.UnixMilli(c.ListsAt).In(now.Location()).Format("15:04 02/01/2006")))
	}
	if slip := s.visit().Slip; c.Print && slip == "" {
		v.Buttons = append(v.Buttons, s.button("print", text.VerdictPrint, IconTray, Secondary))
	} else if slip != "" {
		v.Notice = s.slipNotice(slip)
	}
	if s.visit().Slip == local.SlipFailed { // there is no number to remember
		v.Notice = &Notice{Care, IconCare, l.Say(text.VerdictNoSlip)}
	}
	if hint := s.cardHint(); hint != nil {
		v.Notice = hint
	}
}

func verdictTitle(status string) text.Key { return text.Key("verdict." + status + ".title") }

// alsoFound are the titles of what was found beside the gravest.
func (s *State) alsoFound(statuses []string) string {
	var all []string
	for _, status := range statuses {
		if title, ok := s.lang().Lookup(verdictTitle(status)); ok {
			all = append(all, title)
		}
	}
	return strings.Join(all, ". ")
}
