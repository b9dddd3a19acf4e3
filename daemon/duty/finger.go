package duty

import (
	"errors"
	"time"

	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// Finger tells whether a finger of the card's holder is enrolled here, and how many
// wrong ones there may still be. One that cannot be read is told in the log, and
// counts as none.
func (b *Book) Finger(card roster.Card) (enrolled bool, left int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	officer, ok := b.kept.roster.Holder(card, b.o.Facility, now)
	if !ok {
		return false, 0
	}
	enrolled, err := b.fingers.has(officer.Ref, card)
	if err != nil {
		b.o.Log.Error("an officer's finger", "officer", officer.Ref, "code", fault.FingerStore, "err", err)
	}
	return enrolled, b.tries.fingersLeft(officer.Ref, now)
}

// StartByFinger is [Book.Start] with a finger in place of the PIN: compare has one laid
// down and compared with a template, which it must not keep; its error says that nothing
// was compared. A finger is worth
// less than a PIN: readers say nothing about liveness ([drivers.TrustL0]), so three
// wrong ones are all there may be until the next right PIN, and a right one does not
// take back wrong PINs.
//
// Errors carry fault codes: [fault.RosterOld], [fault.NotOnRoster],
// [fault.FingerSpent], [fault.FingerStore], [fault.WrongFinger], [fault.DutyStore]; or
// are those of compare.
func (b *Book) StartByFinger(card roster.Card, compare func(drivers.Template) (drivers.FingerMatch, error)) (officer request.Officer, until time.Time, err error) {
	var s session
	err = b.checkFinger(card, compare, func(entry roster.Officer, now time.Time) (err error) {
		s, err = b.begin(entry, now, request.MethodFinger)
		return err
	})
	return s.officer, s.until, err
}

// checkFinger compares the finger of the officer who has a card, and does what the right
// one leads to, with mu held.
func (b *Book) checkFinger(card roster.Card, compare func(drivers.Template) (drivers.FingerMatch, error), then func(roster.Officer, time.Time) error) error {
	entry, template, err := b.attemptFinger(card)
	if err != nil {
		return err
	}
	match, err := compare(template)
	template.Wipe()
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	switch {
	case err != nil:
		return errors.Join(err, b.tries.countFinger(entry.Ref, -1))
	case !match.Same:
		b.o.Audit.Duty(entry.Ref, "wrong-finger")
		if b.tries.fingersLeft(entry.Ref, now) == 0 {
			return fault.Wrap(fault.FingerSpent, errors.New("too many wrong fingers"))
		}
		return fault.Wrap(fault.WrongFinger, errors.New("the finger is another's"))
	}
	if err := b.tries.countFinger(entry.Ref, -FreeFingers); err != nil {
		return fault.Wrap(fault.DutyStore, err)
	}
	return then(entry, now)
}

// attemptFinger counts a finger as wrong before it is laid down, as attempt does
// with a PIN.
func (b *Book) attemptFinger(card roster.Card) (roster.Officer, drivers.Template, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	officer, err := b.listed(card, now)
	if err != nil {
		return roster.Officer{}, drivers.Template{}, err
	}
	if b.tries.fingersLeft(officer.Ref, now) <= 0 {
		return roster.Officer{}, drivers.Template{}, fault.Wrap(fault.FingerSpent, errors.New("too many wrong fingers"))
	}
	t, err := b.fingers.open(officer.Ref, card)
	if err != nil {
		b.o.Audit.Duty(officer.Ref, "finger-unreadable")
		return roster.Officer{}, drivers.Template{}, fault.Wrap(fault.FingerStore, err)
	}
	if err := b.tries.countFinger(officer.Ref, 1); err != nil {
		t.Wipe()
		return roster.Officer{}, drivers.Template{}, fault.Wrap(fault.DutyStore, err)
	}
	return officer, t, nil
}

// KeepFinger seals a template for the officer whose session of that name is open and
// was opened by PIN, in place of the one that was there.
//
// Errors carry fault codes: [fault.NotOnRoster] where there is no such session,
// [fault.FingerStore].
func (b *Book) KeepFinger(session string, t drivers.Template) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	ref, card, err := b.own(session)
	if err != nil {
		return err
	}
	if b.session.officer.Method != request.MethodPIN {
		return fault.Wrap(fault.NotOnRoster, errors.New("the session was not opened by PIN"))
	}
	if err := b.fingers.keep(ref, card, t); err != nil {
		return fault.Wrap(fault.FingerStore, err)
	}
	b.tellFinger(ref, "finger-enrolled")
	return nil
}

// ForgetFinger deletes the template of the officer whose session of that name is
// open. Errors are those of [Book.KeepFinger].
func (b *Book) ForgetFinger(session string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	ref, _, err := b.own(session)
	if err != nil {
		return err
	}
	if err := b.fingers.remove(ref); err != nil {
		return fault.Wrap(fault.FingerStore, err)
	}
	b.tellFinger(ref, "finger-deleted")
	return nil
}

// own is the officer of the session of that name, if it is still open.
func (b *Book) own(session string) (ref string, card roster.Card, err error) {
	b.current(time.Now())
	if b.session == nil || b.session.officer.Session != session {
		return "", roster.Card{}, fault.Wrap(fault.NotOnRoster, errors.New("the session has ended"))
	}
	ref = b.session.officer.Ref
	return ref, b.kept.cards(b.o.Facility)[ref], nil
}

// sweep deletes the templates of those who are not on the roster any more, or are
// there with another card. Where no roster was ever read nobody knows who that is.
func (b *Book) sweep() {
	if b.kept.raw == nil {
		return
	}
	gone, err := b.fingers.sweep(b.kept.cards(b.o.Facility))
	for _, ref := range gone {
		b.tellFinger(ref, "finger-deleted")
	}
	if err != nil {
		b.o.Log.Error("deleting fingers of former officers", "code", fault.FingerStore, "err", err)
	}
}

func (b *Book) tellFinger(ref, outcome string) {
	b.o.Audit.Duty(ref, outcome)
	b.o.Log.Info("duty", "officer", ref, "outcome", outcome)
}
