package model_test

import (
	"testing"

	"motcua/kiosk/model"
	"motcua/protocol/local"
)

// Each word about a scanned code is said in words of its own, in every language,
// and speaks of nothing that the screen does not offer.
func TestCodeWords(t *testing.T) {
	words := []local.CodeWord{
		local.CodeCard, local.CodeInsurance, local.CodeCertificate, local.CodeVaccination, local.CodePayment, local.CodeElsewhere,
		local.CodeForeign, local.CodeDamaged, local.CodeMisread, local.CodeNotNow,
	}
	said := map[string]local.CodeWord{}
	for _, w := range words {
		s := begun(nil)
		n := snap(nil)
		n.Rev, n.Kiosk.Code = 2, w
		s.Receive(n, at(1))
		notice := s.View(at(1)).Notice
		if notice == nil {
			t.Errorf("%s: nothing is said", w)
			continue
		}
		if other, twice := said[notice.Text]; twice {
			t.Errorf("%s and %s are the same words", w, other)
		}
		said[notice.Text] = w
	}
}

// A word from a newer kioskd is told as a code of no use here; when the time is up
// nothing is said; and a screen that hides the kiosk hides it too.
func TestCodeWordComesAndGoes(t *testing.T) {
	s := begun(nil)
	n := snap(nil)
	n.Rev, n.Kiosk.Code = 2, "of tomorrow"
	s.Receive(n, at(1))
	if s.View(at(1)).Notice == nil {
		t.Error("an unknown word is kept quiet")
	}
	n.Rev, n.Kiosk.Code = 3, ""
	s.Receive(n, at(2))
	if got := s.View(at(2)).Notice; got != nil {
		t.Errorf("still said: %+v", got)
	}
	n.Rev, n.Kiosk.Code = 4, local.CodePayment
	s.Receive(n, at(3))
	s.Lose(at(4))
	if v := s.View(at(4)); v.Screen != model.Lost || v.Notice != nil {
		t.Errorf("%s says %+v", v.Screen, v.Notice)
	}
}
