package main

import (
	"context"
	"log/slog"
	"time"

	"motcua/protocol/gateway"
)

// forgetEvery is how often the inbox is looked through for bodies whose time is over.
const forgetEvery = time.Hour

// forget takes the sealed bodies of requests that are older than some days, until ctx
// ends; 0 days keep them for ever.
func forget(ctx context.Context, g *gateway.Gateway, days int, log *slog.Logger) {
	if days == 0 {
		return
	}
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		n, err := g.Forget(ctx, time.Now().AddDate(0, 0, -days))
		if err != nil && ctx.Err() == nil {
			log.Error("old requests are not forgotten", "fault", err.Error())
		}
		if n > 0 {
			log.Info("forgotten", "requests", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
