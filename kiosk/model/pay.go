package model

import (
	"strings"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// Pay is a payment code with what is to be done with it.
type Pay struct {
	Code  string // of a QR code
	Words string
}

// fee tells what is to be paid, and how.
func (s *State) fee(v *View, f *local.Fee) {
	if f == nil {
		return
	}
	l := s.lang()
	sum := text.Fill("sum", text.Unbroken(catalogue.Dong(f.Due).In(string(l))))
	switch {
	case f.Due == 0:
		v.Lead = strings.TrimSuffix(v.Lead, ".") + ". " + l.Say(text.DoneFree)
	case f.Code == "":
		v.Lead = strings.TrimSuffix(v.Lead, ".") + ". " + l.Say(text.DoneCashier, sum)
	default:
		v.Small = "" // the code takes its room
		v.Pay = &Pay{f.Code, l.Say(text.DonePay, sum)}
	}
}
