package session

import (
	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// key opens the chip: six digits that the person typed, or what a scanned code
// says.
type key struct {
	known bool
	emrtd emrtd.Key
	qr    *cccd.QR // nil when digits were typed
}

// takeKey takes what the person typed or scanned. The card may be in the
// person's hand meanwhile, because the digits are printed on it.
func (s *Session) takeKey(text string) error {
	v := s.visit
	k, qr, err := cccd.KeyFromText(text)
	if err != nil {
		s.story("key", "usable", false)
		s.fail(KeyUnusable, fault.CodeUnusable)
		return nil
	}
	v.reads().key = key{known: true, emrtd: k, qr: qr}
	s.story("key", "usable", true, "scanned", qr != nil)
	if s.slot.reader == "" || v.step == local.StepPlace { // whatever lies there is to be placed anew
		s.on(KeyGivenNoCard)
		return nil
	}
	s.on(KeyGiven)
	return nil
}

// enterPlace waits for a card. Somebody who said "this is not me" starts anew
// with another card; one of somebody else may lie there already.
func (s *Session) enterPlace(e Event) {
	v := s.visit
	if v.other != nil && e != NotMe && e != KeyGivenNoCard && s.slot.reader != "" && s.slot.placed != v.lastRead {
		s.cardForVisit()
		return
	}
	if e != NotMe {
		return
	}
	v.reads().wipe()
	s.story("not-me")
	if v.other != nil {
		v.other.person = nil
		return
	}
	v.person, v.consent = nil, nil
}
