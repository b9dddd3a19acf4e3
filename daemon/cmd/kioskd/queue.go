package main

import (
	"context"
	"log/slog"
	"time"

	"motcua/daemon/audit"
	"motcua/daemon/config"
	"motcua/daemon/metrics"
	"motcua/daemon/outbox"
	"motcua/daemon/session"
	"motcua/protocol/code/ticket"
	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// queue lets the session save into the outbox.
type queue struct {
	store  *outbox.Store
	notary *notary
}

// Save makes a request durable; see session.Queue. That the device's key was used
// is durable in the audit log by then, too. Should that fail, the request is saved
// all the same, and nobody is told otherwise; no other visit begins.
func (q queue) Save(ctx context.Context, d session.Draft, seal session.SealFunc) (uint64, error) {
	draft := outbox.Draft{ID: d.ID, Service: d.Service, Class: d.Priority, Subject: d.Subject, ExpiresAt: d.ExpiresAt, Reserved: d.Reserved}
	var synced <-chan struct{}
	entry, err := q.store.Enqueue(ctx, draft, func(seq uint64, prev [32]byte) ([]byte, [32]byte, error) {
		sealed, err := seal(seq, prev)
		if err == nil {
			q.notary.add(audit.Entry{
				Kind: audit.Signed, Visit: d.Visit, Request: new(d.ID), Seq: seq, Digest: new(sealed.Digest), Service: d.Service,
			})
			synced = q.notary.sync(ctx)
		}
		return sealed.Bytes, sealed.Digest, err
	})
	if err == nil { // at once: it is being sent already
		q.notary.add(audit.Entry{Kind: audit.Queued, Visit: d.Visit, Request: new(d.ID), Seq: entry.Seq, Service: d.Service})
	}
	if synced != nil {
		<-synced
	}
	return entry.Seq, err
}

// Find gives the requests that a slip's number stands for; see session.Queue.
func (q queue) Find(ctx context.Context, number string) ([]session.Kept, error) {
	entries, err := q.store.Find(ctx, func(id [16]byte) bool { return ticket.NumberOf(id) == number })
	if err != nil {
		return nil, err
	}
	var all []session.Kept
	for _, e := range entries {
		all = append(all, session.Kept{SavedAt: e.CreatedAt, Status: request.Status(e.Status), SettledAt: e.SettledAt})
	}
	return all, nil
}

func openQueue(ctx context.Context, c config.Queue, figures *metrics.Kiosk, log *slog.Logger) (*outbox.Store, error) {
	return outbox.Open(ctx, c.File, outbox.Options{MaxItems: c.MaxItems, MaxBytes: c.MaxBytes, ReserveBytes: c.ReserveBytes, Committed: figures.Commit, Log: log})
}

// lookAgain is how often the disk is looked at when nothing happens in the queue.
const lookAgain = 5 * time.Second

// brokenWait is how long a kiosk whose queue broke shows so before the program
// ends to be started again and read the queue back.
const brokenWait = 20 * time.Second

// watchQueue tells the session the queue's state until ctx ends, or until the
// queue has broken for good.
func watchQueue(ctx context.Context, store *outbox.Store, s *session.Session) error {
	changes, stop := store.Watch()
	defer stop()
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		stock, err := stockOf(ctx, store)
		if ctx.Err() != nil {
			return nil
		}
		s.SetStock(stock)
		if err != nil {
			return outlive(ctx, brokenWait, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changes:
		case <-tick.C:
		}
	}
}

// stockOf asks the queue how it is. Its error says that it broke for good.
func stockOf(ctx context.Context, store *outbox.Store) (session.Stock, error) {
	if err := store.Err(); err != nil {
		return session.Stock{Err: err, Reserved: err}, err
	}
	stats, err := store.Stats(ctx)
	if err != nil {
		return session.Stock{Err: err, Reserved: err}, store.Err()
	}
	return session.Stock{Waiting: stats.Open(), Err: store.Admit(), Reserved: store.AdmitReserved()}, nil
}

// outlive gives the person in front of the kiosk time to see what happened.
func outlive(ctx context.Context, wait time.Duration, err error) error {
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
	if fault.CodeOf(err) == fault.Internal {
		err = fault.Wrap(fault.QueueBroken, err)
	}
	return err
}
