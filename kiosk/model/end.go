package model

import (
	"fmt"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// done ends a visit with a number. "Saved on this kiosk" and "received by the
// hospital" are different sentences, and only a verified receipt says the latter.
func (s *State) done(v *View) {
	visit, l := s.visit(), s.lang()
	r := visit.Receipt
	if r == nil {
		r = &local.Receipt{}
	}
	v.Tone = Good
	v.Buttons = []Button{s.button("finish", text.DoneFinish, IconCheck, Primary)}
	if visit.CheckIn {
		v.Buttons = []Button{s.button("continue", text.DoneCheckIn, IconArrow, Primary)} // the bar holds the way out
	}
	v.Notice = s.slipNotice(visit.Slip)
	if visit.CardPresent { // a card that stays is worse than a slip that does
		v.Notice = &Notice{Care, IconCard, l.Say(text.DoneTakeCard)}
	}
	switch {
	case visit.Arrival != nil:
		s.arrival(v, *visit.Arrival, *r)
	case visit.Ticket != nil && numbered(visit.Service):
		s.number(v, *visit.Ticket)
	case visit.Ticket != nil:
		s.ticket(v, *visit.Ticket, *r)
		s.fee(v, visit.Fee)
	case visit.Bill != nil:
		s.bill(v, *visit.Bill, visit.Fee)
	case visit.Service == catalogue.PayFee && !r.Held:
		s.billAsked(v, *r)
	case visit.Issued != nil:
		s.issued(v, *visit.Issued)
	case visit.Filed != nil:
		s.filed(v, *visit.Filed)
	case r.Received:
		v.Art = ArtCheck
		words := s.endWords()
		v.Title, v.Lead = l.Say(words.received), l.Say(words.way)
		if r.Held {
			v.Lead = l.Say(words.held)
		}
		v.Number = &Number{Caption: l.Say(text.DoneReceipt), Value: shown(r.No)}
	default:
		v.Tone, v.Art = Calm, ArtSaved
		v.Title, v.Lead = l.Say(text.DoneSaved), l.Say(s.endWords().saved)
		v.Number = &Number{Caption: l.Say(text.DoneSavedNo), Value: shown(r.LocalNo)}
	}
}

// endWords are what is said while nobody has answered yet: a check-in waits for a
// number, a form for an office.
func (s *State) endWords() struct{ received, way, held, saved text.Key } {
	if s.comes() {
		return struct{ received, way, held, saved text.Key }{text.DoneReceived, text.ArrivalAsked, text.DoneHeld, text.ArrivalAsked}
	}
	if s.visit().Service == catalogue.PaidCheckIn {
		return struct{ received, way, held, saved text.Key }{text.DoneReceived, text.DonePending, text.DoneHeld, text.DoneSavedWay}
	}
	if s.claimed() {
		return struct{ received, way, held, saved text.Key }{text.DoneReceived, text.DoneDesk, text.DoneDesk, text.DoneDesk}
	}
	if s.agreesLater() {
		return struct{ received, way, held, saved text.Key }{text.DoneFiled, text.DoneFormWay, text.DoneFormHeld, text.DoneFormSaved}
	}
	return struct{ received, way, held, saved text.Key }{text.DoneReceived, text.DoneNoTicket, text.DoneHeld, text.DoneSavedWay}
}

// filed tells what the office says that took the request.
func (s *State) filed(v *View, f local.Filed) {
	l := s.lang()
	v.Art, v.Title, v.Lead = ArtCheck, l.Say(text.DoneFiled), l.Set(f.Next)
	v.Number = &Number{Caption: l.Say(text.DoneFiledNo), Value: shown(f.No)}
	if d := s.visit().Dossier; d != nil {
		s.begun(v.Number, *d)
	}
	if f.Due != "" {
		v.Small = l.Say(text.DoneDue, text.Fill("date", f.Due))
	}
}

// issued tells of a certificate, whose code is on the paper alone.
func (s *State) issued(v *View, c local.Issued) {
	l := s.lang()
	v.Art, v.Title, v.Lead = ArtCheck, l.Say(text.IssuedTitle), l.Say(text.IssuedLead)
	v.Number = &Number{Caption: l.Say(text.IssuedUntil), Value: shown(c.Until)}
	v.Buttons = []Button{s.button("finish", text.IssuedDone, IconCheck, Primary)}
	if s.reprintable() {
		v.Tone, v.Art, v.Lead = Care, ArtCare, l.Say(text.IssuedUnprinted)
		v.Notice, v.Buttons[0].Kind = nil, Secondary
		v.Buttons = append([]Button{s.button("print", text.IssuedPrint, IconAgain, Primary)}, v.Buttons...)
	}
}

// reprintable: a certificate is there, and could not be printed.
func (s *State) reprintable() bool {
	v := s.visit()
	return v != nil && v.Issued != nil && v.Slip == local.SlipFailed
}

// slipNotice says how the printed slip is; nil where there is none.
func (s *State) slipNotice(now local.SlipState) *Notice {
	switch now {
	case local.SlipPrinting:
		return &Notice{Calm, IconAgain, s.lang().Say(text.DoneSlipSoon)}
	case local.SlipPrinted:
		return &Notice{Good, IconCheck, s.lang().Say(text.DoneSlipTake)}
	case local.SlipFailed:
		return &Notice{Care, IconCare, s.lang().Say(text.DoneSlipNone)}
	}
	return nil
}

func (s *State) ticket(v *View, t local.Ticket, r local.Receipt) {
	l := s.lang()
	v.Art, v.Title = ArtCheck, l.Say(text.DoneTitle)
	if r.Received {
		v.Lead = l.Say(text.DoneReceived)
		if r.No != "" {
			v.Small = l.Say(text.DoneReceipt) + ": " + shown(r.No)
		}
	} else {
		v.Lead = l.Say(text.DoneSavedToo, text.Fill("no", r.LocalNo))
	}
	v.Number = &Number{Caption: l.Say(text.DoneTicket), Value: shown(t.Number)}
	v.Number.add(l.Say(text.DoneRoom), shown(t.Room))
	v.Number.add(l.Say(text.DoneFloor), shown(t.Floor))
	s.estimate(v.Number, t)
}

// estimate adds how many people wait before, and how long that takes.
func (s *State) estimate(n *Number, t local.Ticket) {
	l := s.lang()
	n.add(l.Say(text.DoneAhead), shown(fmt.Sprint(t.Ahead)))
	n.add(l.Say(text.DoneWait), l.Say(text.DoneMinutes, text.Fill("n", fmt.Sprint(t.Wait))))
}

// add adds a fact, if there is something to tell.
func (n *Number) add(label, value string) {
	if value != "" {
		n.Facts = append(n.Facts, Row{Label: label, Value: value})
	}
}

// problem tells what went wrong and always offers a way on.
func (s *State) problem(v *View) {
	p := s.visit().Problem
	if p == nil {
		p = &local.Problem{Fault: local.Fault{Code: fault.Internal, TextKey: fault.Lookup(fault.Internal).TextKey}}
	}
	v.Tone = Care
	v.Title, v.Lead = s.lang().Fault(p.TextKey)
	if p.Said != nil {
		v.Lead = s.lang().Set(catalogue.Text{VI: p.Said.VI, EN: p.Said.EN}.In(string(s.lang())))
	}
	if k := s.visit().Key; k != nil && p.Code == fault.WrongKey && k.Left >= 0 {
		v.Lead += " " + s.lang().Say(text.KeyLeft, text.Fill("n", fmt.Sprint(k.Left)))
	}
	v.Art = artOf(p.Code)
	for _, verb := range p.Exits {
		if b, ok := s.exit(verb); ok {
			b.Kind = Secondary
			if len(v.Buttons) == 0 {
				b.Kind = Primary
			}
			v.Buttons = append(v.Buttons, b)
		}
	}
	if len(v.Buttons) == 0 {
		v.Buttons = []Button{s.button("call", text.ExitStaff, IconBell, Primary)}
	}
	v.Small = s.lang().Say(text.ProblemCode, text.Fill("code", string(p.Code)))
}

// exit is the button of a verb that leads out of a problem.
func (s *State) exit(verb local.Verb) (Button, bool) {
	switch verb {
	case local.VerbRetry:
		return s.button("retry", text.ExitRetry, IconAgain, Primary), true
	case local.VerbOtherWay:
		return s.button("other", text.ExitOther, IconCode, Primary), true
	case local.VerbBack:
		return s.button("back", text.OtherBack, IconBack, Primary), true
	case local.VerbStaff:
		return s.button("call", text.ExitStaff, IconBell, Primary), true
	case local.VerbClaim:
		return s.button("claim", text.ExitClaim, IconCode, Primary), true
	case local.VerbName:
		return s.button("name", text.ExitName, IconEdit, Primary), true
	case local.VerbContinue:
		return s.button("continue", text.ExitContinue, IconArrow, Primary), true
	case local.VerbFinish:
		return s.button("finish", text.ExitCancel, IconNone, Primary), true
	default: // the bar holds the way out of the visit
		return Button{}, false
	}
}

// artOf pictures the cause.
func artOf(c fault.Code) Art {
	switch c {
	case fault.CardGone, fault.SamePerson:
		return ArtLift
	case fault.Unreadable, fault.ReadTimeout, fault.CardForeign:
		return ArtPlace
	case fault.WrongKey, fault.CodeUnusable:
		return ArtDigits
	case fault.KeyBlocked, fault.Forged, fault.Mismatch, fault.Refused, fault.Expired:
		return ArtDesk
	default:
		return ArtCare
	}
}
