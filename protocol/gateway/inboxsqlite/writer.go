package inboxsqlite

import (
	"context"
	"errors"
	"fmt"

	"motcua/protocol/gateway/batch"
)

// writer is the inbox as batches are written to it. It belongs to one goroutine.
type writer struct {
	conn   conn
	s      statements
	broken error
	lost   error // a savepoint that could not be undone
}

// Transact implements batch.Database. A commit that fails is for good: after a
// failed sync, what later ones say is worth nothing.
func (w *writer) Transact(_ context.Context, do func(batch.Storage) error) error {
	if w.broken != nil {
		return w.broken
	}
	if err := w.s.begin.exec(); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	w.lost = nil
	if err := errors.Join(do(w), w.lost); err != nil {
		_ = w.s.rollback.exec()
		return fmt.Errorf("running a transaction: %w", err)
	}
	if err := w.s.commit.exec(); err != nil {
		w.broken = fmt.Errorf("%w: %w", ErrBroken, err)
		_ = w.s.rollback.exec()
		return w.broken
	}
	return nil
}

// Apart implements batch.Storage.
func (w *writer) Apart(do func() error) error {
	if err := w.s.savepoint.exec(); err != nil {
		return fmt.Errorf("beginning a savepoint: %w", err)
	}
	err := do()
	if err != nil {
		w.lost = errors.Join(w.lost, w.s.undo.exec())
	}
	w.lost = errors.Join(w.lost, w.s.release.exec())
	return err
}

// Write implements batch.Storage.
func (w *writer) Write(c batch.Changes) error {
	for _, r := range c.Records {
		err := w.s.insert.exec(r.Device, r.ID[:], int64(r.Seq), r.Prev[:], r.Digest[:], r.Service, string(r.Status), r.Reason, r.At, r.Receipt, r.Result,
			string(r.Level), string(r.Basis), r.From, r.Decision, r.Envelope)
		if err != nil {
			return fmt.Errorf("storing a request: %w", err)
		}
	}
	for _, k := range c.Claims {
		if err := w.s.claim.exec(k.Service, k.Key[:], k.No); err != nil {
			return fmt.Errorf("claiming a business key: %w", err)
		}
	}
	for _, e := range c.Events {
		if err := w.s.emit.exec(e.ID, e.Subject, e.Data); err != nil {
			return fmt.Errorf("storing an event: %w", err)
		}
	}
	for key, value := range c.State {
		if err := w.s.set.exec(key, value); err != nil {
			return fmt.Errorf("storing state: %w", err)
		}
	}
	for _, m := range c.Marks {
		if err := w.s.mark.exec(m.Key, m.Value, m.Until); err != nil {
			return fmt.Errorf("storing a mark: %w", err)
		}
	}
	if c.Forget > 0 {
		if err := w.s.forget.exec(c.Before, int64(c.Forget)); err != nil {
			return fmt.Errorf("forgetting marks: %w", err)
		}
	}
	for device, p := range c.Positions {
		if err := w.s.setPosition.exec(device, int64(p.Contiguous), p.Head[:], string(p.Frozen), p.FrozenAt); err != nil {
			return fmt.Errorf("storing a device's position: %w", err)
		}
	}
	return nil
}
