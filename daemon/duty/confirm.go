package duty

import (
	"errors"
	"time"

	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/roster"
)

// Confirm checks the PIN of the officer whose session of that name is open, for an act of
// that very moment: whoever stands at the kiosk while a session is open need not be its
// officer. It opens nothing, and wrong PINs count as everywhere.
//
// Errors are those of [Book.Start]; [fault.NotOnRoster] where there is no such session.
func (b *Book) Confirm(session, pin string) error {
	card, err := b.cardOf(session)
	if err != nil {
		return err
	}
	return b.checkPIN(card, pin, b.confirmed(session, "confirmed-by-pin"))
}

// ConfirmByFinger is [Book.Confirm] with the officer's finger; its errors are those of
// [Book.StartByFinger].
func (b *Book) ConfirmByFinger(session string, compare func(drivers.Template) (drivers.FingerMatch, error)) error {
	card, err := b.cardOf(session)
	if err != nil {
		return err
	}
	return b.checkFinger(card, compare, b.confirmed(session, "confirmed-by-finger-L0"))
}

// FingerOf is [Book.Finger] of the officer whose session of that name is open.
func (b *Book) FingerOf(session string) (enrolled bool, left int) {
	card, err := b.cardOf(session)
	if err != nil {
		return false, 0
	}
	return b.Finger(card)
}

func (b *Book) cardOf(session string) (roster.Card, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, card, err := b.own(session)
	return card, err
}

// confirmed notes what was confirmed in a session, if it is open still.
func (b *Book) confirmed(session, how string) func(roster.Officer, time.Time) error {
	return func(officer roster.Officer, _ time.Time) error {
		ref, _, err := b.own(session) // checking took a while
		if err != nil {
			return err
		}
		if ref != officer.Ref {
			return fault.Wrap(fault.NotOnRoster, errors.New("the session is another's"))
		}
		b.o.Audit.Duty(ref, how)
		return nil
	}
}
