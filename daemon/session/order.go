package session

import (
	"cmp"
	"slices"

	"motcua/protocol/cccd"
	"motcua/protocol/code"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// outOfOrder says why nobody can be served, or "" when somebody can. A part that is
// missing closes what needs it; the kiosk is out of order when that is everything in
// its menu.
func (s *Session) outOfOrder() fault.Code {
	k := s.kiosk
	if c := cmp.Or(k.caseFault(), codeOf(k.own), codeOf(k.audit)); c != "" {
		return c
	}
	if len(s.goesOn()) > 0 {
		return ""
	}
	return cmp.Or(k.readerFault(), codeOf(k.stock.Err))
}

// missing says which part keeps a service from being carried out: the reader of who
// has to show a card, or room for its request. Numbers have room of their own.
func (s *Session) missing(service string) local.Withheld {
	stock := s.kiosk.stock.Err
	if numbered(service) {
		stock = s.kiosk.stock.Reserved
	}
	switch {
	case needsCard(service) && s.kiosk.readerFault() != "":
		return local.WithheldReader
	case stock != nil:
		return local.WithheldFull
	}
	return ""
}

// goesOn are the services of the menu that can be begun although something is wrong
// with the machine.
func (s *Session) goesOn() []string {
	return slices.DeleteFunc(slices.Clone(s.menu()), func(id string) bool { return s.missing(id) != "" })
}

// turnAway tells somebody who came with a card what cannot be done, or what can.
func (s *Session) turnAway(service string) {
	if service == "" {
		s.on(MenuOpened)
		return
	}
	s.choose(service)
}

// codeMeanwhile is what comes of a code while a part is missing: a slip is looked up
// where there is room for the question, and who came with a card is told.
func (s *Session) codeMeanwhile(c code.Code, text string) local.CodeWord {
	switch {
	case c.Kind == code.Ticket && s.kiosk.stock.Err == nil:
		return s.slipCode(*c.Ticket)
	case c.Kind == code.IdentityCard || c.Kind == code.InsuranceCard:
		if err := s.open(s.byCard()); err != nil {
			s.log.Error("beginning a visit for a code", "err", err)
			return local.CodeNotNow
		}
		s.turnAway(s.visit.service)
		if _, qr, err := cccd.KeyFromText(text); err == nil && s.step() == local.StepAbout {
			s.visit.chip.key.qr = qr // to go on with, where the reader is what is missing
		}
		return ""
	}
	return local.CodeNotNow
}
