package outbox

import (
	"log/slog"
	"time"
)

// Options are the queue's limits and its surroundings. Zero values mean the
// defaults.
type Options struct {
	// MaxItems is the most open requests, 10,000, and MaxBytes the most bytes of
	// their envelopes, 2 GiB. How much of both is for whom is in [Part].
	MaxItems int
	MaxBytes int64
	// ReserveBytes is the free space on the disk below which visits are refused,
	// 64 MiB.
	ReserveBytes int64
	// KeepEnvelope is how long the sealed bytes stay after the receipt, 24 hours.
	KeepEnvelope time.Duration
	// KeepReceipt is how long anything stays after the receipt, 90 days.
	KeepReceipt time.Duration
	// Committed is told how long each transaction took that made something durable;
	// it must return at once. Nobody by default.
	Committed func(took time.Duration)
	// Now is the clock, time.Now.
	Now func() time.Time
	// Log takes what happens without a caller: space given up, disk failed. No
	// log by default.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.MaxItems <= 0 {
		o.MaxItems = 10_000
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 2 << 30
	}
	if o.ReserveBytes <= 0 {
		o.ReserveBytes = 64 << 20
	}
	if o.KeepEnvelope <= 0 {
		o.KeepEnvelope = 24 * time.Hour
	}
	if o.KeepReceipt <= 0 {
		o.KeepReceipt = 90 * 24 * time.Hour
	}
	if o.Committed == nil {
		o.Committed = func(time.Duration) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
