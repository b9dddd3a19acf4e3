package uplink

import (
	"slices"
	"sync"
	"time"

	"motcua/protocol/request"
)

// Bounds of waiting for results. A result is of use while the person is there,
// and unreadable afterwards.
const (
	mostUnanswered = 16
	answerUseful   = 3 * time.Minute
)

// askAfter are the times after a receipt at which a result that is still missing
// is asked for.
func askAfter() []time.Duration {
	return []time.Duration{4 * time.Second, 16 * time.Second, time.Minute}
}

// unanswered are the requests whose receipt has come and whose result has not. A
// result travels without anybody's promise, as all messages do; it is asked for
// by a Hello.
type unanswered struct {
	changed chan struct{} // gets a value when there is another one

	mu  sync.Mutex
	all map[request.ID]*missing
}

type missing struct {
	seq   uint64
	since time.Time
	asked int // times
}

func newUnanswered() unanswered {
	return unanswered{changed: make(chan struct{}, 1), all: map[request.ID]*missing{}}
}

// add begins to wait. A request that was only kept, refused or late has no result
// to wait for.
func (u *unanswered) add(r request.Receipt, now time.Time) {
	if r.Status != request.StatusAccepted && r.Status != request.StatusDuplicate {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.forget(now)
	if len(u.all) >= mostUnanswered {
		return // a backlog: nobody stands there and waits
	}
	u.all[r.ID] = &missing{seq: r.Seq, since: now}
	select {
	case u.changed <- struct{}{}:
	default:
	}
}

// done ends waiting.
func (u *unanswered) done(id request.ID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.all, id)
}

// seqs are all that are waited for, ascending.
func (u *unanswered) seqs(now time.Time) []uint64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.forget(now)
	var seqs []uint64
	for _, m := range u.all {
		seqs = append(seqs, m.seq)
	}
	slices.Sort(seqs)
	return seqs
}

// next is when something is to be asked for; false: nothing is.
func (u *unanswered) next() (at time.Time, some bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, m := range u.all {
		if when, left := m.next(); left && (!some || when.Before(at)) {
			at, some = when, true
		}
	}
	return at, some
}

// due reports whether something is to be asked for now, and counts it as asked.
func (u *unanswered) due(now time.Time) (due bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.forget(now)
	for _, m := range u.all {
		if when, left := m.next(); left && !when.After(now) {
			m.asked++
			due = true
		}
	}
	return due
}

func (m *missing) next() (time.Time, bool) {
	times := askAfter()
	if m.asked >= len(times) {
		return time.Time{}, false
	}
	return m.since.Add(times[m.asked]), true
}

// forget drops what is of no use any more; u.mu is held.
func (u *unanswered) forget(now time.Time) {
	for id, m := range u.all {
		if now.Sub(m.since) >= answerUseful {
			delete(u.all, id)
		}
	}
}
