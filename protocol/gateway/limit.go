package gateway

import (
	"fmt"
	"math"
	"sync"
	"time"

	"motcua/protocol/fault"
)

// Limits is how many messages a device may send: Rate a second on average, Burst
// at once. A device that sends more gets its receipts with the wish to wait; one
// that goes on all the same, by as many again, gets nothing until it has waited.
// Nothing is lost: the device keeps what has no receipt. A zero Rate limits
// nobody.
type Limits struct {
	Rate  float64
	Burst int
}

// maxBuckets bounds the memory of devices; a full one starts anew.
const maxBuckets = 1 << 16

// limiter counts what devices send.
type limiter struct {
	limits Limits

	mu      sync.Mutex
	buckets map[string]bucket
}

// bucket is how much a device had left at a time; less than zero is a debt.
type bucket struct {
	left float64
	at   time.Time
}

// take counts one message. It returns the seconds that the device should wait, or
// an error when it has to.
func (l *limiter) take(device string, now time.Time) (uint32, error) {
	if l.limits.Rate <= 0 {
		return 0, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.now(device, now)
	if b.left-1 < -float64(l.limits.Burst) {
		return 0, fault.Wrap(fault.Busy, fmt.Errorf("device %s sends too much", device))
	}
	b.left--
	if len(l.buckets) >= maxBuckets {
		clear(l.buckets)
	}
	l.buckets[device] = b
	return l.seconds(b), nil
}

// wait is how long the device should be silent, in seconds.
func (l *limiter) wait(device string, now time.Time) uint32 {
	if l.limits.Rate <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seconds(l.now(device, now))
}

func (l *limiter) now(device string, now time.Time) bucket {
	b, known := l.buckets[device]
	if !known {
		return bucket{float64(l.limits.Burst), now}
	}
	if passed := now.Sub(b.at); passed > 0 {
		b = bucket{min(float64(l.limits.Burst), b.left+passed.Seconds()*l.limits.Rate), now}
	}
	return b
}

func (l *limiter) seconds(b bucket) uint32 {
	if b.left >= 0 {
		return 0
	}
	return uint32(min(math.Ceil(-b.left/l.limits.Rate), 3600))
}
