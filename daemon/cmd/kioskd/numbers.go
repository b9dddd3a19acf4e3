package main

import (
	"context"
	"time"

	"motcua/daemon/leases"
	"motcua/daemon/session"
)

// numbers lets the session give out what the centre has lent.
type numbers struct{ pool *leases.Pool }

// Take gives out a number; see session.Numbers.
func (n numbers) Take(queue string) (session.Number, bool) {
	taken, ok := n.pool.Take(queue)
	if !ok {
		return session.Number{}, false
	}
	day, err := time.Parse("060102", taken.Day)
	return session.Number{Lease: taken.Lease, Day: day, Number: taken.Number, Prefix: taken.Prefix, Shown: taken.Shown}, err == nil
}

// dayEvery is how often is looked whether another day has begun, with other numbers.
const dayEvery = 10 * time.Second

// watchNumbers tells the session the queues until ctx ends.
func watchNumbers(ctx context.Context, pool *leases.Pool, s *session.Session) error {
	tick := time.NewTicker(dayEvery)
	defer tick.Stop()
	for {
		var all []session.NumberQueue
		for _, q := range pool.Queues() {
			all = append(all, session.NumberQueue(q))
		}
		s.SetNumbers(all)
		select {
		case <-ctx.Done():
			return nil
		case <-pool.Changed():
		case <-tick.C:
		}
	}
}
