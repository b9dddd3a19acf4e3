package inboxsqlite

import (
	"context"
	"fmt"

	"motcua/protocol/gateway"
)

// Held implements gateway.Inbox.
func (s *Store) Held(ctx context.Context, limit int) ([]*gateway.Record, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+columns+" FROM requests WHERE status = 'held' ORDER BY at, device, seq LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("listing held requests: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []*gateway.Record
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("listing held requests: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Devices implements gateway.Inbox.
func (s *Store) Devices(ctx context.Context) ([]gateway.Device, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT device, contiguous, head, frozen, frozen_at FROM positions ORDER BY device")
	if err != nil {
		return nil, fmt.Errorf("listing devices: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []gateway.Device
	for rows.Next() {
		var d gateway.Device
		var head []byte
		if err := rows.Scan(&d.Name, &d.Contiguous, &head, &d.Frozen, &d.FrozenAt); err != nil {
			return nil, fmt.Errorf("listing devices: %w", err)
		}
		copy(d.Head[:], head)
		all = append(all, d)
	}
	return all, rows.Err()
}
