package inboxsqlite

import (
	"context"
	"fmt"

	"motcua/protocol/gateway"
)

// Events implements gateway.Inbox.
func (s *Store) Events(ctx context.Context, limit int) ([]gateway.Event, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT number, id, subject, data FROM events ORDER BY number LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("listing events: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []gateway.Event
	for rows.Next() {
		var e gateway.Event
		if err := rows.Scan(&e.Number, &e.ID, &e.Subject, &e.Data); err != nil {
			return nil, fmt.Errorf("listing events: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

func (t *tx) Emit(e gateway.Event) error {
	if _, err := t.s.emit.ExecContext(t.ctx, e.ID, e.Subject, e.Data); err != nil {
		return fmt.Errorf("storing an event: %w", err)
	}
	return nil
}

func (t *tx) DropEvents(numbers []uint64) error {
	for _, n := range numbers {
		if _, err := t.s.dropEvent.ExecContext(t.ctx, int64(n)); err != nil {
			return fmt.Errorf("forgetting an event: %w", err)
		}
	}
	return nil
}
