package uplink

import (
	"time"

	"motcua/protocol/wire"
)

// Windows of reconnecting. Each wait is anywhere in its window (full jitter).
const (
	firstWindow = time.Second
	// lossWindow is for the first try after a connection that stood was lost:
	// every other kiosk of the broker has just lost its own. 100 kiosks then stay
	// below 15 connects in any quarter of a second.
	lossWindow = 10 * time.Second
	mostWindow = time.Minute
	// stood is how long a connection has to last to count as one that worked.
	stood = 10 * time.Second
)

// Backoff says how long to wait before connecting again. The zero value is that
// of a kiosk that has never been connected.
type Backoff struct{ window time.Duration }

// Failed is the wait after a connect that failed; jitter is in [0,1).
func (b *Backoff) Failed(jitter float64) time.Duration {
	b.window = min(max(2*b.window, firstWindow), mostWindow)
	return spread(0, b.window, jitter)
}

// Lost is the wait after a connection that lasted some time was lost.
func (b *Backoff) Lost(lasted time.Duration, jitter float64) time.Duration {
	if lasted < stood {
		b.window = max(b.window, lossWindow/2)
		return b.Failed(jitter)
	}
	b.window = lossWindow
	return spread(0, b.window, jitter)
}

// resend is how long a request that has been sent n times before waits for its
// receipt until it is sent again: never less than a broker's failover takes, and
// then anywhere in a window that doubles.
func resend(n int, jitter float64) time.Duration {
	window := 2 * wire.ResendFirst
	for range min(n, 16) {
		window = min(2*window, wire.ResendMost)
	}
	return spread(wire.ResendFirst, window, jitter)
}

// spread is the point between two times at a fraction.
func spread(from, to time.Duration, fraction float64) time.Duration {
	return from + time.Duration(fraction*float64(to-from))
}
