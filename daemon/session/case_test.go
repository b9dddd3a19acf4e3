package session_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"motcua/daemon/session"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// seal is one on a disk that a test may take away.
type seal struct {
	broken bool
	err    error
}

func (s *seal) Broken() bool { return s.broken }

func (s *seal) Break() error { s.broken = true; return s.err }

func (s *seal) Mend() error {
	if s.err == nil {
		s.broken = false
	}
	return s.err
}

func sealed(s *seal) func(*session.Config) {
	return func(c *session.Config) { c.Seal = s }
}

// closedBy checks why nobody is served; "" when somebody is.
func (k *kit) closedBy(want fault.Code) {
	k.t.Helper()
	got := fault.Code("")
	if f := k.state().Kiosk.Fault; f != nil {
		got = f.Code
	}
	if got != want {
		k.t.Errorf("closed by %q, want %q", got, want)
	}
}

// Whoever opens the case finds nothing of the person who is being served, and
// nobody is served until an officer has looked at the kiosk.
func TestCaseOpened(t *testing.T) {
	var n notes
	visit(t, func(k *kit) {
		k.toIdentify()
		k.session.SetCase(true)
		k.at(session.Attract)
		k.closedBy(fault.CaseOpen)
		k.lift()
		k.place()
		k.at(session.Attract)
		if err := k.session.ClearCase(k.t.Context(), "o-1"); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("cleared while it is open: %v", err)
		}
		k.session.SetCase(false)
		k.closedBy(fault.CaseOpened)
		if err := k.session.ClearCase(k.t.Context(), "o-1"); err != nil {
			t.Fatal(err)
		}
		k.closedBy("")
		k.at(local.StepKey) // the card that lies there is the next person's
		if err := k.session.ClearCase(k.t.Context(), "o-1"); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("cleared twice: %v", err)
		}
		told := slices.DeleteFunc(n.told(), func(s string) bool { return !strings.HasPrefix(s, "case ") })
		if want := []string{"case opened BOARD-08", "case closed", "case cleared"}; !slices.Equal(told, want) {
			t.Errorf("noted %q, want %q", told, want)
		}
	}, func(c *session.Config) { c.Audit = &n })
}

// In every step the visit ends; a request that is being saved is saved.
func TestCaseOpenedAnywhere(t *testing.T) {
	steps := map[local.Step]func(k *kit){
		local.StepPlace: func(k *kit) { k.act(local.VerbBegin, "") },
		local.StepKey:   func(k *kit) { k.place() },
		local.StepCheck: func(k *kit) { k.toCheck() },
		local.StepStaff: func(k *kit) { k.toIdentify(); k.act(local.VerbStaff, "") },
		local.StepDone:  func(k *kit) { k.toCheck(); k.act(local.VerbSubmit, "") },
	}
	for step, to := range steps {
		t.Run(string(step), func(t *testing.T) {
			visit(t, func(k *kit) {
				to(k)
				k.at(step)
				k.session.SetCase(true)
				k.at(session.Attract)
				if step == local.StepDone {
					k.receipt(k.last("H01"), request.StatusAccepted) // the queue goes on
					k.at(session.Attract)
				}
			})
		})
	}
}

// The seal outlives the program; a disk that cannot remember it does not open the
// kiosk again.
func TestSealOutlives(t *testing.T) {
	s := &seal{broken: true}
	visit(t, func(k *kit) {
		k.closedBy(fault.CaseOpened)
		k.place()
		k.at(session.Attract)
		h := k.session.Health()
		if i := slices.IndexFunc(h.Parts, func(p local.PartState) bool { return p.Part == "seal" }); i < 0 || h.Parts[i].Code != fault.CaseOpened || h.Ready {
			t.Errorf("health: %+v", h)
		}
		s.err = errors.New("the disk is away")
		if err := k.session.ClearCase(k.t.Context(), "o-1"); !errors.Is(err, s.err) {
			t.Errorf("clearing without a disk: %v", err)
		}
		synctest.Wait()
		k.closedBy(fault.CaseOpened)
	}, sealed(s))
}
