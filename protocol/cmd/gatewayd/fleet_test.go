package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"motcua/protocol/gateway/gatewaytest"
)

var (
	fleetSizes = flag.String("fleet", "100", "how many kiosks, separated by commas")
	fleetOut   = flag.String("fleet-out", "", "write what a fleet costs to this file, JSON")
	fleetWatch = flag.Duration("fleet-watch", 4*time.Second, "how long an idle and a busy fleet are watched")
)

// everySoOften is how often each kiosk of a busy fleet sends a request.
const everySoOften = 10 * time.Second

// cost is what a fleet of connected kiosks costs gatewayd.
type cost struct {
	Kiosks      int     `json:"kiosks"`
	ConnectS    float64 `json:"connect_s"`          // until all had connected
	BaseKiB     float64 `json:"base_kib"`           // of gatewayd alone
	IdleKiB     float64 `json:"idle_kib"`           // per kiosk
	BusyKiB     float64 `json:"busy_kib"`           // per kiosk
	IdleCPU     float64 `json:"idle_cpu_us"`        // per kiosk and second
	BusyCPU     float64 `json:"busy_cpu_us"`        // per kiosk and second
	Requests    float64 `json:"requests_per_s"`     // with a receipt
	PerRequest  float64 `json:"cpu_ms_per_request"` // all of gatewayd, broker included
	Unanswered  int64   `json:"unanswered"`
	WatchedSecs float64 `json:"watched_s"`
}

// BenchmarkBudget tells what a connected kiosk costs the centre. make fleet-cost
// runs it with 100, 1,000 and 5,000 kiosks.
func BenchmarkBudget(b *testing.B) {
	var all []cost
	for size := range strings.SplitSeq(*fleetSizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			b.Fatal(err)
		}
		c := fleetCost(b, n)
		all = append(all, c)
		rows := "fleet/" + size
		tell(b, rows+"/idle/rss", c.IdleKiB, "KiB", 200)
		tell(b, rows+"/busy/rss", c.BusyKiB, "KiB", 400)
		tell(b, rows+"/idle/cpu", c.IdleCPU, "us/s", 200)
		tell(b, rows+"/busy/cpu", c.BusyCPU, "us/s", 1500)
		if c.Unanswered != 0 {
			b.Errorf("%d kiosks: %d requests without a receipt", n, c.Unanswered)
		}
	}
	if *fleetOut == "" {
		return
	}
	data, err := json.MarshalIndent(all, "", "  ")
	check(b, err)
	check(b, os.WriteFile(*fleetOut, append(data, '\n'), 0o644))
}

func tell(b *testing.B, row string, figure float64, unit string, budget float64) {
	b.Run(row, func(b *testing.B) {
		b.ReportMetric(figure, "figure:"+unit)
		b.ReportMetric(budget, "budget:"+unit)
	})
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// fleetCost connects n kiosks to a gatewayd in a process of its own, watches it
// while nobody does anything, and then while each sends now and then.
func fleetCost(b *testing.B, n int) cost {
	b.Helper()
	descriptors(b, n)
	w := newWorld(b)
	gatewayd := w.process(b)
	pid := gatewayd.Process.Pid
	time.Sleep(time.Second)
	c := cost{Kiosks: n, BaseKiB: resident(b, pid)}
	var receipts atomic.Int64
	began := time.Now()
	kiosks := assemble(b, w, n, &receipts)
	c.ConnectS = time.Since(began).Seconds()
	stop := pings(kiosks)
	work := messages(b, kiosks)
	time.Sleep(2 * time.Second)

	spent, watch := cpuTime(b, pid), time.Now()
	time.Sleep(*fleetWatch)
	c.WatchedSecs = time.Since(watch).Seconds()
	c.IdleCPU = float64((cpuTime(b, pid) - spent).Microseconds()) / c.WatchedSecs / float64(n)
	c.IdleKiB = (resident(b, pid) - c.BaseKiB) / float64(n)

	spent, watch = cpuTime(b, pid), time.Now()
	drive(b, kiosks, work)
	deadline := time.Now().Add(patience)
	for receipts.Load() < int64(len(work)) && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	took := time.Since(watch).Seconds()
	used := cpuTime(b, pid) - spent
	c.BusyCPU = float64(used.Microseconds()) / took / float64(n)
	c.BusyKiB = (resident(b, pid) - c.BaseKiB) / float64(n)
	c.Requests = float64(receipts.Load()) / took
	c.PerRequest = float64(used.Microseconds()) / 1000 / float64(max(receipts.Load(), 1))
	c.Unanswered = int64(len(work)) - receipts.Load()
	stop()
	for _, k := range kiosks {
		_ = k.conn.Close()
	}
	check(b, gatewayd.Process.Kill())
	_ = gatewayd.Wait()
	b.Logf("%+v", c)
	return c
}

// descriptors raises the limit of open files, which gatewayd inherits.
func descriptors(b *testing.B, n int) {
	b.Helper()
	var limit syscall.Rlimit
	check(b, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	want := uint64(n + 500)
	if limit.Max < want {
		b.Fatalf("%d kiosks need %d open files, %d are allowed: ulimit -n", n, want, limit.Max)
	}
	limit.Cur = limit.Max
	check(b, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
}

// assemble connects n kiosks, some at a time.
func assemble(b *testing.B, w *world, n int, receipts *atomic.Int64) []*member {
	b.Helper()
	port := w.port(b)
	kiosks := make([]*member, n)
	var g errgroup.Group
	g.SetLimit(16)
	for i := range kiosks {
		g.Go(func() (err error) {
			kiosks[i], err = join(b, w, port, w.fleet.Device(b, fmt.Sprintf("k%05d", i)), receipts)
			return err
		})
	}
	check(b, g.Wait())
	return kiosks
}

// pings keeps the connections, spread over the interval.
func pings(kiosks []*member) (stop func()) {
	quit := make(chan struct{})
	var busy sync.WaitGroup
	busy.Go(func() {
		tick := time.NewTicker(25 * time.Second / time.Duration(len(kiosks)))
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-quit:
				return
			case <-tick.C:
				_ = kiosks[i%len(kiosks)].ping() // one that is lost shows as a missing receipt
			}
		}
	})
	return func() { close(quit); busy.Wait() }
}

// messages seals what a busy fleet will send: one request of each kiosk after the
// other.
func messages(b *testing.B, kiosks []*member) [][]byte {
	b.Helper()
	n := int(float64(len(kiosks)) * fleetWatch.Seconds() / everySoOften.Seconds())
	work := make([][]byte, max(n, 20))
	for i := range work {
		work[i] = kiosks[i%len(kiosks)].CheckIn(b, gatewaytest.Person(i%50), "internal").Bytes
	}
	return work
}

// drive sends the messages at the fleet's rate.
func drive(b *testing.B, kiosks []*member, work [][]byte) {
	b.Helper()
	every := everySoOften / time.Duration(len(kiosks))
	next := time.Now()
	for i, m := range work {
		time.Sleep(time.Until(next))
		next = next.Add(every)
		check(b, kiosks[i%len(kiosks)].send(m))
	}
}

// resident is a process's memory in KiB.
func resident(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	check(b, err)
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	var kib float64
	_, err = fmt.Sscan(rest, &kib)
	check(b, err)
	return kib
}

// cpuTime is what a process has used, from the kernel's ticks of 10 ms.
func cpuTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	check(b, err)
	_, after, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(after)
	var ticks int
	for _, f := range slices.Clip(fields[11:13]) {
		n, err := strconv.Atoi(f)
		check(b, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
