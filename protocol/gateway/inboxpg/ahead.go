package inboxpg

import (
	"github.com/jackc/pgx/v5"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/batch"
)

// Ahead implements batch.Storage, in one message to the database.
func (s *storage) Ahead(w batch.Wanted) (batch.Found, error) {
	f, b := batch.NewFound(), &pgx.Batch{}
	queueNear(b, w.Places, &f)
	queueClaimed(b, w.Claims, &f)
	if len(w.Positions) > 0 {
		b.Queue("SELECT device, contiguous, head, frozen, frozen_at FROM positions WHERE device = ANY($1)", w.Positions).Query(each(func(row pgx.Rows) error {
			var device string
			var p gateway.Position
			var head []byte
			err := row.Scan(&device, &p.Contiguous, &head, &p.Frozen, &p.FrozenAt)
			copy(p.Head[:], head)
			f.Positions[device] = p
			return err
		}))
	}
	if len(w.Marks) > 0 {
		b.Queue("SELECT key, value, until FROM marks WHERE key = ANY($1)", w.Marks).Query(each(func(row pgx.Rows) error {
			var m gateway.Mark
			err := row.Scan(&m.Key, &m.Value, &m.Until)
			f.Marks[m.Key] = m
			return err
		}))
	}
	if len(w.State) > 0 {
		b.Queue("SELECT key, value FROM state WHERE key = ANY($1)", w.State).Query(each(func(row pgx.Rows) error {
			var key string
			var value []byte
			err := row.Scan(&key, &value)
			f.State[key] = value
			return err
		}))
	}
	if err := s.tx.SendBatch(s.ctx, b).Close(); err != nil {
		return batch.Found{}, s.failed("reading ahead", err)
	}
	return f, nil
}

// queueNear looks each place up by the keys of the table: the limits keep the
// planner from joining otherwise.
func queueNear(b *pgx.Batch, places []batch.Place, f *batch.Found) {
	if len(places) == 0 {
		return
	}
	b.Queue(`WITH wanted AS (SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[]) AS w (device, id, seq))
		SELECT r.* FROM wanted w CROSS JOIN LATERAL (SELECT device, id, seq, prev, digest FROM requests WHERE device = w.device AND seq BETWEEN w.seq - 1 AND w.seq + 1 LIMIT 3) r
		UNION ALL SELECT r.* FROM wanted w CROSS JOIN LATERAL (SELECT device, id, seq, prev, digest FROM requests WHERE device = w.device AND id = w.id LIMIT 1) r`,
		column(places, func(p batch.Place) string { return p.Device }), column(places, func(p batch.Place) []byte { return p.ID[:] }),
		column(places, func(p batch.Place) int64 { return int64(p.Seq) })).Query(each(func(row pgx.Rows) error {
		r, err := scanNear(row)
		f.Near = append(f.Near, r)
		return err
	}))
}

func queueClaimed(b *pgx.Batch, claims []batch.BusinessKey, f *batch.Found) {
	if len(claims) == 0 {
		return
	}
	b.Queue(`SELECT b.* FROM unnest($1::text[], $2::bytea[]) AS w (service, key)
		CROSS JOIN LATERAL (SELECT service, key, no FROM business WHERE service = w.service AND key = w.key LIMIT 1) b`,
		column(claims, func(c batch.BusinessKey) string { return c.Service }),
		column(claims, func(c batch.BusinessKey) []byte { return c.Key[:] })).Query(each(func(row pgx.Rows) error {
		var c batch.BusinessKey
		var key []byte
		var no string
		err := row.Scan(&c.Service, &key, &no)
		copy(c.Key[:], key)
		f.Claims[c] = no
		return err
	}))
}

// each reads every row of an answer.
func each(read func(pgx.Rows) error) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			if err := read(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}
