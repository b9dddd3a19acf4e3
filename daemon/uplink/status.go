package uplink

import (
	"context"
	"log/slog"
	"time"

	"motcua/protocol/fault"
)

// Status is the state of the connection.
type Status struct {
	Online bool
	// Code says why not, when a try has failed.
	Code fault.Code
	// Text is one line for a technician: what is wrong and what to do.
	Text string
	// Way is the one that is used while Online.
	Way Way
}

// Counts are what happened since the start.
type Counts struct {
	Connects    uint64 // connections that stood
	Sent        uint64 // publishes, resends among them
	Resent      uint64 // publishes after the first, because no receipt had come
	Receipts    uint64 // that settled a request
	Repeated    uint64 // receipts of requests that were settled before
	BadReceipts uint64 // false signature, id, number or digest: nothing was settled
	Unknown     uint64 // receipts for requests that are not in the queue
	Results     uint64
	BadResults  uint64
	Hellos      uint64
	Checkpoints uint64
	Welcomes    uint64 // that answered one
	BadWelcomes uint64
	Documents   uint64 // of the centre's that were true, the same one any number of times
	// BadDocuments are false, or older than the one that counts.
	BadDocuments uint64
	Dropped      uint64 // messages that came faster than they could be read
}

// Online reports whether requests can be sent now.
func (u *Uplink) Online() bool { return u.Status().Online }

// Status is the state of the connection now.
func (u *Uplink) Status() Status {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.status
}

// Counts is what happened since the start.
func (u *Uplink) Counts() Counts {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.counts
}

// count changes a counter.
func (u *Uplink) count(which func(*Counts) *uint64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	*which(&u.counts)++
}

// report sets the status and tells of it when it is another.
func (u *Uplink) report(s Status) {
	u.mu.Lock()
	same := u.status == s
	u.status = s
	u.mu.Unlock()
	if !same {
		u.calls.Lock()
		defer u.calls.Unlock()
		u.onStatus(s)
	}
}

func (u *Uplink) connected(w Way) {
	u.mu.Lock()
	clear(u.window)
	u.mu.Unlock()
	u.count(func(c *Counts) *uint64 { return &c.Connects })
	u.log.Info("connected to the centre", "way", w.String())
	u.report(Status{Online: true, Way: w})
}

// trouble reports why there is no connection; the same reason is logged once.
func (u *Uplink) trouble(ctx context.Context, end ending, wait time.Duration) {
	why := troubleOf(end.err, end.way.String())
	s := Status{Code: why.code, Text: why.text}
	level := slog.LevelDebug
	if u.Status() != s {
		level = slog.LevelWarn
	}
	u.log.Log(ctx, level, s.Text, "fault", s.Code, "again_in", wait.Round(time.Millisecond), "err", end.err)
	u.report(s)
}
