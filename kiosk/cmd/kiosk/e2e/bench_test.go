package e2e_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkBudget holds the attract screen to its budget: what it costs of one
// core while nobody touches it, drawn by software on an upright 1080 x 1920
// display.
func BenchmarkBudget(b *testing.B) {
	b.Run("ui/attract/cpu", func(b *testing.B) {
		x := display(b, 1080, 1920)
		k := newKioskd(b, snapshot(nil))
		s := startKiosk(b, x, "-socket", k.socket, "-size", "1080x1920")
		s.wait("attract")
		time.Sleep(3 * time.Second) // start-up and the first paints
		var share float64
		for range b.N { // once: it takes longer than any benchmark time
			before, began := spent(b, s.cmd.Process.Pid), time.Now()
			time.Sleep(16 * time.Second) // two heartbeats
			share = 100 * (spent(b, s.cmd.Process.Pid) - before).Seconds() / time.Since(began).Seconds()
		}
		b.ReportMetric(share, "figure:percent")
		b.ReportMetric(5, "budget:max")
		b.ReportMetric(0, "ns/op")
	})
}

// spent is the processor time of a process so far (proc_pid_stat(5), fields utime
// and stime, in hundredths of a second on Linux).
func spent(b *testing.B, pid int) time.Duration {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 13 {
		b.Fatalf("stat of the kiosk is %q", raw)
	}
	var ticks int
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
