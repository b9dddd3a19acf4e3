package inboxpg

import (
	"github.com/jackc/pgx/v5"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/batch"
)

// Write implements batch.Storage, in one message to the database and with one
// statement for each table: its columns go as arrays.
func (s *storage) Write(c batch.Changes) error {
	b := &pgx.Batch{}
	queueRecords(b, c.Records)
	queueClaims(b, c.Claims)
	queueEvents(b, c.Events)
	queueState(b, c.State)
	queueMarks(b, c.Marks)
	if c.Forget > 0 {
		b.Queue("DELETE FROM marks WHERE key IN (SELECT key FROM marks WHERE until < $1 ORDER BY until LIMIT $2)", c.Before, c.Forget)
	}
	queuePositions(b, c.Positions)
	if err := s.tx.SendBatch(s.ctx, b).Close(); err != nil {
		return s.failed("storing what a batch adds", err)
	}
	return nil
}

// column is one value of each element.
func column[T, V any](all []T, value func(T) V) []V {
	values := make([]V, len(all))
	for i, v := range all {
		values[i] = value(v)
	}
	return values
}

func queueRecords(b *pgx.Batch, all []*gateway.Record) {
	if len(all) == 0 {
		return
	}
	type record = *gateway.Record
	b.Queue("INSERT INTO requests ("+columns+`, envelope) SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::text[],
		$9::bigint[], $10::bytea[], $11::bytea[], $12::text[], $13::text[], $14::bigint[], $15::text[], $16::bytea[])`,
		column(all, func(r record) string { return r.Device }), column(all, func(r record) []byte { return r.ID[:] }),
		column(all, func(r record) int64 { return int64(r.Seq) }), column(all, func(r record) []byte { return r.Prev[:] }),
		column(all, func(r record) []byte { return r.Digest[:] }), column(all, func(r record) string { return r.Service }),
		column(all, func(r record) string { return string(r.Status) }), column(all, func(r record) string { return r.Reason }),
		column(all, func(r record) int64 { return r.At }), column(all, func(r record) []byte { return r.Receipt }),
		column(all, func(r record) []byte { return r.Result }), column(all, func(r record) string { return string(r.Level) }),
		column(all, func(r record) string { return string(r.Basis) }), column(all, func(r record) int64 { return r.From }),
		column(all, func(r record) string { return r.Decision }), column(all, func(r record) []byte { return r.Envelope }))
}

func queueClaims(b *pgx.Batch, all []batch.Claim) {
	if len(all) == 0 {
		return
	}
	b.Queue("INSERT INTO business (service, key, no) SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[])",
		column(all, func(c batch.Claim) string { return c.Service }), column(all, func(c batch.Claim) []byte { return c.Key[:] }),
		column(all, func(c batch.Claim) string { return c.No }))
}

// queueEvents stores events in their order, which their numbers keep.
func queueEvents(b *pgx.Batch, all []gateway.Event) {
	if len(all) == 0 {
		return
	}
	b.Queue(`INSERT INTO events (id, subject, data) SELECT id, subject, data FROM unnest($1::text[], $2::text[], $3::bytea[])
		WITH ORDINALITY AS e (id, subject, data, n) ORDER BY n`,
		column(all, func(e gateway.Event) string { return e.ID }), column(all, func(e gateway.Event) string { return e.Subject }),
		column(all, func(e gateway.Event) []byte { return e.Data }))
}

func queueState(b *pgx.Batch, all map[string][]byte) {
	if len(all) == 0 {
		return
	}
	keys, values := split(all)
	b.Queue("INSERT INTO state (key, value) SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT (key) DO UPDATE SET value = excluded.value", keys, values)
}

func queueMarks(b *pgx.Batch, all map[string]gateway.Mark) {
	if len(all) == 0 {
		return
	}
	keys, marks := split(all)
	b.Queue(`INSERT INTO marks (key, value, until) SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[])
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until`,
		keys, column(marks, func(m gateway.Mark) []byte { return m.Value }), column(marks, func(m gateway.Mark) int64 { return m.Until }))
}

func queuePositions(b *pgx.Batch, all map[string]gateway.Position) {
	if len(all) == 0 {
		return
	}
	devices, at := split(all)
	b.Queue(`INSERT INTO positions (device, contiguous, head, frozen, frozen_at) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::text[], $5::bigint[])
		ON CONFLICT (device) DO UPDATE SET contiguous = excluded.contiguous, head = excluded.head, frozen = excluded.frozen, frozen_at = excluded.frozen_at`,
		devices, column(at, func(p gateway.Position) int64 { return int64(p.Contiguous) }), column(at, func(p gateway.Position) []byte { return p.Head[:] }),
		column(at, func(p gateway.Position) string { return string(p.Frozen) }), column(at, func(p gateway.Position) int64 { return p.FrozenAt }))
}

// split gives the keys of a map and, in the same order, its values.
func split[V any](all map[string]V) (keys []string, values []V) {
	for key, value := range all {
		keys, values = append(keys, key), append(values, value)
	}
	return keys, values
}
