package uplink

import (
	"errors"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/fault"
)

// maxComplaints is how many lines a minute are written about false messages.
// Whoever can send them can send a hundred thousand, and a log is a disk.
const maxComplaints = 10

// quota counts lines of a minute.
type quota struct {
	since   time.Time
	written int
	left    int // lines that were not written
}

// take reports whether a line may be written now, and how many were left out
// since the last one that was.
func (q *quota) take(now time.Time) (ok bool, left int) {
	if now.Sub(q.since) >= time.Minute || now.Before(q.since) {
		q.since, q.written = now, 0
	}
	if q.written >= maxComplaints {
		q.left++
		return false, 0
	}
	q.written++
	left, q.left = q.left, 0
	return true, left
}

// complain writes a line about a false message, unless there were too many; the
// counters count them all.
func (u *Uplink) complain(now time.Time, text string, err error) {
	u.mu.Lock()
	ok, left := u.complaints.take(now)
	u.mu.Unlock()
	code := fault.BadReceipt
	if errors.Is(err, envelope.ErrRevoked) {
		code = fault.RevokedSigner
	}
	switch {
	case !ok:
	case left > 0:
		u.log.Error(text, "fault", code, "err", err, "not_told", left)
	default:
		u.log.Error(text, "fault", code, "err", err)
	}
}
