package outbox_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/outbox"
)

// step is what happens to a queue before it is asked what is due.
type step func(t *testing.T, s *outbox.Store)

// saved saves request n of a class, about a subject (0: nobody).
func saved(n int, class uint8, subject byte) step {
	return func(t *testing.T, s *outbox.Store) {
		d := draft(n)
		d.Class = class
		d.Subject[0] = subject
		put(t, s, d)
	}
}

// sent notes a sending; the request is due again at a minute.
func sent(n, minute int) step {
	return func(t *testing.T, s *outbox.Store) {
		if err := s.MarkSent(t.Context(), number(n), midnight().Add(time.Duration(minute)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
}

func receipted(n int) step {
	return func(t *testing.T, s *outbox.Store) { settle(t, s, number(n), "accepted") }
}

func hastened(minute int) step {
	return func(_ *testing.T, s *outbox.Store) { s.Hasten(midnight().Add(time.Duration(minute) * time.Minute)) }
}

func times(n int, one step) step {
	return func(t *testing.T, s *outbox.Store) {
		for range n {
			one(t, s)
		}
	}
}

// TestDue tells which requests may be sent, in which order, and when to look
// again.
func TestDue(t *testing.T) {
	const never = -1
	for name, c := range map[string]struct {
		steps  []step
		minute int // of asking
		most   int // 0: ten
		want   []int
		next   int // minute of Next
	}{
		"an empty queue":                {next: never},
		"in the order of saving":        {steps: []step{saved(1, 1, 0), saved(2, 1, 0), saved(3, 1, 0)}, want: []int{1, 2, 3}},
		"as many as are wanted":         {steps: []step{saved(1, 1, 0), saved(2, 1, 0), saved(3, 1, 0)}, most: 2, want: []int{1, 2}},
		"by class first":                {steps: []step{saved(1, 3, 0), saved(2, 1, 0), saved(3, 0, 0), saved(4, 1, 0)}, want: []int{3, 2, 4, 1}},
		"sent ones wait":                {steps: []step{saved(1, 1, 0), sent(1, 5)}, minute: 4, next: 5},
		"and are sent again":            {steps: []step{saved(1, 1, 0), sent(1, 5)}, minute: 5, want: []int{1}, next: 5},
		"new ones before resends":       {steps: []step{saved(1, 1, 0), saved(2, 1, 0), sent(1, 5)}, minute: 5, want: []int{2, 1}},
		"but not before a better class": {steps: []step{saved(1, 0, 0), saved(2, 1, 0), sent(1, 5)}, minute: 5, want: []int{1, 2}},
		"receipted ones are gone":       {steps: []step{saved(1, 1, 0), saved(2, 1, 0), receipted(1)}, want: []int{2}},
		"one at a time of a subject":    {steps: []step{saved(1, 1, 9), saved(2, 1, 9), saved(3, 1, 8)}, want: []int{1, 3}},
		"until its receipt":             {steps: []step{saved(1, 1, 9), saved(2, 1, 9), sent(1, 5), receipted(1)}, want: []int{2}},
		"also when it is overdue":       {steps: []step{saved(1, 1, 9), saved(2, 0, 9), sent(1, 5)}, minute: 6, want: []int{1}, next: 5},
		"but not for ever":              {steps: []step{saved(1, 1, 9), saved(2, 1, 9), times(6, sent(1, 5))}, minute: 4, want: []int{2}},
		"nobody in particular":          {steps: []step{saved(1, 1, 0), saved(2, 1, 0), sent(1, 5)}, minute: 4, want: []int{2}},
		"past its time comes last":      {steps: []step{saved(1, 0, 0), saved(2, 3, 0)}, minute: 8*60 + 1, want: []int{1, 2}},
		"hastened":                      {steps: []step{saved(1, 1, 0), sent(1, 500), hastened(2)}, minute: 2, want: []int{1}, next: 2},
		"hastened never means later":    {steps: []step{saved(1, 1, 0), sent(1, 1), hastened(2)}, minute: 1, want: []int{1}, next: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newQueue(t, fixed())
			for _, do := range c.steps {
				do(t, s)
			}
			if c.most == 0 {
				c.most = 10
			}
			now := midnight().Add(time.Duration(c.minute) * time.Minute)
			due, err := s.Due(t.Context(), now, c.most)
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, e := range due {
				got = append(got, int(e.ID[15])-1) // number(n) ends in n+1
				if string(e.Envelope) != string(bodyOf(e.ID, 1024)) {
					t.Errorf("request %d comes with %d other bytes", e.Seq, len(e.Envelope))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("due are %v, want %v", got, c.want)
			}
			checkNext(t, s, len(c.steps) > 0, c.next)
		})
	}
}

func checkNext(t *testing.T, s *outbox.Store, some bool, minute int) {
	t.Helper()
	next, found := s.Next()
	want := time.Time{}
	if minute > 0 {
		want = midnight().Add(time.Duration(minute) * time.Minute)
	}
	if found != some || !next.Equal(want) {
		t.Errorf("next is %v, %v; want %v, %v", next, found, want, some)
	}
}

// TestOverdue: a request past its time stays open until the centre says so, and
// is counted.
func TestOverdue(t *testing.T) {
	now := midnight()
	o := fixed()
	o.Now = func() time.Time { return now }
	s := newQueue(t, o)
	put(t, s, draft(1))
	now = midnight().Add(9 * time.Hour)
	stats, err := s.Stats(t.Context())
	if err != nil || stats.Overdue != 1 || stats.Open() != 1 || !stats.Oldest.Equal(midnight()) || stats.Bytes != 1024 {
		t.Errorf("counted %+v, %v", stats, err)
	}
	settle(t, s, number(1), "expired")
	stats, err = s.Stats(t.Context())
	if err != nil || stats.Overdue != 0 || stats.Expired != 1 || stats.Open() != 0 || stats.Bytes != 0 || !stats.Oldest.IsZero() {
		t.Errorf("counted %+v, %v", stats, err)
	}
}

// TestRetention: sealed bytes go a day after the receipt, lines after three
// months; what is open stays, and so does the head of the chain.
func TestRetention(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := outbox.Open(context.Background(), path, outbox.Options{ReserveBytes: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for n := range 300 {
			put(t, s, draft(n))
		}
		for n := range 299 {
			settle(t, s, number(n), "accepted")
		}
		time.Sleep(23 * time.Hour)
		synctest.Wait()
		if e := get(t, s, number(0)); e.Envelope == nil {
			t.Error("the envelope is gone before its day is over")
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		for n := range 300 {
			e := get(t, s, number(n))
			if gone := e.Envelope == nil; gone != (n < 299) || n < 299 && string(e.Receipt) != "receipt of accepted" {
				t.Fatalf("request %d after a day: envelope gone %v, receipt %q", n, gone, e.Receipt)
			}
		}
		time.Sleep(91 * 24 * time.Hour)
		synctest.Wait()
		settle(t, s, number(299), "accepted")
		time.Sleep(91 * 24 * time.Hour)
		synctest.Wait()
		stats, err := s.Stats(t.Context())
		if err != nil || stats.Receipted != 1 || stats.Seq != 300 {
			t.Errorf("after half a year: %+v, %v", stats, err)
		}
		if e := put(t, s, draft(300)); e.Seq != 301 || e.Prev != stats.Head {
			t.Errorf("the next is number %d after %x", e.Seq, e.Prev)
		}
	})
	checkQueue(t, path)
}

// TestSendingIsNoted: sendings reach the disk by themselves within a second, so
// that a crash does not forget them.
func TestSendingIsNoted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	s := openQueue(t, path, fixed())
	put(t, s, draft(1))
	for range 3 {
		sent(1, 0)(t, s)
	}
	put(t, s, draft(2)) // the next commit takes the note along
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openQueue(t, path, fixed())
	if e := get(t, s, number(1)); e.State != outbox.Sent || e.Attempts != 3 {
		t.Errorf("it is %s after %d sendings", e.State, e.Attempts)
	}
}

// inVain lets another request get its receipt, then sends n once more.
func inVain(n int) step {
	other := 1000
	return func(t *testing.T, s *outbox.Store) {
		other++
		saved(other, 1, 0)(t, s)
		receipted(other)(t, s)
		sent(n, 0)(t, s)
	}
}

// TestPoison: a request that gets no receipt while others do is set aside. It
// holds nobody up, is tried once a day and after a restart, and a receipt still
// settles it.
func TestPoison(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	now := midnight()
	o := fixed()
	o.Now = func() time.Time { return now }
	s := openQueue(t, path, o)
	saved(1, 0, 9)(t, s)
	sent(1, 0)(t, s)
	times(12, inVain(1))(t, s)
	saved(2, 3, 9)(t, s) // of the same subject
	e := get(t, s, number(1))
	if e.State != outbox.Poison || !e.State.Dead() || e.State.Final() || !e.Next.Equal(now.Add(24*time.Hour)) {
		t.Fatalf("after 12 sendings in vain it is %s until %v", e.State, e.Next)
	}
	s.Hasten(now)
	if due, err := s.Due(t.Context(), now, 10); err != nil || len(due) != 1 || due[0].ID != number(2) {
		t.Errorf("due beside it: %d, %v", len(due), err)
	}
	stats, err := s.Stats(t.Context())
	if err != nil || stats.Poison != 1 || stats.Open() != 2 {
		t.Errorf("counted %+v, %v", stats, err)
	}
	settle(t, s, number(2), "accepted")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openQueue(t, path, o)
	if due, err := s.Due(t.Context(), now, 10); err != nil || len(due) != 1 || due[0].State != outbox.Poison {
		t.Errorf("after a restart: %+v, %v", due, err)
	}
	sent(1, 5)(t, s)
	if e := get(t, s, number(1)); e.State != outbox.Poison || !e.Next.Equal(now.Add(24*time.Hour)) {
		t.Errorf("tried once more it is %s until %v", e.State, e.Next)
	}
	settle(t, s, number(1), "accepted")
	if e := get(t, s, number(1)); e.State != outbox.Receipted {
		t.Errorf("with its receipt it is %s", e.State)
	}
}

// TestNobodyStarves: behind a stream of requests of the best class, one of the
// worst is sent after it has waited, and so is one whose time has passed.
func TestNobodyStarves(t *testing.T) {
	for name, class := range map[string]uint8{"the worst class": 3, "past its time": 0} {
		t.Run(name, func(t *testing.T) {
			now := midnight()
			o := fixed()
			o.Now = func() time.Time { return now }
			s := newQueue(t, o)
			d := draft(0)
			d.Class, d.ExpiresAt = class, midnight().Add(8*time.Hour)
			if class == 0 {
				d.ExpiresAt = midnight().Add(-time.Minute)
			}
			put(t, s, d)
			for n := 1; n < 200; n++ {
				saved(2*n, 0, 0)(t, s) // two come for each that goes
				saved(2*n+1, 0, 0)(t, s)
				due, err := s.Due(t.Context(), now, 1)
				if err != nil || len(due) != 1 {
					t.Fatalf("%d due, %v", len(due), err)
				}
				if due[0].ID == d.ID {
					t.Logf("sent after %d others and %v", n-1, now.Sub(midnight()))
					return
				}
				if err := s.MarkSent(t.Context(), due[0].ID, now.Add(time.Minute)); err != nil {
					t.Fatal(err)
				}
				if err := s.Settle(t.Context(), due[0].ID, []byte("receipt"), "accepted"); err != nil {
					t.Fatal(err)
				}
				now = now.Add(time.Minute)
			}
			t.Error("it was never sent")
		})
	}
}
