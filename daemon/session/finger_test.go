package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// Finger, StartByFinger, KeepFinger and ForgetFinger make the roll one that keeps a
// finger, by the name of whose it is.
func (r *roll) Finger(roster.Card) (kept bool, left int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.finger != "", 3 - r.spent
}

func (r *roll) StartByFinger(c roster.Card, compare func(drivers.Template) (drivers.FingerMatch, error)) (request.Officer, time.Time, error) {
	r.mu.Lock()
	kept, damaged := r.finger, r.damaged
	r.mu.Unlock()
	refuse := func(code fault.Code) (request.Officer, time.Time, error) {
		return request.Officer{}, time.Time{}, fault.Wrap(code, errors.New("refused"))
	}
	switch {
	case c != r.card:
		return refuse(fault.NotOnRoster)
	case r.fails != "":
		return refuse(r.fails)
	case damaged:
		return refuse(fault.FingerStore)
	}
	m, err := compare(drivers.Template{Kind: "test", Data: []byte(kept)})
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err != nil:
		return request.Officer{}, time.Time{}, err
	case m.Same:
		r.open, r.spent = true, 0
		o := r.officer()
		o.Method, o.Reader = request.MethodFinger, request.ReaderL0
		return o, time.Now().Add(12 * time.Hour), nil
	}
	if r.spent++; r.spent == 3 {
		return refuse(fault.FingerSpent)
	}
	return refuse(fault.WrongFinger)
}

func (r *roll) FingerOf(session string) (kept bool, left int) {
	if !r.open || session != onDuty.Session {
		return false, 0
	}
	return r.Finger(roster.Card{})
}

func (r *roll) Confirm(session, pin string) error {
	_, _, err := r.Start(r.card, pin)
	if !r.open || session != onDuty.Session {
		return fault.Wrap(fault.NotOnRoster, errors.New("the session is over"))
	}
	return err
}

func (r *roll) ConfirmByFinger(session string, compare func(drivers.Template) (drivers.FingerMatch, error)) error {
	if !r.open || session != onDuty.Session {
		return fault.Wrap(fault.NotOnRoster, errors.New("the session is over"))
	}
	_, _, err := r.StartByFinger(r.card, compare)
	return err
}

func (r *roll) KeepFinger(_ string, t drivers.Template) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full {
		return fault.Wrap(fault.FingerStore, errors.New("full"))
	}
	r.finger = string(t.Data)
	return nil
}

func (r *roll) ForgetFinger(string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full {
		return fault.Wrap(fault.FingerStore, errors.New("read-only"))
	}
	r.finger = ""
	return nil
}

// glass is a finger reader on which a test lays fingers, by the name of whose they
// are, or lets it fail.
type glass struct {
	laid  chan string // "" is a lifted one
	fails chan error
}

func newGlass() *glass { return &glass{laid: make(chan string), fails: make(chan error)} }

// next is the finger that is laid down next, or lifted.
func (g *glass) next(ctx context.Context, on bool) (string, error) {
	for {
		select {
		case finger := <-g.laid:
			if (finger != "") == on {
				return finger, nil
			}
		case err := <-g.fails:
			return "", err
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func (g *glass) Compare(ctx context.Context, t drivers.Template) (drivers.FingerMatch, error) {
	finger, err := g.next(ctx, true)
	return drivers.FingerMatch{Same: finger == string(t.Data)}, err
}

func (g *glass) Enrol(ctx context.Context, progress func(drivers.EnrolStep)) (drivers.Template, error) {
	first := ""
	for n := 1; n <= 2; n++ {
		progress(drivers.EnrolStep{Ask: drivers.LayFinger, Number: n, Of: 2})
		finger, err := g.next(ctx, true)
		if err != nil {
			return drivers.Template{}, err
		}
		if n == 1 {
			progress(drivers.EnrolStep{Ask: drivers.LiftFinger, Number: n, Of: 2})
			if first, err = finger, g.Lifted(ctx); err != nil {
				return drivers.Template{}, err
			}
		} else if finger != first {
			return drivers.Template{}, drivers.ErrFingersDiffer
		}
	}
	return drivers.Template{Kind: "test", Data: []byte(first)}, nil
}

func (g *glass) Lifted(ctx context.Context) error {
	_, err := g.next(ctx, false)
	return err
}

// lay lays a finger down, and lift takes it away.
func (g *glass) lay(finger string) { g.laid <- finger; synctest.Wait() }
func (g *glass) lift()             { g.lay("") }

// fingers is an officer's visit at a kiosk with a finger reader.
func fingers(t *testing.T, r *roll, story func(k *kit, g *glass), changes ...func(*session.Config)) {
	t.Helper()
	g := newGlass()
	officer := func(c *session.Config) { c.Duty, c.Fingers = r, g }
	visit(t, func(k *kit) {
		g.laid, g.fails = make(chan string), make(chan error) // of this bubble
		k.session.SetDevices([]local.PartState{{Part: "finger-reader", State: "ready"}})
		k.place()
		k.act(local.VerbKey, "123456")
		story(k, g)
	}, append(changes, officer)...)
}

// fingerAt checks the step and what the officer is told about the finger.
func (k *kit) fingerAt(step local.Step, want local.FingerWord) {
	k.t.Helper()
	v := k.at(step)
	got := local.FingerWord("")
	if v.Finger != nil {
		got = v.Finger.Word
	}
	if got != want {
		k.t.Errorf("told %q, want %q", got, want)
	}
}

func TestAnOfficerHasAFingerTakenAndUsesIt(t *testing.T) {
	var n notes
	r := &roll{}
	fingers(t, r, func(k *kit, g *glass) {
		k.at(local.StepPIN) // none is kept yet
		k.pin(officerPIN)
		if v := k.at(local.StepDuty); v.Duty.Finger != local.FingerNone {
			t.Errorf("%q", v.Duty.Finger)
		}
		k.act(local.VerbEnrol, "")
		k.at(local.StepConsent)
		k.act(local.VerbYes, "")
		for _, ask := range []local.Finger{{Ask: local.AskLay, Number: 1, Of: 2}, {Ask: local.AskLift, Number: 1, Of: 2}, {Ask: local.AskLay, Number: 2, Of: 2}} {
			if v := k.at(local.StepEnrol); v.Finger == nil || *v.Finger != ask {
				t.Errorf("asked %+v, want %+v", v.Finger, ask)
			}
			if ask.Ask == local.AskLay {
				g.lay("son")
			} else {
				g.lift()
			}
		}
		k.fingerAt(local.StepDuty, local.FingerEnrolled)
		if v := k.at(local.StepDuty); v.Duty.Finger != local.FingerSealed || r.finger != "son" {
			t.Errorf("%q, %q", v.Duty.Finger, r.finger)
		}
		k.act(local.VerbClose, "")
		k.lift()
		k.place()
		k.act(local.VerbKey, "123456")
		k.fingerAt(local.StepFinger, "")
		g.lay("son")
		k.fingerAt(local.StepDuty, "")
		if err := k.try(local.VerbEnrol, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("a second one: %v", err)
		}
		k.act(local.VerbForget, "")
		k.fingerAt(local.StepDuty, local.FingerDeleted)
		if v := k.at(local.StepDuty); v.Duty.Finger != "" || r.finger != "" {
			t.Errorf("%q, %q: a finger is taken after a PIN only", v.Duty.Finger, r.finger)
		}
		if i := slices.IndexFunc(n.all, func(n session.Note) bool { return n.About == session.AboutConsent }); i < 0 || n.all[i].Detail == [32]byte{} {
			t.Error("the consent is not noted")
		}
		if strings.Contains(k.log.String(), `son"`) {
			t.Error("the finger is in the log")
		}
	}, func(c *session.Config) { c.Audit = &n })
}

// Three wrong fingers lead to the PIN; each has to be lifted before the next counts.
func TestWrongFingersLeadToThePIN(t *testing.T) {
	r := &roll{finger: "son"}
	fingers(t, r, func(k *kit, g *glass) {
		k.at(local.StepFinger)
		g.lay("an")
		k.fingerAt(local.StepFinger, local.FingerWrong)
		g.lay("an") // not lifted: not compared
		if r.spent != 1 {
			t.Errorf("%d wrong fingers, want 1", r.spent)
		}
		g.lift()
		g.lay("an")
		k.fingerAt(local.StepFinger, local.FingerWrong)
		g.lift()
		g.lay("an")
		k.fingerAt(local.StepPIN, local.FingerSpent)
		k.act(local.VerbCancel, "")
		k.lift()
		k.place()
		k.act(local.VerbKey, "123456")
		k.fingerAt(local.StepPIN, local.FingerSpent) // it is not offered, and said why
		k.pin(officerPIN)
		k.fingerAt(local.StepDuty, "")
	})
}

// Whatever keeps a finger from being compared leads to the PIN, in words of its own.
func TestNoFinger(t *testing.T) {
	for name, c := range map[string]struct {
		roll    *roll
		happens func(k *kit, g *glass)
		want    local.FingerWord
	}{
		"the wrong one stays": {&roll{}, func(k *kit, g *glass) {
			g.fails <- drivers.ErrPoorFinger
			g.lay("an")
			time.Sleep(31 * time.Second)
		}, local.FingerAbsent},
		"nobody lays one down":  {&roll{}, func(*kit, *glass) { time.Sleep(31 * time.Second) }, local.FingerAbsent},
		"the PIN instead":       {&roll{}, func(k *kit, _ *glass) { k.act(local.VerbOtherWay, "") }, ""},
		"the reader is pulled":  {&roll{}, func(_ *kit, g *glass) { g.fails <- drivers.ErrDeviceGone }, local.FingerNoReader},
		"the reader is another": {&roll{}, func(_ *kit, g *glass) { g.fails <- drivers.ErrTemplate }, local.FingerOther},
		"damaged":               {&roll{damaged: true}, func(*kit, *glass) {}, local.FingerDamaged},
		"the last of five poor pictures": {&roll{}, func(k *kit, g *glass) {
			for range 4 {
				g.fails <- drivers.ErrPoorFinger
				synctest.Wait()
				k.fingerAt(local.StepFinger, local.FingerPoor)
				g.lift()
			}
			g.fails <- drivers.ErrPoorFinger
		}, local.FingerPoor},
	} {
		t.Run(name, func(t *testing.T) {
			c.roll.finger = "son"
			fingers(t, c.roll, func(k *kit, g *glass) {
				c.happens(k, g)
				k.fingerAt(local.StepPIN, c.want)
				if r := c.roll; r.open || r.spent != 0 {
					t.Errorf("open %v, %d wrong fingers", r.open, r.spent)
				}
				k.pin(officerPIN)
				k.at(local.StepDuty)
			})
		})
	}
}

// Where the reader is not ready, or the kiosk has none, nobody is asked for a finger.
func TestAFingerIsNotAskedFor(t *testing.T) {
	for name, change := range map[string]func(c *session.Config){
		"no reader":     func(c *session.Config) { c.Fingers = nil },
		"not connected": func(*session.Config) {},
	} {
		t.Run(name, func(t *testing.T) {
			r := &roll{}
			visit(t, func(k *kit) {
				k.place()
				k.act(local.VerbKey, "123456")
				k.fingerAt(local.StepPIN, "")
				k.pin(officerPIN)
				if v := k.at(local.StepDuty); v.Duty.Finger != "" {
					t.Errorf("%q", v.Duty.Finger)
				}
				if err := k.try(local.VerbEnrol, ""); !errors.Is(err, local.ErrNotOffered) {
					t.Error(err)
				}
			}, func(c *session.Config) { c.Duty, c.Fingers = r, newGlass() }, change)
		})
	}
}

// After the case was open a reader's word counts for nothing: it is cleared by PIN.
func TestNoFingerClearsTheCase(t *testing.T) {
	fingers(t, &roll{finger: "son"}, func(k *kit, _ *glass) {
		k.fingerAt(local.StepPIN, "")
		k.pin(officerPIN)
		k.act(local.VerbClear, "")
		k.act(local.VerbClose, "")
		k.closedBy("")
		k.lift()
		k.place()
		k.act(local.VerbKey, "123456")
		k.fingerAt(local.StepFinger, "")
	}, sealed(&seal{broken: true}))
}

// An officer who has left the screen opens nothing with a finger that comes late.
func TestAFingerThatComesLate(t *testing.T) {
	for name, leave := range map[string]local.Verb{"by PIN": local.VerbOtherWay, "not at all": local.VerbCancel, "with staff": local.VerbStaff} {
		t.Run(name, func(t *testing.T) {
			r := &roll{finger: "son"}
			fingers(t, r, func(k *kit, g *glass) {
				k.at(local.StepFinger)
				k.act(leave, "")
				select {
				case g.laid <- "son":
					t.Error("the finger is still waited for")
				default:
				}
				if r.open {
					t.Error("a session is open")
				}
			})
		})
	}
}

func TestNoSessionByFinger(t *testing.T) {
	for _, code := range []fault.Code{fault.RosterOld, fault.NotOnRoster, fault.DutyStore} {
		fingers(t, &roll{finger: "son", fails: code}, func(k *kit, _ *glass) { k.problem(code) })
	}
}

// What keeps a finger from being taken is told in words of its own, and the officer
// may try again.
func TestFingerNotTaken(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(r *roll, g *glass)
		want    local.FingerWord
	}{
		"poor pictures": {func(_ *roll, g *glass) { g.fails <- drivers.ErrPoorFinger }, local.FingerPoor},
		"two fingers":   {func(_ *roll, g *glass) { g.lay("son"); g.lift(); g.lay("an") }, local.FingerDiffer},
		"pulled":        {func(_ *roll, g *glass) { g.lay("son"); g.fails <- drivers.ErrDeviceGone }, local.FingerNoReader},
		"nobody there":  {func(_ *roll, g *glass) { g.lay("son"); time.Sleep(3 * time.Minute) }, local.FingerAbsent},
		"a full disk":   {func(r *roll, g *glass) { r.full = true; g.lay("son"); g.lift(); g.lay("son") }, local.FingerUnwritten},
	} {
		t.Run(name, func(t *testing.T) {
			r := &roll{}
			fingers(t, r, func(k *kit, g *glass) {
				k.pin(officerPIN)
				k.act(local.VerbEnrol, "")
				k.act(local.VerbYes, "")
				c.happens(r, g)
				k.fingerAt(local.StepConsent, c.want)
				r.full = false
				k.act(local.VerbYes, "")
				g.lay("son")
				g.lift()
				g.lay("son")
				k.fingerAt(local.StepDuty, local.FingerEnrolled)
			})
		})
	}
}

// An officer may stop at any time; then nothing is kept.
func TestAFingerIsNotKeptAgainstOnesWill(t *testing.T) {
	r := &roll{}
	fingers(t, r, func(k *kit, g *glass) {
		k.pin(officerPIN)
		k.act(local.VerbEnrol, "")
		k.act(local.VerbNo, "")
		k.at(local.StepDuty)
		k.act(local.VerbEnrol, "")
		k.act(local.VerbYes, "")
		g.lay("son")
		k.act(local.VerbNo, "")
		k.at(local.StepDuty)
		if r.finger != "" {
			t.Error("a finger is kept")
		}
		if err := k.try(local.VerbForget, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("deleting none: %v", err)
		}
	})
}

func TestAFingerThatCannotBeDeleted(t *testing.T) {
	r := &roll{finger: "son", full: true}
	fingers(t, r, func(k *kit, g *glass) {
		g.lay("son")
		k.act(local.VerbForget, "")
		k.fingerAt(local.StepDuty, local.FingerUnwritten)
		if r.finger == "" {
			t.Error("deleted all the same")
		}
	})
}

// No citizen is ever asked for a finger.
func TestCitizensAreNotAskedForAFinger(t *testing.T) {
	visit(t, func(k *kit) {
		k.session.SetDevices([]local.PartState{{Part: "finger-reader", State: "ready"}})
		k.place()
		k.act(local.VerbKey, "123456")
		k.at(local.StepIdentify)
	}, func(c *session.Config) { c.Fingers = newGlass() })
	officers := []local.Step{
		local.StepPINCheck, local.StepFinger, local.StepDuty, local.StepConsent, local.StepEnrol,
		local.StepDesk, local.StepPreview, local.StepToken, local.StepSigning, local.StepWaiting, local.StepOutcome,
	}
	// What happens only after an officer has chosen a service in their session.
	chosen := []session.Event{
		session.FingerAsked, session.BackToDuty, session.DeskShown, session.CentreAsked, session.PreviewShown,
	}
	for _, tr := range session.Flow() {
		if slices.Contains(officers, tr.To) && !slices.Contains(append(officers, local.StepPIN), tr.From) && tr.On != session.OfficerFinger &&
			!slices.Contains(chosen, tr.On) {
			t.Errorf("%s leads a citizen from %s to %s", tr.On, tr.From, tr.To)
		}
	}
}
