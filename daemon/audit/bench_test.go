package audit_test

import (
	"path/filepath"
	"testing"

	"motcua/daemon/audit"
)

// BenchmarkOpen opens a log of 300,000 entries, which is five months of a busy
// kiosk: what is read does not grow with the log.
func BenchmarkOpen(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "audit")
	o := audit.FailSync(quick("key"), func() error { return nil })
	o.Segment, o.Entries, o.Every = 0, 0, 0
	l, err := audit.Open(dir, o)
	if err != nil {
		b.Fatal(err)
	}
	for n := range 300_000 {
		if err := l.Add(audit.Entry{Kind: audit.Card, Visit: "v-0123456789abcdef", Outcome: "genuine", Access: "PACE-CAN", Level: "E2"}); err != nil {
			b.Fatal(err)
		}
		if n%1000 == 0 {
			if err := l.Sync(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		l, err := audit.Open(dir, o)
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSync is one entry made durable, on the disk of the temporary folder.
func BenchmarkSync(b *testing.B) {
	o := quick("key")
	o.Segment, o.Entries, o.Every = 0, 0, 0
	l, err := audit.Open(filepath.Join(b.TempDir(), "audit"), o)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	for b.Loop() {
		if err := l.Add(audit.Entry{Kind: audit.Card, Visit: "v-0123456789abcdef", Outcome: "genuine"}); err != nil {
			b.Fatal(err)
		}
		if err := l.Sync(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
