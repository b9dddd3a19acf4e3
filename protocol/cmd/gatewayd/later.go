package main

import (
	"context"
	"time"
)

// workEvery is how soon put-off work is noticed that this process did not put off.
const workEvery = 500 * time.Millisecond

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
