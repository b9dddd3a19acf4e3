package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"motcua/protocol/local"
)

// program builds the kiosk once for all tests.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "kiosk")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "kiosk")
	out, err := exec.Command("go", "build", "-o", name, "motcua/kiosk/cmd/kiosk").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the kiosk: %w\n%s", err, out)
	}
	return name, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if name, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(name))
	}
	os.Exit(code)
}

// display starts an X server of a size and gives its name.
func display(t testing.TB, w, h int) string {
	t.Helper()
	if _, err := exec.LookPath("Xvfb"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("Xvfb is missing: install the package xvfb")
		}
		t.Skip("Xvfb is missing: install the package xvfb")
	}
	r, wr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", w, h), "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{wr}
	start(t, cmd)
	wr.Close()
	number, err := bufio.NewReader(r).ReadString('\n')
	r.Close()
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

// start runs a program until the end of the test, and ends only that.
func start(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		kill := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
		defer kill.Stop()
		_ = cmd.Wait()
	})
}

// kioskd plays the other side of the socket.
type kioskd struct {
	socket string
	acts   chan local.Action
	stop   func()

	mu   sync.Mutex
	snap local.Snapshot
	news chan struct{}
}

func newKioskd(t testing.TB, first local.Snapshot) *kioskd {
	t.Helper()
	dir, err := os.MkdirTemp("", "k") // a short path: a socket's name has few bytes
	if err != nil {
		t.Fatal(err)
	}
	k := &kioskd{socket: filepath.Join(dir, "s"), acts: make(chan local.Action, 100), snap: first, news: make(chan struct{})}
	t.Cleanup(func() { os.RemoveAll(dir) })
	k.serve(t)
	return k
}

// serve opens the socket; stop ends it with every connection, as a crash would.
func (k *kioskd) serve(t testing.TB) {
	t.Helper()
	l, err := net.Listen("unix", k.socket)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+local.PathEvents, k.events)
	mux.HandleFunc("POST "+local.PathAct, k.act)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go srv.Serve(l) //nolint:errcheck // ends with stop
	t.Cleanup(func() { srv.Close() })
	k.stop = func() { srv.Close() }
}

// say tells every screen a new state.
func (k *kioskd) say(visit *local.Visit) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.snap.Rev++
	k.snap.Visit = visit
	close(k.news)
	k.news = make(chan struct{})
}

func (k *kioskd) now() (local.Snapshot, <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.snap, k.news
}

func (k *kioskd) events(w http.ResponseWriter, r *http.Request) {
	for {
		snap, news := k.now()
		b, err := json.Marshal(snap)
		if err != nil {
			return
		}
		fmt.Fprintf(w, "id: %d\ndata: %s\n\n", snap.Rev, b)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-news:
		case <-r.Context().Done():
			return
		}
	}
}

func (k *kioskd) act(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	a, err := local.ParseAction(b)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	k.acts <- a
	w.WriteHeader(http.StatusNoContent)
}

// painted is one line of the trace.
type painted struct {
	Screen, Lang string
	Targets      []struct {
		ID         string
		X, Y, W, H int
	}
}

// screen is a running kiosk.
type screen struct {
	t      testing.TB
	cmd    *exec.Cmd
	lines  chan painted
	stderr bytes.Buffer
	last   painted
}

func startKiosk(t testing.TB, display string, args ...string) *screen {
	t.Helper()
	name, err := program()
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, lines: make(chan painted, 100)}
	s.cmd = exec.Command(name, append(args, "-trace")...)
	s.cmd.Env = append(os.Environ(), "DISPLAY="+display)
	s.cmd.Stderr = &s.stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, s.cmd)
	go func() {
		defer close(s.lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			var p painted
			if json.Unmarshal(in.Bytes(), &p) == nil {
				s.lines <- p
			}
		}
	}()
	return s
}

// wait gives the first painted screen that is the one asked for.
func (s *screen) wait(name string) painted {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		select {
		case p, ok := <-s.lines:
			if !ok {
				s.t.Fatalf("the kiosk ended while waiting for %s:\n%s", name, s.stderr.String())
			}
			if s.last = p; p.Screen == name {
				return p
			}
		case <-ctx.Done():
			s.t.Fatalf("%s did not come; the last screen was %s", name, s.last.Screen)
		}
	}
}
