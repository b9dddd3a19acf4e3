package inboxpg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"motcua/protocol/gateway"
)

// Events implements gateway.Inbox. Numbers grow in the order of the transactions,
// since these run one after the other.
func (s *Store) Events(ctx context.Context, limit int) ([]gateway.Event, error) {
	all, err := collect(ctx, s.pool, func(row pgx.CollectableRow) (e gateway.Event, err error) {
		return e, row.Scan(&e.Number, &e.ID, &e.Subject, &e.Data)
	}, "SELECT number, id, subject, data FROM events ORDER BY number LIMIT $1", limit)
	if err != nil {
		return nil, fmt.Errorf("listing events: %w", err)
	}
	return all, nil
}

func (t *tx) Emit(e gateway.Event) error {
	t.events = append(t.events, e)
	return nil
}

func (t *tx) DropEvents(numbers []uint64) error {
	all := make([]int64, len(numbers))
	for i, n := range numbers {
		all[i] = int64(n)
	}
	return t.exec("forgetting events", "DELETE FROM events WHERE number = ANY($1)", all)
}
