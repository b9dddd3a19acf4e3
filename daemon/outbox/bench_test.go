package outbox_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"motcua/daemon/outbox"
)

// BenchmarkBudget holds the queue to its budget, see the design's table.
func BenchmarkBudget(b *testing.B) {
	b.Run("outbox/enqueue/p50", benchEnqueue)
	b.Run("outbox/group16", benchGroup)
}

// benchEnqueue compares a durable Enqueue of 1 KiB with the least that any
// durable queue does, in turns so that both see the same disk.
func benchEnqueue(b *testing.B) {
	s := newQueue(b, outbox.Options{MaxItems: 1 << 30, ReserveBytes: 1})
	raw, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer raw.Close()
	body := bodyOf(number(0), 1024)
	var ours, theirs []time.Duration
	n := 0
	for b.Loop() {
		for range 50 {
			start := time.Now()
			if _, err := raw.Write(body); err != nil {
				b.Fatal(err)
			}
			if err := unix.Fdatasync(int(raw.Fd())); err != nil {
				b.Fatal(err)
			}
			theirs = append(theirs, time.Since(start))
		}
		for range 50 {
			n++
			d := draft(n)
			start := time.Now()
			if _, err := s.Enqueue(b.Context(), d, seal(body)); err != nil {
				b.Fatal(err)
			}
			ours = append(ours, time.Since(start))
		}
	}
	b.ReportMetric(median(ours), "figure:us")
	b.ReportMetric(median(theirs), "against:raw-append-fdatasync-us")
	b.ReportMetric(1.6, "budget:ratio-max")
}

func median(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2]) / float64(time.Microsecond)
}

// benchGroup counts durable Enqueues a second by sixteen writers at once.
func benchGroup(b *testing.B) {
	s := newQueue(b, outbox.Options{MaxItems: 1 << 30, ReserveBytes: 1})
	var next atomic.Int64
	body := bodyOf(number(0), 1024)
	done := 0
	start := time.Now()
	for b.Loop() {
		var wg sync.WaitGroup
		failed := make(chan error, 16)
		for range 16 {
			wg.Go(func() {
				for range 32 {
					if _, err := s.Enqueue(b.Context(), draft(int(next.Add(1))), seal(body)); err != nil {
						failed <- err
						return
					}
				}
			})
		}
		wg.Wait()
		done += 16 * 32
		select {
		case err := <-failed:
			b.Fatal(fmt.Errorf("writing: %w", err))
		default:
		}
	}
	b.ReportMetric(float64(done)/time.Since(start).Seconds(), "figure:per-s")
	b.ReportMetric(8000, "budget:min")
}
