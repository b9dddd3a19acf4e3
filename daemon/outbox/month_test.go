package outbox_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/outbox"
	"motcua/protocol/fault"
)

// month is a kiosk without a connection for thirty days: as many requests a day as
// the limit allows for, from people who come again, some of them more urgent.
type month struct {
	s      *outbox.Store
	perDay int
	days   int
}

// limit is how many requests the queue of these stories may hold: the real limit
// when all is to be tried.
func limit() int {
	if *every {
		return 10_000
	}
	return 1000
}

// TestMonthOffline: a month's requests stay, are told as waiting, and drain in
// order when the connection is back; somebody who comes meanwhile is not behind
// them; and the limit is told before a person begins, while those who have begun
// are still served.
func TestMonthOffline(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := outbox.Open(context.Background(), path, outbox.Options{MaxItems: limit(), ReserveBytes: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		m := month{s: s, days: 30, perDay: limit() * 8 / 10 / 30}
		m.live(t)
		m.checkLimit(t)
		m.drain(t)
	})
	checkQueue(t, path)
}

// draftOf is request n of the month: classes and subjects take turns.
func (m month) draftOf(n int) outbox.Draft {
	d := draft(n)
	d.Class, d.Subject, d.ExpiresAt = uint8(n%4), number(n%17), time.Now().Add(8*time.Hour)
	return d
}

// live saves the month's requests, each day's at about the same time.
func (m month) live(t *testing.T) {
	t.Helper()
	for day := range m.days {
		if err := m.s.Admit(); err != nil {
			t.Fatalf("day %d: %v", day, err)
		}
		m.save(t, day*m.perDay, m.perDay)
		time.Sleep(24 * time.Hour)
	}
	stats, err := m.s.Stats(t.Context())
	if err != nil || stats.Queued != m.days*m.perDay || stats.Overdue != stats.Queued {
		t.Fatalf("after the month: %+v, %v", stats, err)
	}
	var kinds []outbox.AlarmKind
	for _, a := range m.s.Alarms() {
		kinds = append(kinds, a.Kind)
	}
	if !slices.Equal(kinds, []outbox.AlarmKind{outbox.AlarmUnsent, outbox.AlarmOverdue}) {
		t.Errorf("alarms are %v", kinds)
	}
}

// save saves many at once, as group commit likes it.
func (m month) save(t *testing.T, from, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			d := m.draftOf(from + i)
			if _, err := m.s.Enqueue(t.Context(), d, seal(bodyOf(d.ID, 200))); err != nil {
				t.Errorf("saving request %d: %v", from+i, err)
			}
		})
	}
	wg.Wait()
}

// checkLimit: nobody may begin any more, who has begun can still save, and one
// beyond the limit is refused.
func (m month) checkLimit(t *testing.T) {
	t.Helper()
	begin, begun := limit()*8/10, limit()*9/10
	m.save(t, m.days*m.perDay, begin-m.days*m.perDay)
	wantFault(t, m.s.Admit(), outbox.ErrFull, fault.QueueFull)
	m.save(t, begin, begun-begin)
	d := m.draftOf(limit())
	_, err := m.s.Enqueue(t.Context(), d, seal([]byte("one too many")))
	wantFault(t, err, outbox.ErrFull, fault.QueueFull)
}

// drain sends and settles everything, sixteen at a time. A person who comes in the
// middle of it is served at once.
func (m month) drain(t *testing.T) {
	t.Helper()
	var late, onTime []outbox.Entry
	came := false
	for {
		now := time.Now()
		due, err := m.s.Due(t.Context(), now, 16)
		if err != nil {
			t.Fatal(err)
		}
		if len(due) == 0 {
			break
		}
		if fresh := slices.IndexFunc(due, func(e outbox.Entry) bool { return e.ID == number(limit()+1) }); came && len(late) < limit()/2 && fresh > 1 {
			t.Errorf("who comes now is number %d", fresh)
		}
		checkSubjects(t, due)
		for _, e := range due {
			status := "accepted"
			if e.ExpiresAt.Before(now) {
				status = "expired"
				late = append(late, e)
			} else {
				onTime = append(onTime, e)
			}
			if err := m.s.MarkSent(t.Context(), e.ID, now.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			settle(t, m.s, e.ID, status)
		}
		if !came && len(late) > limit()/4 {
			came = true
			put(t, m.s, outbox.Draft{ID: number(limit() + 1), Service: "H01", Class: 1, ExpiresAt: now.Add(time.Hour)})
		}
	}
	if len(late)+len(onTime) != limit()*9/10+1 || !came {
		t.Errorf("%d late and %d on time were sent of %d", len(late), len(onTime), limit()*9/10+1)
	}
	checkOrder(t, late)
	if _, err := m.s.Enqueue(t.Context(), m.draftOf(limit()+2), seal([]byte("again"))); err != nil || m.s.Admit() != nil {
		t.Errorf("after draining: %v, %v", err, m.s.Admit())
	}
}

// checkSubjects: no two of one subject are under way together.
func checkSubjects(t *testing.T, due []outbox.Entry) {
	t.Helper()
	seen := map[[16]byte]bool{}
	for _, e := range due {
		if e.Subject != [16]byte{} && seen[e.Subject] {
			t.Fatalf("two of one subject at once")
		}
		seen[e.Subject] = true
	}
}

// checkOrder: what was saved earlier about somebody is sent earlier.
func checkOrder(t *testing.T, sent []outbox.Entry) {
	t.Helper()
	last := map[[16]byte]uint64{}
	for _, e := range sent {
		if e.Seq <= last[e.Subject] {
			t.Fatalf("request %d of a subject is sent after %d", e.Seq, last[e.Subject])
		}
		last[e.Subject] = e.Seq
	}
}
