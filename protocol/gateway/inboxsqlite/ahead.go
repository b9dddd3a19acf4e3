package inboxsqlite

import (
	"database/sql/driver"
	"fmt"
	"slices"

	"motcua/protocol/gateway/batch"
)

// Ahead implements batch.Storage: each of its statements asks for several things.
func (w *writer) Ahead(wanted batch.Wanted) (batch.Found, error) {
	f := batch.NewFound()
	key := func(k string) []driver.Value { return []driver.Value{k} }
	for _, err := range []error{
		ask(w.s.allNear, wanted.Places, func(p batch.Place) []driver.Value { return []driver.Value{p.Device, int64(p.Seq), p.ID[:]} }, func(r *row) {
			f.Near = append(f.Near, nearOf(r))
		}),
		ask(w.s.allPositions, wanted.Positions, key, func(r *row) { f.Positions[r.text(0)] = positionOf(r) }),
		ask(w.s.allClaimed, wanted.Claims, func(c batch.BusinessKey) []driver.Value { return []driver.Value{c.Service, c.Key[:]} }, func(r *row) {
			c := batch.BusinessKey{Service: r.text(0)}
			r.fill(1, c.Key[:])
			f.Claims[c] = r.text(2)
		}),
		ask(w.s.allMarked, wanted.Marks, key, func(r *row) { f.Marks[r.text(0)] = markOf(r) }),
		ask(w.s.allState, wanted.State, key, func(r *row) { f.State[r.text(0)] = r.bytes(1) }),
	} {
		if err != nil {
			return batch.Found{}, fmt.Errorf("reading ahead: %w", err)
		}
	}
	return f, nil
}

// ask runs a statement that takes [rowsMost] rows of questions at a time; those that
// are left empty find nothing.
func ask[T any](s statement, wanted []T, question func(T) []driver.Value, read func(*row)) error {
	for some := range slices.Chunk(wanted, rowsMost) {
		var args []driver.Value
		for _, v := range some {
			args = append(args, question(v)...)
		}
		width := len(args) / len(some)
		if err := s.each(read, append(args, make([]driver.Value, width*(rowsMost-len(some)))...)...); err != nil {
			return err
		}
	}
	return nil
}
