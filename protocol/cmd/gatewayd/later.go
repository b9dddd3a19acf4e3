package main

import (
	"context"
	"time"
)

// workEvery is how soon put-off work is noticed that this process did not put off.
const workEvery = 500 * time.Millisecond

// laterMost is how many do put-off work at once: a system that answers slowly keeps
// some of them, and people who wait for another one are served by the others.
const laterMost = 4

// later does what was put off until ctx ends, and publishes what came of it.
func (w *worker) later(ctx context.Context) {
	tick := time.NewTicker(workEvery)
	defer tick.Stop()
	for {
		replies, err := w.gateway.Work(ctx)
		if err != nil && ctx.Err() == nil {
			w.figures.failed.Inc()
			w.log.Error("put-off work", "fault", err.Error())
		}
		for _, r := range replies {
			w.figures.settle(r)
			w.log.Info("settled", "device", r.Branch.Device, "service", r.Service, "seq", r.Seq, "id", r.ID.String(), "status", string(r.Status), "reason", r.Reason)
			w.answer(r)
		}
		if len(replies) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-w.put:
		}
	}
}
