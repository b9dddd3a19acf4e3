package model

import (
	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// bill tells how a bill stands: what is to be paid, with its code, or the receipt of what
// is paid; of everything else the way to the cashier.
func (s *State) bill(v *View, b local.Bill, f *local.Fee) {
	l := s.lang()
	v.Number = &Number{Caption: l.Say(text.BillNo), Value: shown(ending(b.Number))}
	v.Buttons = []Button{s.button("finish", text.ExitCancel, IconNone, Primary)}
	switch {
	case b.State == "due" && f != nil:
		s.billDue(v, b, *f)
	case b.State == "paid":
		v.Art, v.Title, v.Lead = ArtCheck, l.Say(text.BillPaid), l.Say(text.BillPaidLead)
		v.Number = &Number{Caption: l.Say(text.BillReceipt), Value: shown(ending(b.Receipt))}
		v.Number.add(l.Say(text.BillNo), shown(ending(b.Number)))
	default:
		title, lead := billWords(b.State)
		v.Tone, v.Art, v.Title, v.Lead = Calm, ArtDesk, l.Say(title), l.Say(lead)
	}
}

// billAsked: the hospital has not said yet how the bill stands.
func (s *State) billAsked(v *View, r local.Receipt) {
	l := s.lang()
	v.Tone, v.Art, v.Title, v.Lead = Calm, ArtSaved, l.Say(text.BillAsked), l.Say(text.BillWait)
	v.Number = &Number{Caption: l.Say(text.DoneSavedNo), Value: shown(r.LocalNo)}
	v.Buttons = []Button{s.button("finish", text.ExitCancel, IconNone, Primary)}
}

func (s *State) billDue(v *View, b local.Bill, f local.Fee) {
	l := s.lang()
	v.Tone, v.Art = Calm, ArtDesk // a tick would say that it is paid
	v.Title, v.Lead = l.Say(text.BillDue), l.Say(text.BillCashier)
	v.Number = &Number{Caption: l.Say(text.BillSum), Value: text.Unbroken(catalogue.Dong(f.Due).In(string(l)))}
	v.Number.add(l.Say(text.BillNo), shown(ending(b.Number)))
	if f.Code != "" {
		v.Pay = &Pay{f.Code, l.Say(text.BillPay)}
		v.Lead = l.Say(text.BillAgain)
	}
}

// billWords are those of a state with which a kiosk does not help further; one from a
// newer kioskd is told as one that nobody has told.
func billWords(state string) (title, lead text.Key) {
	switch state {
	case "cancelled":
		return text.BillCancelled, text.BillCancelledLead
	case "unknown":
		return text.BillUnknown, text.BillUnknownLead
	}
	return text.BillSilent, text.BillSilentLead
}

// maxEnding is how many characters of a number fit everywhere.
const maxEnding = 16

// ending is a number, or as much of its end, by which bills are told apart, as has room.
func ending(number string) string {
	all := []rune(number)
	if len(all) <= maxEnding {
		return number
	}
	return "…" + string(all[len(all)-maxEnding+1:])
}
