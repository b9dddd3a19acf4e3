package gatewaytest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"motcua/protocol/gateway"
)

// marks: a mark is there until its time, and after opening again; of those whose
// time is over a few go with each new one, until all of them are gone.
func marks(t *testing.T, p place) {
	s := p.open(t)
	const hour = 3_600_000
	update(t, s, func(tx gateway.Tx) (err error) {
		for i := range 10 {
			err = errors.Join(err, tx.Mark(gateway.Mark{Key: fmt.Sprint("old", i), Value: []byte("used"), Until: int64(i)}, 0))
		}
		err = errors.Join(err, tx.Mark(gateway.Mark{Key: "lasts", Value: []byte("once"), Until: hour}, 0),
			tx.Mark(gateway.Mark{Key: "lasts", Value: []byte("twice"), Until: hour}, 0))
		if m, found, e := tx.Marked("lasts", hour); e != nil || !found || string(m.Value) != "twice" || m.Until != hour {
			t.Errorf("in the same transaction: %+v, %v, %v", m, found, e)
		}
		return err
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = p.open(t)
	update(t, s, func(tx gateway.Tx) error {
		for now, want := range map[int64]bool{0: true, hour: true, hour + 1: false} {
			if m, found, err := tx.Marked("lasts", now); err != nil || found != want || found && string(m.Value) != "twice" {
				t.Errorf("at %d: %+v, %v, %v", now, m, found, err)
			}
		}
		if _, found, err := tx.Marked("another", 0); err != nil || found {
			t.Errorf("a mark that nobody made: %v, %v", found, err)
		}
		return nil
	})
	for i, step := range []struct {
		now  int64
		left int
	}{{5, 8}, {5, 6}, {5, 5}, {hour, 3}, {hour, 1}, {hour, 0}} {
		update(t, s, func(tx gateway.Tx) error {
			return tx.Mark(gateway.Mark{Key: fmt.Sprint("new", i), Until: 2 * hour}, step.now)
		})
		if n := stillThere(t, s); n != step.left {
			t.Errorf("after step %d %d old marks are left, want %d", i, n, step.left)
		}
	}
	update(t, s, func(tx gateway.Tx) error {
		if _, found, err := tx.Marked("lasts", hour); err != nil || !found {
			t.Errorf("a mark whose time is not over: %v, %v", found, err)
		}
		return nil
	})
}

// stillThere counts the old marks that the inbox holds: at time 0 they count yet.
func stillThere(t *testing.T, s gateway.Inbox) (n int) {
	t.Helper()
	update(t, s, func(tx gateway.Tx) error {
		n = 0
		for i := range 10 {
			_, found, err := tx.Marked(fmt.Sprint("old", i), 0)
			if err != nil {
				return err
			}
			if found {
				n++
			}
		}
		return nil
	})
	return n
}

// OlderMarks looks for the marks that were in the state of an older inbox: a proof
// x and a nonce y, beside a ticket that is state.
func OlderMarks(t *testing.T, s gateway.Inbox) {
	t.Helper()
	now := time.Now()
	update(t, s, func(tx gateway.Tx) error {
		for key, value := range map[string]string{"gateway/proof/x": "used", "gateway/nonce/y": "given"} {
			m, found, err := tx.Marked(key, now.UnixMilli())
			kept := time.UnixMilli(m.Until).Sub(now)
			if err != nil || !found || string(m.Value) != value || kept < 13*24*time.Hour || kept > 15*24*time.Hour {
				t.Errorf("%s: %+v, %v, %v", key, m, found, err)
			}
			if _, found, err := tx.Get(key); err != nil || found {
				t.Errorf("%s is state, too: %v, %v", key, found, err)
			}
		}
		if v, found, err := tx.Get("ticket"); err != nil || !found || string(v) != "1" {
			t.Errorf("ticket: %q, %v, %v", v, found, err)
		}
		return nil
	})
}
