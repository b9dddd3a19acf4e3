package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"motcua/protocol/request"
)

// Later is a service that has to ask another system and may take its time. Its
// requests are accepted and receipted first; [Gateway.Work] calls Handle
// afterwards, outside of any transaction, until it succeeds. Handle may be called
// again after it has had its effect elsewhere, when the gateway ended meanwhile:
// it must name the request to the other system by its id.
type Later interface {
	Service
	Retry() Retry
}

// Retry is how long a service is asked for one request before a person has to
// look.
type Retry struct {
	Attempts    int           // that may fail
	First, Most time.Duration // pause after the first failure, doubling up to Most
	Within      time.Duration // of the acceptance
	Timeout     time.Duration // of one attempt
	// Hold: when a [Follower] has used this up, a person has to look, too.
	Hold bool
}

// Follower is a service that answers at once, and completes its answer when another
// system has been asked. Its first answer is published with the receipt; when that says
// that there is more, [Gateway.Work] calls Follow outside of any transaction until it
// succeeds, and publishes what it returns in place of the first answer. The request
// is settled meanwhile: when Patience is used up, the first answer is the last, unless
// the patience says that the request is to be held.
//
// Follow may go on for as long as the other system has something to do: as long as it
// says that there is more, it is called again, not before the time that it names. An
// outcome without class and status leaves the answer as it is, and publishes nothing. One
// that is held waits for a person, who has Follow called again.
type Follower interface {
	Service
	Patience() Retry // for Follow
	Follow(ctx context.Context, st State, r Request) (Outcome, error)
}

// jobsMost is how many jobs run at once, and jobLease how long nobody else takes
// them; an attempt ends before.
const (
	jobsMost = 16
	jobLease = 2 * time.Minute
)

// postpone puts the request off.
func (d *delivery) postpone(tx Tx, s Later) error {
	o, at := d.opened.Outer, d.now.UnixMilli()
	return tx.PutJob(Job{Device: o.Device, ID: o.ID, Next: at, Deadline: at + s.Retry().Within.Milliseconds()})
}

// followLater puts the completion of an answer off.
func (d *delivery) followLater(tx Tx, outcome Outcome) error {
	f, ok := d.service.(Follower)
	if !ok || !outcome.More {
		return nil
	}
	o, at := d.opened.Outer, d.now.UnixMilli()
	return tx.PutJob(Job{Device: o.Device, ID: o.ID, Next: at + outcome.After.Milliseconds(), Deadline: at + f.Patience().Within.Milliseconds()})
}

// Work does what has been put off and is due, and returns what has to be published
// now. Without an error and without replies there was nothing to do, or what was
// tried failed and is tried again later.
func (g *Gateway) Work(ctx context.Context) ([]Reply, error) {
	now := g.cfg.Now()
	var jobs []Job
	err := g.cfg.Inbox.Update(ctx, func(tx Tx) (err error) {
		jobs, err = tx.TakeJobs(now.UnixMilli(), now.Add(jobLease).UnixMilli(), jobsMost)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("taking jobs: %w", err)
	}
	done := make([]*Reply, len(jobs))
	var all errgroup.Group
	for i, j := range jobs {
		all.Go(func() (err error) {
			done[i], err = g.work(ctx, j)
			return err
		})
	}
	err = all.Wait()
	var replies []Reply
	for _, r := range done {
		if r != nil {
			replies = append(replies, *r)
		}
	}
	return replies, err
}

// task is one job under way.
type task struct {
	delivery
	job    Job
	state  *written
	answer Outcome
	quiet  bool // nothing is to be published
}

// work does one job.
func (g *Gateway) work(ctx context.Context, j Job) (*Reply, error) {
	t := task{job: j, delivery: delivery{g: g, now: g.cfg.Now()}}
	if err := t.load(ctx); err != nil || t.record == nil {
		return nil, err
	}
	switch r := t.record; {
	case r.Status == request.StatusRefused && r.Decision != "" && r.Result == nil:
		t.answer = Outcome{Status: r.Status, Class: request.ClassReception, Codes: []string{"refused-by-operator"}}
	case r.Status == request.StatusHeld && r.Decision == "", r.Result != nil && !t.following():
		t.answer = Outcome{Status: r.Status} // there is nothing left to do
	default:
		if err := t.attempt(ctx); err != nil {
			return nil, t.failed(ctx, err)
		}
	}
	if err := t.settle(ctx); errors.Is(err, errPoison) {
		return nil, t.failed(ctx, err)
	} else if err != nil || t.quiet {
		return nil, err
	}
	reply, err := g.renewed(replyOf(t.branch, t.record))
	if err != nil {
		return nil, err
	}
	return &reply, nil
}

// load finds the request of the job; none means that the job is without one, and
// ended.
func (t *task) load(ctx context.Context) error {
	err := t.g.cfg.Inbox.Update(ctx, func(tx Tx) (err error) {
		if t.record, err = tx.Record(t.job.Device, t.job.ID); err != nil || t.record != nil {
			return err
		}
		return tx.DropJob(t.job.Device, t.job.ID)
	})
	if err != nil || t.record == nil {
		return err
	}
	t.opened, err = t.g.verifier.Verify(t.record.Envelope, time.UnixMilli(t.record.At))
	if err != nil {
		return fmt.Errorf("opening a stored request: %w", err)
	}
	t.branch = branchOf(t.opened.Device)
	t.kind = t.g.kinds[t.record.Service]
	t.service = t.g.cfg.Services[t.record.Service]
	return nil
}

var errNoService = errors.New("nobody offers the service")

// attempt asks the service once. A service that is no [Later] is asked in the
// transaction that stores its answer.
func (t *task) attempt(ctx context.Context) error {
	if t.service == nil {
		return errNoService
	}
	if t.following() {
		t.now = time.UnixMilli(t.record.At) // its day is part of what it is known by
	}
	if reason := t.unseal(); reason != "" {
		return errors.New(reason)
	}
	if err := t.approved(ctx); err != nil {
		return err
	}
	others, _, _ := t.g.acquaint(t.kind, t.request) // it was taken: what was found then is found again
	t.request.Known = others.levels
	t.now = t.g.cfg.Now()
	t.request.Now, t.request.Again = t.now, t.record.Status == request.StatusDuplicate
	t.request.From, t.request.Came, t.request.Level = t.record.From, t.record.At, t.record.Level
	t.request.Refused = t.record.Status == request.StatusRefused && t.record.Decision != ""
	if gone, err := t.consentGone(ctx); gone || err != nil {
		return err
	}
	ask, retry := t.asks()
	if ask == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, min(retry.Timeout, jobLease/2))
	defer cancel()
	t.state = &written{ctx: ctx, inbox: t.g.cfg.Inbox, set: map[string][]byte{}}
	var err error
	t.answer, err = handle(ctx, ask, t.state, t.request)
	return err
}

// following: the request has its first answer, and the service completes it.
func (t *task) following() bool {
	_, ok := t.service.(Follower)
	return ok && t.record.Result != nil
}

// silent: the service has looked, and has no other answer than before.
func (t *task) silent() bool {
	return t.following() && t.request.Form != nil && t.answer.Class == "" && t.answer.Status == "" && t.record.Status != request.StatusHeld
}

// asks is what is called outside of a transaction; nil: nothing is.
func (t *task) asks() (asker, Retry) {
	if t.following() {
		f := t.service.(Follower)
		return f.Follow, f.Patience()
	}
	if later, ok := t.service.(Later); ok {
		return later.Handle, later.Retry()
	}
	return nil, Retry{}
}

// settle stores the answer with its effects, and ends the job.
func (t *task) settle(ctx context.Context) error {
	return t.g.cfg.Inbox.Update(ctx, func(tx Tx) (err error) {
		answer, r := t.answer, *t.record
		if t.request.Form != nil && t.state == nil {
			if answer, err = handle(ctx, t.service.Handle, tx, t.request); err != nil {
				return err
			}
		}
		if err := t.state.apply(tx); err != nil {
			return err
		}
		if t.quiet = t.silent(); t.quiet {
			return errors.Join(tx.DropJob(r.Device, r.ID), t.followLater(tx, answer))
		}
		switch {
		case answer.Status == request.StatusRefused && r.Decision == "":
			r.Status, r.Reason = answer.Status, cmp.Or(answer.Reason, serviceRefused)
		case answer.Status == request.StatusHeld && t.following():
			r.Status, r.Reason, r.Decision = answer.Status, cmp.Or(answer.Reason, "service-held"), ""
		case answer.Status != "":
			r.Status = answer.Status
		case r.Status == request.StatusHeld:
			r.Status = request.StatusAccepted
		}
		if r.Result == nil || t.following() && answer.Class != "" {
			if r.Result, err = t.signResult(answer); err != nil {
				return err
			}
		}
		if err := tx.Settle(&r); err != nil {
			return err
		}
		t.record = &r
		return errors.Join(tx.DropJob(r.Device, r.ID), t.followLater(tx, answer))
	})
}

// failed puts the job off again, or holds the request: after too many failures,
// after its time, and at once when the service broke on it.
func (t *task) failed(ctx context.Context, cause error) error {
	if ctx.Err() != nil {
		return ctx.Err() // the gateway is ending; the lease runs out
	}
	_, retry := t.asks()
	j := t.job
	j.Tries++
	j.Last = "failed"
	now := t.g.cfg.Now().UnixMilli()
	pause := min(retry.Most, retry.First<<min(j.Tries-1, 20))
	j.Next = now + max(pause, time.Second).Milliseconds()
	reason := ""
	switch {
	case errors.Is(cause, errPoison), errors.Is(cause, errNoService), errors.Is(cause, errNotApproved):
		reason = "service-failed"
	case j.Tries >= retry.Attempts:
		reason = "service-failed"
	case j.Deadline > 0 && j.Next > j.Deadline:
		reason = "service-too-late"
	}
	if reason != "" && Ruled(t.record.Reason) {
		reason = t.record.Reason // an approver has to say again what becomes of it
	}
	return t.g.cfg.Inbox.Update(ctx, func(tx Tx) error {
		if reason == "" {
			return tx.PutJob(j)
		}
		if t.following() && !retry.Hold {
			return tx.DropJob(j.Device, j.ID)
		}
		r := *t.record
		r.Status, r.Reason, r.Decision = request.StatusHeld, reason, ""
		err := errors.Join(tx.Settle(&r), tx.DropJob(r.Device, r.ID))
		if errors.Is(cause, errNotApproved) {
			err = errors.Join(err, tx.Raise(*t.newAlarm(AlarmApproval)))
		}
		return err
	})
}

// written is the state of a service outside of a transaction: it reads what is
// stored, and keeps what is set until the answer is stored.
type written struct {
	ctx   context.Context
	inbox Inbox
	set   map[string][]byte
}

// Get implements State.
func (w *written) Get(key string) (value []byte, found bool, err error) {
	if value, found = w.set[key]; found {
		return value, true, nil
	}
	err = w.inbox.Update(w.ctx, func(tx Tx) (err error) {
		value, found, err = tx.Get(key)
		return err
	})
	return value, found, err
}

// Set implements State.
func (w *written) Set(key string, value []byte) error {
	w.set[key] = append([]byte{}, value...)
	return nil
}

func (w *written) apply(tx Tx) error {
	if w == nil {
		return nil
	}
	for key, value := range w.set {
		if err := tx.Set(key, value); err != nil {
			return err
		}
	}
	return nil
}
