package duty_test

import (
	"bytes"
	"testing"
	"time"

	"motcua/daemon/duty"
	"motcua/drivers"
	"motcua/protocol/fault"
)

// confirm has whoever stands there give a PIN in a session, and expects a fault, or none.
func (k *kiosk) confirm(session, pin string, want fault.Code) {
	k.t.Helper()
	if err := k.Confirm(session, pin); (err == nil) != (want == "") || err != nil && fault.CodeOf(err) != want {
		k.t.Errorf("%v, want %q", err, want)
	}
}

// byFinger is confirm with the finger of owner.
func (k *kiosk) byFinger(session, owner string, want fault.Code) {
	k.t.Helper()
	err := k.ConfirmByFinger(session, func(t drivers.Template) (drivers.FingerMatch, error) {
		return drivers.FingerMatch{Same: bytes.Equal(t.Data, template(owner).Data)}, nil
	})
	if (err == nil) != (want == "") || err != nil && fault.CodeOf(err) != want {
		k.t.Errorf("the finger of %s: %v, want %q", owner, err, want)
	}
}

// What is confirmed in a session is confirmed by its officer: with the PIN or the finger,
// while it is open, and with the tries that going on duty has.
func TestConfirming(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1", "op-2")
		k.begin()
		k.enrol("op-2")
		k.enrol("op-1")
		s := k.start("op-1", rightPIN, "")
		if kept, left := k.FingerOf(s.Session); !kept || left != duty.FreeFingers {
			t.Errorf("kept %v, %d left", kept, left)
		}
		k.confirm(s.Session, rightPIN, "")
		k.confirm(s.Session, "000000", fault.WrongPIN)
		k.byFinger(s.Session, "op-1", "")
		k.byFinger(s.Session, "op-2", fault.WrongFinger) // a colleague who stands beside
		k.byFinger(s.Session, "op-2", fault.WrongFinger)
		k.byFinger(s.Session, "op-2", fault.FingerSpent)
		k.byFinger(s.Session, "op-1", fault.FingerSpent)
		if kept, left := k.FingerOf(s.Session); !kept || left != 0 {
			t.Errorf("kept %v, %d left", kept, left)
		}
		k.confirm(s.Session, rightPIN, "")
		k.onDuty("op-1")
		k.confirm("d-other", rightPIN, fault.NotOnRoster)
		k.Close(s.Session)
		k.confirm(s.Session, rightPIN, fault.NotOnRoster)
		k.byFinger(s.Session, "op-1", fault.NotOnRoster)
		if kept, _ := k.FingerOf(s.Session); kept {
			t.Error("a session that is over has a finger")
		}
	})
}

// PINs that are guessed at a session that somebody left open lock its officer.
func TestGuessingAtAnOpenSession(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		s := k.start("op-1", rightPIN, "")
		for range duty.FreeTries - 1 {
			k.confirm(s.Session, "000000", fault.WrongPIN)
		}
		k.confirm(s.Session, "000000", fault.OfficerLocked)
		k.confirm(s.Session, rightPIN, fault.OfficerLocked)
		k.start("op-1", rightPIN, fault.OfficerLocked)
		time.Sleep(duty.FirstLock)
		k.confirm(s.Session, rightPIN, "")
		k.noted(" roster-1", "op-1 opened-by-pin", "op-1 wrong-pin", "op-1 wrong-pin", "op-1 wrong-pin", "op-1 wrong-pin", "op-1 wrong-pin",
			"op-1 locked", "op-1 locked", "op-1 confirmed-by-pin")
	})
}

// A session that ends while the finger is compared confirms nothing.
func TestConfirmingTooLate(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1", "op-2")
		k.begin()
		k.enrol("op-1")
		s := k.start("op-1", rightPIN, "")
		err := k.ConfirmByFinger(s.Session, func(drivers.Template) (drivers.FingerMatch, error) {
			k.start("op-2", rightPIN, "")
			return drivers.FingerMatch{Same: true}, nil
		})
		if fault.CodeOf(err) != fault.NotOnRoster {
			t.Errorf("got %v", err)
		}
	})
}
