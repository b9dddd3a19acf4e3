package events

import (
	"context"
	"io"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Recorder is an inbox whose transactions leave events.
type Recorder struct {
	gateway.Inbox
	now  func() time.Time
	rand io.Reader
}

// Record wraps an inbox; rand must be fit for concurrent use.
func Record(inbox gateway.Inbox, now func() time.Time, rand io.Reader) *Recorder {
	return &Recorder{inbox, now, rand}
}

// Update implements gateway.Inbox.
func (r *Recorder) Update(ctx context.Context, fn func(gateway.Tx) error, ahead ...gateway.Look) error {
	return r.Inbox.Update(ctx, func(tx gateway.Tx) error { return fn(recording{tx, r}) }, ahead...)
}

// recording is a transaction that emits what it stores.
type recording struct {
	gateway.Tx
	by *Recorder
}

func (t recording) Insert(r *gateway.Record, finish func(*gateway.Record) error) error {
	e, err := ofRequest(r, StageReceived, time.UnixMilli(r.At), t.by.rand)
	if err != nil {
		return err
	}
	if err := t.Emit(e); err != nil {
		return err
	}
	return t.Tx.Insert(r, finish)
}

func (t recording) Settle(r *gateway.Record) error {
	e, err := ofRequest(r, StageSettled, t.by.now(), t.by.rand)
	if err != nil {
		return err
	}
	if err := t.Emit(e); err != nil {
		return err
	}
	if err := t.notice(r); err != nil {
		return err
	}
	return t.Tx.Settle(r)
}

// notice tells of a dose that was recorded; the same dose told again is none.
func (t recording) notice(r *gateway.Record) error {
	if r.Service != catalogue.RecordDose || r.Status != request.StatusAccepted || r.Result == nil {
		return nil
	}
	e, err := ofDose(r, t.by.now(), t.by.rand)
	if err != nil {
		return err
	}
	return t.Emit(e)
}

func (t recording) Raise(a gateway.Alarm) error {
	e, err := ofAlarm(a, t.by.rand)
	if err != nil {
		return err
	}
	if err := t.Emit(e); err != nil {
		return err
	}
	return t.Tx.Raise(a)
}
