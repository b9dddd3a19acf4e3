package session_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"motcua/daemon/session"
	"motcua/protocol/emrtd"
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
		k.session.SetCase(false)
		k.closedBy(fault.CaseOpened)
		k.at(session.Attract) // nobody is on a roster
		told := slices.DeleteFunc(n.told(), func(s string) bool { return !strings.HasPrefix(s, "case ") })
		if want := []string{"case opened BOARD-08", "case closed"}; !slices.Equal(told, want) {
			t.Errorf("noted %q, want %q", told, want)
		}
	}, func(c *session.Config) { c.Audit = &n })
}

// An officer comes with card and PIN, looks at the kiosk and clears the case; once
// only, and not while it is open.
func TestAnOfficerClearsTheCase(t *testing.T) {
	n, s := &notes{}, &seal{broken: true}
	visit(t, func(k *kit) {
		k.session.SetCase(true)
		k.place()
		k.at(session.Attract)
		k.lift()
		k.session.SetCase(false)
		k.place()
		k.act(local.VerbKey, "123456")
		k.at(local.StepPIN)
		if err := k.try(local.VerbOtherWay, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("as a citizen: %v", err)
		}
		k.pin(officerPIN)
		if v := k.at(local.StepDuty); !v.Duty.CaseOpened || !k.state().Kiosk.Officers {
			t.Error("the officer is not told of the case")
		}
		k.act(local.VerbClear, "")
		if v := k.at(local.StepDuty); v.Duty.CaseOpened || s.broken {
			t.Error("not cleared")
		}
		if err := k.try(local.VerbClear, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("cleared twice: %v", err)
		}
		k.act(local.VerbFinish, "")
		k.closedBy("")
		if k.state().Kiosk.Officers {
			t.Error("still for officers only")
		}
		if i := slices.IndexFunc(n.all, func(n session.Note) bool { return n.Outcome == "cleared" }); i < 0 || !slices.Equal(n.all[i].Reasons, []string{"officer-op-17"}) {
			t.Errorf("noted %q", n.told())
		}
	}, sealed(s), func(c *session.Config) { c.Audit, c.Duty = n, &roll{} })
}

// A citizen whose card is read at a kiosk that is for officers only is told that it
// is out of order, and nothing of the card stays.
func TestACitizenIsTurnedAwayFromAnOpenedCase(t *testing.T) {
	var doc *emrtd.Document
	visit(t, func(k *kit) {
		k.read = func(ctx context.Context, o emrtd.Options) (*emrtd.Document, error) {
			d, err := k.genuine(ctx, o)
			d.Trust.ChipProof = "" // so it is nobody's on the roster
			doc = d
			return d, err
		}
		k.place()
		k.act(local.VerbKey, "123456")
		k.at(session.Attract)
		k.closedBy(fault.CaseOpened)
		for g, b := range doc.Groups {
			if len(b) == 0 || !bytes.Equal(b, make([]byte, len(b))) {
				t.Errorf("data group %d is left", g)
			}
		}
		if len(doc.Groups) == 0 {
			t.Error("there was nothing to wipe")
		}
		if err := k.try(local.VerbBegin, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("begun by a tap: %v", err)
		}
	}, sealed(&seal{broken: true}), func(c *session.Config) { c.Duty = &roll{} })
}

// Where clearing could not be noted, or the officer is not the one who may, it is
// not offered.
func TestClearingIsNotOffered(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		happens func(k *kit, r *roll)
		want    local.Step
	}{
		"the audit log is broken":      {func(k *kit, _ *roll) { k.session.SetAudit(broken) }, session.Attract},
		"the device is revoked":        {func(k *kit, _ *roll) { k.session.SetIdentity(broken) }, session.Attract},
		"a technician":                 {func(_ *kit, r *roll) { r.role = "technician" }, local.StepDuty},
		"the session is another's now": {func(_ *kit, r *roll) { r.other = true }, local.StepDuty},
	} {
		t.Run(name, func(t *testing.T) {
			r := &roll{}
			visit(t, func(k *kit) {
				c.happens(k, r)
				k.place()
				if c.want != session.Attract {
					k.act(local.VerbKey, "123456")
					k.pin(officerPIN)
					if err := k.try(local.VerbClear, ""); !errors.Is(err, local.ErrNotOffered) {
						t.Errorf("cleared: %v", err)
					}
				}
				if v := k.state().Visit; v != nil && v.Duty != nil && v.Duty.CaseOpened {
					t.Error("offered")
				}
				k.at(c.want)
			}, sealed(&seal{broken: true}), func(c *session.Config) { c.Duty = r })
		})
	}
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
		k.at(local.StepKey)
		h := k.session.Health()
		if i := slices.IndexFunc(h.Parts, func(p local.PartState) bool { return p.Part == "seal" }); i < 0 || h.Parts[i].Code != fault.CaseOpened || h.Ready {
			t.Errorf("health: %+v", h)
		}
		s.err = errors.New("the disk is away")
		k.act(local.VerbKey, "123456")
		k.pin(officerPIN)
		k.act(local.VerbClear, "")
		k.problem(fault.DutyStore)
		k.act(local.VerbCancel, "")
		k.closedBy(fault.CaseOpened)
	}, sealed(s), func(c *session.Config) { c.Duty = &roll{} })
}
