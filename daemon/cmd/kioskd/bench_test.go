package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"motcua/drivers/emu"
	"motcua/drivers/rig"
	"motcua/protocol/local"
)

// BenchmarkBudget holds the program to its budget, see the design's table. Each
// row is measured once with the real programs, before its benchmark, which only
// tells the figure.
func BenchmarkBudget(b *testing.B) {
	rig.Require(b, rig.NeedPCSCD, rig.NeedVPCD)
	bin := build(b)
	tell(b, "kioskd/ready", float64(readyAfter(b, bin).Milliseconds()), "ms", 1000)
	rss, cpu := idle(b, bin, func(s *stage) error { return s.startKioskd() })
	tell(b, "kioskd/idle/rss", rss, "MiB", 40)
	tell(b, "kioskd/idle/cpu", cpu, "%", 0.5)
	_, cpu = idle(b, bin, withDevices)
	tell(b, "kioskd/idle/devices/cpu", cpu, "%", 0.5)
	took := visits(b, bin, 20)
	slices.Sort(took)
	tell(b, "visit/p95/106k", float64(took[len(took)*95/100].Milliseconds()), "ms", 3000)
}

func tell(b *testing.B, row string, figure float64, unit string, budget float64) {
	b.Run(row, func(b *testing.B) {
		b.ReportMetric(figure, "figure:"+unit)
		b.ReportMetric(budget, "budget:"+unit)
	})
}

// play makes a world and everything around kioskd; the caller closes it.
func play(b *testing.B, bin string) *stage {
	b.Helper()
	s := newStage(b.TempDir(), bin)
	check(b, s.createWorld())
	var err error
	s.pcscd, err = rig.StartPCSCD(b.Context())
	check(b, err)
	check(b, s.startGateway())
	return s
}

func check(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// readyAfter is the time from exec until kioskd tells the service manager.
func readyAfter(b *testing.B, bin string) time.Duration {
	b.Helper()
	s := play(b, bin)
	defer s.close()
	name := filepath.Join(s.dir, "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	check(b, err)
	defer manager.Close()
	check(b, manager.SetReadDeadline(time.Now().Add(patience)))
	begun := time.Now()
	p, err := rig.Start(b.Context(), rig.Command{
		Path: filepath.Join(bin, "kioskd"), Args: []string{"-config", filepath.Join(s.dir, "kioskd.toml")},
		Env: []string{"NOTIFY_SOCKET=" + name},
	})
	check(b, err)
	s.processes["kioskd"] = p
	told := make([]byte, 64)
	n, err := manager.Read(told)
	check(b, err)
	took := time.Since(begun)
	if string(told[:n]) != "READY=1" {
		b.Fatalf("told %q", told[:n])
	}
	return took
}

// withDevices starts kioskd with every device that can be attached, and waits until
// all are.
func withDevices(s *stage) error {
	if err := errors.Join(s.configure(boardTable+devicesTable), s.startReader("--devices", s.ports()), s.startBoard()); err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	for _, device := range []string{"board=ready", "case=ready", "code-reader=ready", "finger-reader=ready", "printer=ready"} {
		want, _ := waits("device", device)
		if err := s.api.until(ctx, want); err != nil {
			return err
		}
	}
	return nil
}

// idle looks at a kiosk that is connected and serves nobody: memory in MiB, and
// per cent of one core.
func idle(b *testing.B, bin string, start func(*stage) error) (rss, cpu float64) {
	b.Helper()
	s := play(b, bin)
	defer s.close()
	check(b, start(s))
	ctx, cancel := bounded()
	defer cancel()
	check(b, s.api.until(ctx, func(s local.Snapshot) bool { return s.Kiosk.Online && s.Kiosk.Fault == nil }))
	pid := s.processes["kioskd"].PID()
	const watched = 30 * time.Second // twice as long as devices are left alone
	time.Sleep(time.Second)
	before := cpuTime(b, pid)
	time.Sleep(watched)
	used := cpuTime(b, pid) - before
	return resident(b, pid), 100 * used.Seconds() / watched.Seconds()
}

// cpuTime is what a process has used, by its clock (clock_getcpuclockid(3)).
func cpuTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	var used unix.Timespec
	check(b, unix.ClockGettime(int32(^pid<<3|2), &used))
	return time.Duration(used.Nano())
}

func resident(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	check(b, err)
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	var kib float64
	_, err = fmt.Sscan(rest, &kib)
	check(b, err)
	return kib / 1024
}

// visits plays n check-ins of people who answer at once and returns how long each
// took from the card to the ticket, as kioskd tells it.
func visits(b *testing.B, bin string, n int) []time.Duration {
	b.Helper()
	s := play(b, bin)
	defer s.close()
	check(b, s.startReader("--link", "106k"))
	check(b, s.startKioskd())
	all, err := emu.LoadPersonas()
	check(b, err)
	an, err := emu.FindPersona(all, "an")
	check(b, err)
	for range n {
		ctx, cancel := bounded()
		_, err := s.visit(ctx, an, "internal")
		check(b, err)
		cancel()
	}
	return s.tickets(b)
}

// visit is one check-in for a specialty, from an empty reader to an empty reader; it
// gives the number on the ticket.
func (s *stage) visit(ctx context.Context, p *emu.Persona, specialty string) (number string, err error) {
	acts := []struct {
		wait, value string
		act         local.Action
	}{
		{"step", "key", local.Action{Verb: local.VerbKey, Value: p.CAN()}},
		{"step", "identify", local.Action{Verb: local.VerbYes}},
		{"step", "insurance", local.Action{Verb: local.VerbContinue}},
		{"step", "check", local.Action{Verb: local.VerbAnswer, Field: "specialty", Value: specialty}},
		{"step", "check", local.Action{Verb: local.VerbSubmit}},
		{"ticket", "", local.Action{Verb: local.VerbFinish}},
	}
	for _, what := range []string{"online", "ready", "empty"} {
		want, _ := waits(what, "")
		if err := s.api.until(ctx, want); err != nil {
			return "", err
		}
	}
	if err := s.hand(ctx, "place", p.ID); err != nil {
		return "", err
	}
	for _, a := range acts {
		want, _ := waits(a.wait, a.value)
		err := s.api.until(ctx, func(now local.Snapshot) bool {
			if now.Visit != nil && now.Visit.Ticket != nil {
				number = now.Visit.Ticket.Number
			}
			return want(now)
		})
		if err != nil {
			return "", err
		}
		if status, err := s.api.tap(ctx, a.act); err != nil || status != 204 {
			return "", fmt.Errorf("%s: %d %w", a.act.Verb, status, err)
		}
	}
	return number, s.hand(ctx, "lift")
}

// hand places or lifts a card.
func (s *stage) hand(ctx context.Context, args ...string) error {
	args = append(args, "--control", s.control())
	_, err := rig.Output(ctx, rig.Command{Path: filepath.Join(s.bin, "emulator"), Args: args})
	return err
}

// tickets reads the times of the tickets out of the story.
func (s *stage) tickets(b testing.TB) []time.Duration {
	b.Helper()
	log, err := os.ReadFile(s.log("kioskd"))
	check(b, err)
	var all []time.Duration
	for line := range strings.Lines(string(log)) {
		var story struct {
			Event string
			MS    int64
		}
		if json.Unmarshal([]byte(line), &story) == nil && story.Event == "ticket" {
			all = append(all, time.Duration(story.MS)*time.Millisecond)
		}
	}
	if len(all) == 0 {
		b.Fatal("no ticket in the story")
	}
	return all
}
