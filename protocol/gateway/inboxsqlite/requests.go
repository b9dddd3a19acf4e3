package inboxsqlite

import (
	"errors"
	"fmt"
	"slices"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Near implements batch.Storage.
func (w *writer) Near(device string, id request.ID, seq uint64) (all []*gateway.Record, err error) {
	read := func(r *row) { all = append(all, nearOf(r)) }
	err = w.s.beside.each(read, device, int64(seq)-1, int64(seq)+1)
	if err == nil && !slices.ContainsFunc(all, func(r *gateway.Record) bool { return r.ID == id }) {
		err = w.s.named.each(read, device, id[:])
	}
	if err != nil {
		return nil, fmt.Errorf("looking for requests: %w", err)
	}
	return all, nil
}

// nearOf reads device, id, seq, prev and digest.
func nearOf(r *row) *gateway.Record {
	near := &gateway.Record{Device: r.text(0), Seq: uint64(r.int(2))}
	r.fill(1, near.ID[:])
	r.fill(3, near.Prev[:])
	r.fill(4, near.Digest[:])
	return near
}

// Seqs implements batch.Storage.
func (w *writer) Seqs(device string, seqs []uint64) (all []*gateway.Record, err error) {
	for _, seq := range seqs {
		if err := w.s.seq.each(func(r *row) { all = append(all, record(r)) }, device, int64(seq)); err != nil {
			return nil, fmt.Errorf("looking for requests: %w", err)
		}
	}
	return all, nil
}

// Tail implements batch.Storage. An id begins with its time.
func (w *writer) Tail(device string, since int64, tail [6]byte) (all []*gateway.Record, err error) {
	first := request.FirstID(since)
	if err := w.s.tail.each(func(r *row) { all = append(all, record(r)) }, device, first[:], tail[:]); err != nil {
		return nil, fmt.Errorf("looking for requests: %w", err)
	}
	return all, nil
}

// Record implements batch.Storage.
func (w *writer) Record(device string, id request.ID) (found *gateway.Record, err error) {
	err = w.s.record.each(func(r *row) {
		found = record(r)
		found.Envelope = r.bytes(15)
	}, device, id[:])
	if err != nil {
		return nil, fmt.Errorf("looking for a request: %w", err)
	}
	return found, nil
}

// record reads the [columns].
func record(r *row) *gateway.Record {
	x := &gateway.Record{
		Device: r.text(0), Seq: uint64(r.int(2)), Service: r.text(5), Status: request.Status(r.text(6)), Reason: r.text(7), At: r.int(8),
		Receipt: r.bytes(9), Result: r.bytes(10), Level: request.Level(r.text(11)), Basis: gateway.Basis(r.text(12)), From: r.int(13), Decision: r.text(14),
	}
	r.fill(1, x.ID[:])
	r.fill(3, x.Prev[:])
	r.fill(4, x.Digest[:])
	return x
}

// Settle implements batch.Storage.
func (w *writer) Settle(r *gateway.Record) error {
	if err := w.s.settle.exec(string(r.Status), r.Reason, r.Result, r.Decision, r.Device, r.ID[:]); err != nil {
		return fmt.Errorf("settling a request: %w", err)
	}
	return nil
}

// Strip implements batch.Storage. What it takes out is overwritten in the file, which
// costs too much for what every request changes.
func (w *writer) Strip(r *gateway.Record) error {
	err := w.conn.exec("PRAGMA secure_delete = ON")
	if err == nil {
		err = errors.Join(w.s.strip.exec(r.Envelope, r.Device, r.ID[:]), w.conn.exec("PRAGMA secure_delete = OFF"))
	}
	if err != nil {
		return fmt.Errorf("forgetting a request: %w", err)
	}
	return nil
}

// Position implements batch.Storage.
func (w *writer) Position(device string) (p gateway.Position, err error) {
	err = w.s.position.each(func(r *row) { p = positionOf(r) }, device)
	if err != nil {
		return p, fmt.Errorf("reading a device's position: %w", err)
	}
	return p, nil
}

// positionOf reads contiguous, head, frozen and frozen_at, which follow the device.
func positionOf(r *row) gateway.Position {
	p := gateway.Position{Contiguous: uint64(r.int(1)), Frozen: gateway.AlarmKind(r.text(3)), FrozenAt: r.int(4)}
	r.fill(2, p.Head[:])
	return p
}

// Claimed implements batch.Storage.
func (w *writer) Claimed(service string, key request.Digest) (no string, found bool, err error) {
	err = w.s.claimed.each(func(r *row) { no, found = r.text(0), true }, service, key[:])
	if err != nil {
		return "", false, fmt.Errorf("reading a business key: %w", err)
	}
	return no, found, nil
}

// Get implements batch.Storage.
func (w *writer) Get(key string) (value []byte, found bool, err error) {
	if err = w.s.get.each(func(r *row) { value, found = r.bytes(0), true }, key); err != nil {
		return nil, false, fmt.Errorf("reading state: %w", err)
	}
	return value, found, nil
}

// Marked implements batch.Storage.
func (w *writer) Marked(key string) (m gateway.Mark, found bool, err error) {
	err = w.s.marked.each(func(r *row) { m, found = markOf(r), true }, key)
	if err != nil {
		return gateway.Mark{}, false, fmt.Errorf("reading a mark: %w", err)
	}
	return m, found, nil
}

// markOf reads key, value and until.
func markOf(r *row) gateway.Mark {
	return gateway.Mark{Key: r.text(0), Value: r.bytes(1), Until: r.int(2)}
}

// Raise implements batch.Storage.
func (w *writer) Raise(a gateway.Alarm) error {
	if err := w.s.raise.exec(string(a.Kind), a.Device, a.ID[:], int64(a.Seq), a.Digest[:], a.At); err != nil {
		return fmt.Errorf("storing an alarm: %w", err)
	}
	return nil
}
