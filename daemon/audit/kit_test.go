package audit_test

import (
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"motcua/daemon/audit"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

// desk is a device with a log, and a clock that tests set.
type desk struct {
	t      testing.TB
	dir    string
	device *gatewaytest.Device
	o      audit.Options

	mu   sync.Mutex
	at   time.Time
	seq  uint64
	last request.Digest
	seen map[string]request.Checkpoint // signatures that were checked
}

// one is a device that the exhaustive tests share: keys are dear.
var one = sync.OnceValue(func() *gatewaytest.Device {
	t := &keyMaker{}
	return gatewaytest.NewFleet(t, noon()).Device(t, "demo-k01")
})

// keyMaker lets a fleet be made outside of a test.
type keyMaker struct{ testing.TB }

func (keyMaker) Helper()           {}
func (keyMaker) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

func newDesk(t testing.TB) *desk {
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "audit"), device: one(), at: noon(), seen: map[string]request.Checkpoint{}}
	d.o = audit.Options{
		Device: "demo-k01", Now: d.now, Segment: 8, Entries: 1 << 20, Every: time.Hour,
		Sign: func(c request.Checkpoint) ([]byte, error) {
			return envelope.SignCheckpoint(rand.Reader, c, d.device.Key, d.device.Chain())
		},
		Verify: d.verify,
		Position: func() (uint64, request.Digest, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.seq, d.last, nil
		},
	}
	return d
}

// verify takes what the device has signed.
func (d *desk) verify(b []byte) (request.Checkpoint, error) {
	if c, known := d.seen[string(b)]; known {
		return c, nil
	}
	pool := x509.NewCertPool()
	pool.AddCert(d.device.Cert)
	c, _, err := envelope.VerifyCheckpoint(b, pool, d.now())
	if err == nil {
		d.seen[string(b)] = c
	}
	return c, err
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at
}

func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.at.Add(by)
}

func (d *desk) open() *audit.Log {
	d.t.Helper()
	l, err := audit.Open(d.dir, d.o)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = l.Close() })
	return l
}

func (d *desk) close(l *audit.Log) {
	d.t.Helper()
	if err := l.Close(); err != nil {
		d.t.Fatal(err)
	}
}

// write adds n entries and waits for the disk after each batch of them.
func (d *desk) write(l *audit.Log, n, batch int) {
	d.t.Helper()
	for i := range n {
		err := l.Add(audit.Entry{Kind: audit.Card, Visit: fmt.Sprintf("v-%06x", i), Outcome: "genuine", Access: "PACE-CAN", Level: "E2"})
		if err == nil && (i+1)%batch == 0 {
			err = l.Sync(d.t.Context())
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
	if err := l.Sync(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// sign makes a checkpoint of what is there by closing and opening again.
func (d *desk) sign(l *audit.Log) *audit.Log {
	d.t.Helper()
	d.close(l)
	return d.open()
}

func (d *desk) report(others ...request.Checkpoint) audit.Report {
	d.t.Helper()
	r, err := audit.OpenReader(d.dir)
	if err != nil {
		return audit.Report{Problems: []audit.Problem{{Where: "opening", What: err.Error()}}}
	}
	defer r.Close()
	return r.Verify(d.verify, others...)
}

// whole fails when the log is not.
func (d *desk) whole() audit.Report {
	d.t.Helper()
	got := d.report()
	if !got.Whole() {
		d.t.Fatalf("the log is not whole: %v", got.Problems)
	}
	return got
}

func (d *desk) read(name string) []byte {
	d.t.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, name))
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *desk) put(name string, b []byte) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), b, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// files are the names in the log's folder.
func (d *desk) files() []string {
	d.t.Helper()
	all, err := os.ReadDir(d.dir)
	if err != nil {
		d.t.Fatal(err)
	}
	var names []string
	for _, f := range all {
		names = append(names, f.Name())
	}
	return names
}

// edit opens a file of the log to be changed in place.
func (d *desk) edit(name string) *os.File {
	d.t.Helper()
	f, err := os.OpenFile(filepath.Join(d.dir, name), os.O_RDWR, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = f.Close() })
	return f
}

// poke changes one byte.
func (d *desk) poke(f *os.File, at int, b byte) {
	d.t.Helper()
	if _, err := f.WriteAt([]byte{b}, int64(at)); err != nil {
		d.t.Fatal(err)
	}
}
