package outbox

import (
	"cmp"
	"context"
	"slices"
)

// Find returns the requests whose ids match, open or settled, as far as they are
// kept, by seq and without envelopes. match is called with every id that is known,
// and must be quick. Errors: [ErrBroken], [ErrClosed].
func (s *Store) Find(ctx context.Context, match func(id [16]byte) bool) ([]Entry, error) {
	var found []Entry
	err := s.do(&job{ctx: ctx, read: func() error {
		ids, err := s.db.ids(context.Background(), match)
		if err != nil {
			return err
		}
		for _, id := range ids {
			e, err := s.db.get(context.Background(), id)
			if err != nil {
				return err
			}
			e.Envelope = nil
			found = append(found, e)
		}
		slices.SortFunc(found, func(a, b Entry) int { return cmp.Compare(a.Seq, b.Seq) })
		return nil
	}})
	return found, err
}

// ids are those that match.
func (d *database) ids(ctx context.Context, match func(id [16]byte) bool) (all [][16]byte, err error) {
	rows, err := d.conn.QueryContext(ctx, `select id from item`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		if id := [16]byte(b); match(id) {
			all = append(all, id)
		}
	}
	return all, rows.Err()
}
