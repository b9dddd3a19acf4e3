package outbox_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"motcua/daemon/outbox"
)

// BenchmarkBudget holds the queue to its budget, see the design's table.
func BenchmarkBudget(b *testing.B) {
	ours, theirs := saving(b)
	tell(b, "outbox/enqueue/p50", percentile(ours, 50), "us", "against:raw-append-fdatasync-us", percentile(theirs, 50), "budget:ratio-max", 1.6)
	tell(b, "outbox/enqueue/p99", percentile(ours, 99), "us", "against:raw-append-fdatasync-us", percentile(theirs, 99), "budget:ratio-max", 3)
	b.Run("outbox/group16", benchGroup)
	queue, raw := writing(b)
	tell(b, "outbox/written-per-payload-byte", queue, "x", "against:raw-append-fdatasync", raw, "budget:x", 12)
	tell(b, "outbox/drain10k", draining(b), "per-s", "budget:min", 800)
}

// tell reports a row that was measured before: pairs of a metric's name and value
// after the figure.
func tell(b *testing.B, row string, figure float64, unit string, more ...any) {
	b.Run(row, func(b *testing.B) {
		b.ReportMetric(figure, "figure:"+unit)
		for i := 0; i+1 < len(more); i += 2 {
			value, name := more[i+1], more[i].(string)
			switch v := value.(type) {
			case int:
				b.ReportMetric(float64(v), name)
			case float64:
				b.ReportMetric(v, name)
			}
		}
	})
}

// rounds of fifty saves each, in turns with the peer's.
const rounds = 40

// saving compares a durable Enqueue of 1 KiB with the least that any durable queue
// does, in turns so that both see the same disk.
func saving(b *testing.B) (ours, theirs []time.Duration) {
	s := newQueue(b, outbox.Options{MaxItems: 1 << 30, ReserveBytes: 1})
	raw := rawFile(b)
	body := bodyOf(number(0), 1024)
	n := 0
	for range rounds {
		for range 50 {
			start := time.Now()
			raw.append(b, body)
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
	return ours, theirs
}

// appended is the peer: a file that is appended to and synced.
type appended struct{ f *os.File }

func rawFile(b *testing.B) appended {
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	return appended{f}
}

func (a appended) append(b *testing.B, body []byte) {
	if _, err := a.f.Write(body); err != nil {
		b.Fatal(err)
	}
	if err := unix.Fdatasync(int(a.f.Fd())); err != nil {
		b.Fatal(err)
	}
}

// percentile is in microseconds.
func percentile(d []time.Duration, p int) float64 {
	slices.Sort(d)
	return float64(d[len(d)*p/100]) / float64(time.Microsecond)
}

// writing tells how many bytes the kernel wrote for each byte of payload: of
// requests of 4 KiB that are saved one by one, sent and settled, and of the same
// bytes appended and synced.
func writing(b *testing.B) (queue, raw float64) {
	const n, size = 1000, 4096
	s := newQueue(b, outbox.Options{MaxItems: 1 << 30, ReserveBytes: 1})
	file := rawFile(b)
	before := written(b)
	for i := range n {
		d := draft(i)
		if _, err := s.Enqueue(b.Context(), d, seal(bodyOf(d.ID, size))); err != nil {
			b.Fatal(err)
		}
		if err := s.MarkSent(b.Context(), d.ID, midnight()); err != nil {
			b.Fatal(err)
		}
		if err := s.Settle(b.Context(), d.ID, bodyOf(d.ID, 900), "accepted"); err != nil {
			b.Fatal(err)
		}
	}
	between := written(b)
	for i := range n {
		file.append(b, bodyOf(number(i), size))
	}
	const payload = n * size
	return float64(between-before) / payload, float64(written(b)-between) / payload
}

// written is how many bytes this process has caused to be written to disks.
func written(b *testing.B) int64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\nwrite_bytes: ")
	var n int64
	if _, err := fmt.Sscan(rest, &n); err != nil {
		b.Fatal(err)
	}
	return n
}

// draining is how many of 10,000 waiting requests a second are picked, noted as
// sent and settled one by one, opening the queue included.
func draining(b *testing.B) float64 {
	const n = 10_000
	path := filepath.Join(b.TempDir(), "queue.db")
	fillWith(b, path, n)
	start := time.Now()
	s, err := outbox.Open(b.Context(), path, outbox.Options{MaxItems: 1 << 30, ReserveBytes: 1})
	if err != nil {
		b.Fatal(err)
	}
	for left := n; left > 0; {
		due, err := s.Due(b.Context(), time.Now(), 16)
		if err != nil {
			b.Fatal(err)
		}
		settleAll(b, s, due)
		left -= len(due)
	}
	took := time.Since(start)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return n / took.Seconds()
}

// settleAll settles what was sent, as receipts come back: sixteen at once.
func settleAll(b *testing.B, s *outbox.Store, due []outbox.Entry) {
	var wg sync.WaitGroup
	failed := make(chan error, 2*len(due))
	for _, e := range due {
		if err := s.MarkSent(b.Context(), e.ID, time.Now().Add(time.Minute)); err != nil {
			b.Fatal(err)
		}
		wg.Go(func() { failed <- s.Settle(b.Context(), e.ID, e.Envelope[:900], "accepted") })
	}
	wg.Wait()
	for range due {
		if err := <-failed; err != nil {
			b.Fatal(err)
		}
	}
}

// fillWith saves n requests of different people.
func fillWith(b *testing.B, path string, n int) {
	s, err := outbox.Open(b.Context(), path, outbox.Options{MaxItems: 1 << 30, ReserveBytes: 1})
	if err != nil {
		b.Fatal(err)
	}
	body := bodyOf(number(0), 4096)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				d := draft(i)
				d.Subject, d.ExpiresAt = number(i), time.Now().Add(time.Hour)
				if _, err := s.Enqueue(b.Context(), d, seal(body)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
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
