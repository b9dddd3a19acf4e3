package model_test

import (
	"testing"

	"motcua/kiosk/model"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// limited is the attract screen of a kiosk with some services, some of them withheld.
func limited(offers ...local.Offer) *model.State {
	s := model.New(start)
	n := snap(nil)
	n.Kiosk.Reader, n.Kiosk.Services = false, offers
	s.Receive(n, at(0))
	return s
}

// What can still be done has a button of its own and begins at once; with more of it
// there is the menu; and nobody is asked for a card.
func TestAttractWithoutAPart(t *testing.T) {
	checkIn := local.Offer{Service: catalogue.CheckIn, Withheld: local.WithheldReader}
	number := local.Offer{Service: catalogue.QueueTicket}
	help := local.Offer{Service: catalogue.Feedback}
	other := local.Offer{Service: catalogue.OneStopTicket}
	for _, c := range []struct {
		offers  []local.Offer
		buttons []string
	}{
		{[]local.Offer{checkIn, number}, []string{"begin.H03"}},
		{[]local.Offer{checkIn, number, help}, []string{"begin.H03", "begin.F01"}},
		{[]local.Offer{checkIn, number, help, other}, []string{"begin"}},
		{[]local.Offer{checkIn, {Service: catalogue.QueueTicket, Withheld: local.WithheldNumbers}}, []string{"begin"}},
	} {
		v := limited(c.offers...).View(at(1))
		var got []string
		for _, b := range v.Buttons {
			got = append(got, b.ID)
		}
		if v.Screen != model.Attract || v.Art == model.ArtWelcome || v.Notice == nil || len(got) != len(c.buttons) || got[0] != c.buttons[0] {
			t.Errorf("%v: %s with %v, notice %v", c.offers, v.Screen, got, v.Notice)
		}
	}
	s := limited(checkIn, number)
	if a, ok := s.Tap("begin.H03", at(1)); !ok || a.Verb != local.VerbBegin || a.Value != catalogue.QueueTicket {
		t.Errorf("a tap is %v %s", a, a.Value)
	}
	if _, ok := s.Tap("begin.C99", at(1)); ok {
		t.Error("a service that is not offered was begun")
	}
}
