package rig_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"motcua/drivers/rig"
)

func TestMain(m *testing.M) {
	if os.Getenv(visitorVar) != "" {
		os.Exit(visit())
	}
	rig.Main(m)
}

// visitorVar makes this test binary a program that enters a rig, says so, and
// waits for SIGTERM.
const visitorVar = "RIG_TEST_VISITOR"

func visit() int {
	terminated := make(chan os.Signal, 1)
	code, ran, err := rig.Enter(os.Args)
	if ran || err != nil {
		return code
	}
	signal.Notify(terminated, unix.SIGTERM)
	fmt.Println("inside", rig.Inside())
	<-terminated
	return 7
}

// visitor starts the program above; a rig can be made inside a rig.
func visitor(t *testing.T) (*rig.Process, *bufio.Reader) {
	t.Helper()
	rig.Require(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe() // closed at the far end once nobody inside is left
	if err != nil {
		t.Fatal(err)
	}
	p, err := rig.Start(t.Context(), rig.Command{
		Path: self, Env: []string{visitorVar + "=1", "MOTCUA_RIG="}, Stdout: w, Stderr: os.Stderr, Foreground: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	out := bufio.NewReader(r)
	if line, err := out.ReadString('\n'); line != "inside true\n" {
		t.Fatalf("visitor said %q (%v)", line, err)
	}
	return p, out
}

func TestSignalsAndExitCodePass(t *testing.T) {
	p, _ := visitor(t)
	p.Signal(unix.SIGTERM)
	if code, err := p.Wait(t.Context()); code != 7 || err != nil {
		t.Errorf("exit code %d (%v), want that of the program inside", code, err)
	}
}

func TestNobodyInsideOutlivesTheOutside(t *testing.T) {
	p, out := visitor(t)
	p.Kill()
	if _, err := out.ReadString('\n'); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the end of the program inside", err)
	}
}

func TestInside(t *testing.T) {
	rig.Require(t)
	if os.Getpid() != 1 {
		t.Errorf("process number %d, want the first of its own tree", os.Getpid())
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	if len(interfaces) != 1 || interfaces[0].Name != "lo" || interfaces[0].Flags&net.FlagUp == 0 {
		t.Errorf("interfaces %v, want loopback alone and up", interfaces)
	}
	if entries, err := os.ReadDir("/run/pcscd"); err != nil || len(entries) > 0 {
		t.Errorf("/run/pcscd holds %v (%v), want nothing of the machine's", entries, err)
	}
	for _, dir := range []string{"/tmp", t.TempDir()} {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
	code, ran, err := rig.Enter(os.Args)
	if code != 0 || ran || err != nil {
		t.Errorf("entering again: %d, %v, %v, want nothing to happen", code, ran, err)
	}
}

func TestPCSCD(t *testing.T) {
	rig.Require(t)
	s, err := rig.StartPCSCD(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	reachable := func(want bool) {
		t.Helper()
		c, err := net.Dial("unix", "/run/pcscd/pcscd.comm")
		if (err == nil) != want {
			t.Fatalf("connecting to pcscd: %v, reachable wanted %v", err, want)
		}
		if err == nil {
			c.Close()
		}
	}
	reachable(true)
	s.Kill()
	reachable(false)
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	reachable(true)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	reachable(false)
}

func TestCheck(t *testing.T) {
	here := rig.Need{File: "/", Package: "base-files"}
	if err := rig.Check(here); err != nil {
		t.Error(err)
	}
	err := rig.Check(here, rig.Need{"/no/such/file", "first"}, rig.Need{"/nor/this", "second"})
	if !errors.Is(err, rig.ErrMissing) || !strings.Contains(err.Error(), "apt-get install --no-install-recommends first second") {
		t.Errorf("got %v, want the packages that are missing", err)
	}
}

func sh(script string) rig.Command {
	return rig.Command{Path: "/bin/sh", Args: []string{"-c", script}}
}

func TestExitCodes(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 3": 3, "kill -TERM $$": 128 + 15} {
		p, err := rig.Start(t.Context(), sh(script))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Wait(t.Context()); got != want || err != nil {
			t.Errorf("%s: %d, %v, want %d", script, got, err, want)
		}
	}
}

func TestOutput(t *testing.T) {
	if out, err := rig.Output(t.Context(), sh("echo hello")); string(out) != "hello\n" || err != nil {
		t.Errorf("got %q, %v", out, err)
	}
	_, err := rig.Output(t.Context(), sh("echo first >&2; echo reason >&2; exit 2"))
	if err == nil || !strings.HasSuffix(err.Error(), "exit status 2: reason") {
		t.Errorf("got %v, want exit code and reason", err)
	}
	if _, err := rig.Output(t.Context(), rig.Command{Path: "no-such-program"}); err == nil {
		t.Error("a program that is not there ran")
	}
}

func TestNotReady(t *testing.T) {
	never := func(context.Context) error { return errors.New("not yet") }
	dies, hangs := sh("exit 4"), sh("sleep 100")
	dies.Ready, hangs.Ready, hangs.Patience = never, never, 50*time.Millisecond
	if _, err := rig.Start(t.Context(), dies); !errors.Is(err, rig.ErrNotReady) || !strings.Contains(err.Error(), "exit status 4") {
		t.Errorf("got %v, want the exit code", err)
	}
	if _, err := rig.Start(t.Context(), hangs); !errors.Is(err, rig.ErrNotReady) || !strings.Contains(err.Error(), "not yet") {
		t.Errorf("got %v, want the last reason", err)
	}
}

// family starts a shell with a child of its own, both deaf to SIGTERM if stubborn,
// and tells their process numbers.
func family(t *testing.T, stubborn bool) (*rig.Process, []int) {
	t.Helper()
	script := "sleep 1000 & echo $! ; echo $$ ; wait"
	if stubborn {
		script = "trap '' TERM; " + script + "; wait"
	}
	c := sh(script)
	r, w := io.Pipe()
	c.Stdout = w
	p, err := rig.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	pids := make([]int, 2)
	for i := range pids {
		if pids[i], err = readNumber(r); err != nil {
			t.Fatal(err)
		}
	}
	return p, pids
}

func readNumber(r io.Reader) (int, error) {
	n, b := 0, make([]byte, 1)
	for {
		if _, err := r.Read(b); err != nil {
			return 0, err
		}
		if b[0] == '\n' {
			return n, nil
		}
		n = n*10 + int(b[0]-'0')
	}
}

// alive tells whether a process runs; one that has ended and waits to be reaped
// does not.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	return len(rest) > 0 && rest[0] != 'Z'
}

func TestStopEndsTheWholeFamily(t *testing.T) {
	for _, stubborn := range []bool{false, true} {
		p, pids := family(t, stubborn)
		_, others := family(t, false)
		err := p.Stop(100 * time.Millisecond)
		if (err != nil) != stubborn {
			t.Errorf("stubborn %v: %v", stubborn, err)
		}
		for _, pid := range pids {
			gone(t, pid)
		}
		for _, pid := range others {
			if !alive(pid) {
				t.Errorf("stopping one family ended process %d of another", pid)
			}
		}
		if err := p.Stop(time.Second); err != nil {
			t.Errorf("stopping again: %v", err)
		}
	}
}

// gone waits for the kernel to finish with a killed process.
func gone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for alive(pid) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d still runs", pid)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestGroupStopsInReverseOrder(t *testing.T) {
	var g rig.Group
	order := filepath.Join(t.TempDir(), "order")
	for _, name := range []string{"first", "second"} {
		c := sh("trap 'echo " + name + " >>" + order + "; exit' TERM; echo up; while :; do sleep 0.01; done")
		r, w := io.Pipe()
		c.Stdout = w
		if _, err := g.Start(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, make([]byte, len("up\n"))); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Stop(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(order); string(got) != "second\nfirst\n" {
		t.Errorf("ended in the order %q (%v)", got, err)
	}
}

func TestSignal(t *testing.T) {
	c := sh("trap 'exit 7' USR1; echo up; while :; do sleep 0.01; done")
	r, w := io.Pipe()
	c.Stdout = w
	p, err := rig.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(r, make([]byte, len("up\n"))); err != nil {
		t.Fatal(err)
	}
	p.Signal(unix.SIGUSR1)
	if code, err := p.Wait(t.Context()); code != 7 || err != nil {
		t.Errorf("%d, %v, want 7", code, err)
	}
}
