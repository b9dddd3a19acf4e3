package devices_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/config"
	"motcua/daemon/devices"
	"motcua/drivers"
	"motcua/drivers/supervisor"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// codeReader is one that codes are held before.
type codeReader struct {
	held chan string // "" pulls it out

	mu  sync.Mutex
	lit int // scans that are under way
}

func (r *codeReader) Probe(context.Context) (drivers.Info, error) {
	return drivers.Info{Class: drivers.ClassCode, Model: "of the test"}, nil
}
func (r *codeReader) Close() error { return nil }

func (r *codeReader) Scan(ctx context.Context) (drivers.Scan, error) {
	r.light(1)
	defer r.light(-1)
	select {
	case text := <-r.held:
		if text == "" {
			return drivers.Scan{}, drivers.ErrDeviceGone
		}
		return drivers.Scan{Raw: []byte(text)}, nil
	case <-ctx.Done():
		return drivers.Scan{}, ctx.Err()
	}
}

func (r *codeReader) light(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lit += n
}

func (r *codeReader) isLit() bool {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lit > 0
}

// scanMiddle leads away from the moment at which one scan ends and the next begins.
const scanMiddle = 3 * time.Second

// scanning begins with a code reader, in a bubble.
func scanning(t *testing.T, tell func(k *kiosk, r *codeReader)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		k, r := &kiosk{t: t, newer: make(chan struct{})}, &codeReader{held: make(chan string)}
		d, err := devices.New(devices.Options{
			Config: config.Devices{CodeReader: &config.Port{Path: "tcp://reader.example:1"}},
			Drivers: devices.Drivers{CodeReader: &devices.Driver[drivers.CodeReader]{
				Open: func(context.Context, string, config.Port) (drivers.CodeReader, error) { return r, nil },
			}},
			Ports: supervisor.NewPorts(t.TempDir()), Host: k, Show: k.show, Fault: k.fault,
			Jitter: func() float64 { return 0.5 }, Log: slog.New(slog.NewTextHandler(&k.log, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		time.Sleep(2 * time.Second)
		tell(k, r)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// heard checks which codes the visit was told, in order.
func (k *kiosk) heard(want ...string) {
	k.t.Helper()
	synctest.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.Equal(k.codes, want) {
		k.t.Errorf("told %q, want %q", k.codes, want)
	}
}

// A code that is held there for a while is told once; another one, or the same one
// later, is told anew.
func TestCodesAreTold(t *testing.T) {
	scanning(t, func(k *kiosk, r *codeReader) {
		for range 5 {
			r.held <- "one"
			time.Sleep(time.Second)
		}
		k.heard("one")
		r.held <- "two"
		r.held <- "one"
		k.heard("one", "two", "one")
		time.Sleep(time.Minute + scanMiddle)
		r.held <- "one"
		k.heard("one", "two", "one", "one")
	})
}

// The reader's light is on only while a code is of use.
func TestLightOfTheReader(t *testing.T) {
	scanning(t, func(k *kiosk, r *codeReader) {
		for _, c := range []struct {
			what   string
			change func(*local.Snapshot)
			lit    bool
		}{
			{"nobody there", func(*local.Snapshot) {}, true},
			{"the key is asked for", func(s *local.Snapshot) { s.Visit = &local.Visit{Step: local.StepKey} }, true},
			{"the card is being read", func(s *local.Snapshot) { s.Visit = &local.Visit{Step: local.StepReading} }, false},
			{"the digits were wrong", func(s *local.Snapshot) {
				s.Visit = &local.Visit{Step: local.StepProblem, Problem: &local.Problem{Exits: []local.Verb{local.VerbRetry}}}
			}, true},
			{"the card is forged", func(s *local.Snapshot) {
				s.Visit = &local.Visit{Step: local.StepProblem, Problem: &local.Problem{Exits: []local.Verb{local.VerbStaff}}}
			}, false},
			{"the card was left", func(s *local.Snapshot) { s.Visit = nil; s.Kiosk.CardLeft = true }, false},
			{"out of order", func(s *local.Snapshot) { s.Kiosk = local.Kiosk{Fault: &local.Fault{Code: fault.NoReader}} }, false},
		} {
			k.see(c.change)
			time.Sleep(20 * time.Second) // longer than one scan
			if got := r.isLit(); got != c.lit {
				t.Errorf("%s: the light is on: %t", c.what, got)
			}
		}
	})
}

// A reader that is pulled in the middle of a scan is told, and found again.
func TestReaderPulledDuringAScan(t *testing.T) {
	scanning(t, func(k *kiosk, r *codeReader) {
		r.held <- ""
		time.Sleep(time.Minute)
		k.is("code-reader", "ready", "")
		r.held <- "one"
		k.heard("one")
		if !slices.Contains(k.faults, fault.ScannerGone) {
			t.Errorf("nobody heard of it: %v", k.faults)
		}
	})
}
