package session

import (
	"context"
	"errors"
	"time"

	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// Limits of what waits for an officer's finger.
const (
	fingerWait = 30 * time.Second // for one to be laid down, and lifted before where one lies
	enrolWait  = 2 * time.Minute  // for all pictures
	// maxPoorFingers is how many poor pictures lead to the PIN.
	maxPoorFingers = 5
)

// finger is a visit's part in reading an officer's finger.
type finger struct {
	word   local.FingerWord // what became of the last try
	poor   int
	step   drivers.EnrolStep
	cancel context.CancelFunc // ends what waits for a finger now; nil when nothing does
	round  int                // counts what has waited, so that what comes late is told
}

// end ends what waits for a finger.
func (f *finger) end() {
	if f.cancel != nil {
		f.cancel()
	}
	f.cancel, f.step = nil, drivers.EnrolStep{}
	f.round++
}

// fingerWill tells whether the officer whose card was read may use a finger. After the
// case was open nobody knows what the reader's wire leads to.
func (s *Session) fingerWill() bool {
	v := s.visit
	if v.officersOnly {
		return false
	}
	kept, left := s.cfg.Duty.Finger(v.duty.card)
	if kept && left <= 0 {
		v.finger.word = local.FingerSpent
	}
	return kept && left > 0 && s.fingerReady()
}

func (s *Session) fingerReady() bool {
	return s.cfg.Fingers != nil && isReady(s.kiosk.devices, drivers.ClassFinger)
}

// waitFor runs what waits for a finger until the step is left or time is over. What
// comes of it later is dropped.
func (s *Session) waitFor(d time.Duration, work func(ctx context.Context) (outcome func())) {
	v := s.visit
	ctx, cancel := context.WithTimeout(v.ctx, d)
	v.finger.cancel = cancel
	round := v.finger.round
	s.run(v, func(context.Context) func() {
		outcome := work(ctx)
		return func() {
			if v.finger.round == round {
				outcome()
			}
		}
	})
}

// enterFinger compares the officer's finger with the one that is kept. One that was
// refused has to be lifted first, or it would be compared again at once.
func (s *Session) enterFinger(e Event) {
	card := s.visit.duty.card
	var officer request.Officer
	var until time.Time
	var match drivers.FingerMatch
	s.compareFinger(e, func(compare comparison) (err error) {
		officer, until, err = s.cfg.Duty.StartByFinger(card, func(t drivers.Template) (_ drivers.FingerMatch, err error) {
			match, err = compare(t)
			return match, err
		})
		return err
	}, func(err error) {
		if err == nil {
			d := &s.visit.duty
			d.byFinger, d.score = true, uint32(max(0, min(match.Score, 1<<30)))
			s.dutyOpened(officer, until)
			return
		}
		s.fingerFailed(err, func(code fault.Code) {
			s.log.Warn("no duty session", "visit", s.visit.id, "code", code, "err", err)
			s.fail(DutyRefused, code)
		})
	})
}

// comparison holds the finger that is laid down against a template.
type comparison = func(drivers.Template) (drivers.FingerMatch, error)

// compareFinger has an officer's finger compared for what it is to open, beside the loop,
// and hands on what came of it.
func (s *Session) compareFinger(e Event, open func(comparison) error, then func(error)) {
	s.waitFor(fingerWait, func(ctx context.Context) func() {
		if e == FingerRefused {
			s.untilLifted(ctx)
		}
		err := ctx.Err()
		if err == nil {
			err = open(func(t drivers.Template) (drivers.FingerMatch, error) {
				m, err := s.cfg.Fingers.Compare(ctx, t)
				if m.Same && err == nil {
					err = ctx.Err() // the officer has left the screen: nothing is opened
				}
				return m, err
			})
		}
		return func() { then(err) }
	})
}

// untilLifted waits for a finger to leave. A reader that cannot tell is believed to
// be free; a comparison tells what is wrong with one that fails.
func (s *Session) untilLifted(ctx context.Context) {
	if err := s.cfg.Fingers.Lifted(ctx); err != nil {
		s.log.Debug("waiting for a finger to be lifted", "err", err)
	}
}

// fingerFailed asks for the finger again, or for the PIN; refused is told what has nothing
// to do with the finger.
func (s *Session) fingerFailed(err error, refused func(fault.Code)) {
	v := s.visit
	v.finger.word = fingerWord(err)
	s.story("finger", "word", string(v.finger.word))
	s.attend(time.Now())
	switch v.finger.word {
	case local.FingerWrong:
		s.on(FingerRefused)
	case local.FingerPoor:
		if v.finger.poor++; v.finger.poor < maxPoorFingers {
			s.on(FingerRefused)
			return
		}
		s.fingerGivenUp()
	case "":
		refused(fault.CodeOf(err))
	default:
		s.log.Warn("no finger was compared", "visit", v.id, "err", err)
		s.fingerGivenUp()
	}
}

// fingerGivenUp leads to the PIN; who has given that already needs the finger for a
// service, which cannot go on.
func (s *Session) fingerGivenUp() {
	if v := s.visit; v.acting() {
		v.service, v.office = "", office{}
		s.on(FingerLacking)
		return
	}
	s.on(FingerOver)
}

// fingerWord is what an officer is told about an error; empty for what has nothing to
// do with the finger.
func fingerWord(err error) local.FingerWord {
	switch fault.CodeOf(err) {
	case fault.WrongFinger:
		return local.FingerWrong
	case fault.FingerSpent:
		return local.FingerSpent
	case fault.FingerStore:
		return local.FingerDamaged
	case fault.RosterOld, fault.NotOnRoster, fault.DutyStore:
		return ""
	default: // the reader's
	}
	switch {
	case errors.Is(err, drivers.ErrPoorFinger):
		return local.FingerPoor
	case errors.Is(err, drivers.ErrFingersDiffer):
		return local.FingerDiffer
	case errors.Is(err, drivers.ErrTemplate):
		return local.FingerOther
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, drivers.ErrNoFinger):
		return local.FingerAbsent
	}
	return local.FingerNoReader
}

// lookForFinger looks whether a finger of the officer at the screen is kept here.
func (s *Session) lookForFinger() {
	d := &s.visit.duty
	d.finger, _ = s.cfg.Duty.Finger(d.card)
}

// fingerKept tells whether one is, or may be taken: by who gave the PIN in this very
// visit.
func (s *Session) fingerKept() local.FingerKept {
	d := s.visit.duty
	switch {
	case d.finger:
		return local.FingerSealed
	case d.byPIN && s.fingerReady():
		return local.FingerNone
	}
	return ""
}

// agreeToFinger notes with which words the officer agreed.
func (s *Session) agreeToFinger() {
	v := s.visit
	s.story("finger-consent", "lang", v.lang)
	s.note(Note{
		About: AboutConsent, Outcome: "agreed-" + v.lang, Reasons: []string{"officer-" + v.duty.officer.Ref},
		Detail: catalogue.FingerHash(v.lang),
	})
	s.on(FingerAgreed)
}

// enterEnrol has the officer's finger taken and kept.
func (s *Session) enterEnrol() {
	v := s.visit
	v.finger.word = ""
	session, round := v.duty.officer.Session, v.finger.round
	s.waitFor(enrolWait, func(ctx context.Context) func() {
		t, err := s.cfg.Fingers.Enrol(ctx, func(step drivers.EnrolStep) {
			s.post(func() {
				if s.visit == v && v.finger.round == round {
					v.finger.step = step
				}
			})
		})
		defer t.Wipe()
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = s.cfg.Duty.KeepFinger(session, t)
		}
		return func() { s.fingerTaken(err) }
	})
}

func (s *Session) fingerTaken(err error) {
	f := &s.visit.finger
	s.attend(time.Now())
	if err == nil {
		f.word = local.FingerEnrolled
		s.lookForFinger()
		s.story("finger-enrolled")
		s.on(FingerTaken)
		return
	}
	f.word = fingerWord(err)
	if f.word == "" || f.word == local.FingerDamaged {
		f.word = local.FingerUnwritten
	}
	s.log.Warn("no finger was taken", "visit", s.visit.id, "err", err)
	s.on(FingerNotTaken)
}

// forgetFinger deletes the officer's finger.
func (s *Session) forgetFinger() {
	v := s.visit
	v.finger.word = local.FingerDeleted
	if err := s.cfg.Duty.ForgetFinger(v.duty.officer.Session); err != nil {
		s.log.Error("an officer's finger was not deleted", "code", fault.CodeOf(err), "err", err)
		v.finger.word = local.FingerUnwritten
	}
	s.lookForFinger()
	s.on(FingerDropped)
}

func (f finger) shown() *local.Finger {
	out := local.Finger{Word: f.word, Number: f.step.Number, Of: f.step.Of}
	switch f.step.Ask {
	case drivers.LayFinger:
		out.Ask = local.AskLay
	case drivers.LiftFinger:
		out.Ask = local.AskLift
	}
	if out == (local.Finger{}) {
		return nil
	}
	return &out
}
