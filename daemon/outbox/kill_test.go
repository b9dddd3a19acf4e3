package outbox_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/daemon/outbox"
)

// fill is a process that saves, sends and settles as fast as it can, with eight
// goroutines, and writes a line for everything that was acknowledged to it. It
// ends by being killed.
func fill() int {
	s, err := outbox.Open(context.Background(), os.Getenv("OUTBOX_FILE"), fixed())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	round, out := os.Getenv("OUTBOX_ROUND"), &lines{w: os.Stdout}
	out.say("open")
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			dice := rand.New(rand.NewPCG(uint64(g), 1))
			for n := 0; ; n++ {
				if err := live(s, out, idOf(round, g, n), dice); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
			}
		})
	}
	wg.Wait()
	return 1
}

// live takes one request as far as the dice let it go.
func live(s *outbox.Store, out *lines, id [16]byte, dice *rand.Rand) error {
	d := draft(0)
	d.ID = id
	size := 1 + dice.IntN(9000)
	e, err := s.Enqueue(context.Background(), d, seal(bodyOf(id, size)))
	if err != nil {
		return err
	}
	out.say("saved %x %d %d", id, e.Seq, size)
	if dice.IntN(3) == 0 {
		return nil
	}
	if err := s.MarkSent(context.Background(), id, midnight()); err != nil {
		return err
	}
	if dice.IntN(3) == 0 {
		return nil
	}
	if err := s.Settle(context.Background(), id, bodyOf(id, 600), "accepted"); err != nil {
		return err
	}
	out.say("settled %x", id)
	return nil
}

// lines writes whole lines from many goroutines.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lines) say(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.w, format+"\n", args...)
}

// idOf names request n of goroutine g in a round.
func idOf(round string, g, n int) (id [16]byte) {
	copy(id[:8], round)
	binary.BigEndian.PutUint32(id[8:], uint32(g)+1)
	binary.BigEndian.PutUint32(id[12:], uint32(n)+1)
	return id
}

// promise is what a process was told about a request before it was killed.
type promise struct {
	seq     uint64
	size    int
	settled bool
}

// TestKill kills a process that uses the queue at a random moment, again and
// again on the same file. Whatever had been acknowledged is there afterwards,
// once, unchanged, and the chain has no gap.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	promises := map[[16]byte]*promise{}
	total := 0
	for round := range *kills {
		killOnce(t, path, fmt.Sprintf("r%06d", round), promises)
		total += len(promises)
		checkPromises(t, path, promises)
		if t.Failed() {
			return
		}
		if size(path) > 24<<20 { // a new file before checking takes over
			remove(t, path)
			clear(promises)
		}
	}
	t.Logf("%d kills, %d promises were checked, none was broken", *kills, total)
	if total == 0 {
		t.Error("nothing was ever acknowledged")
	}
}

func size(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}

func remove(t *testing.T, path string) {
	for _, name := range []string{path, path + "-wal", path + ".reserve"} {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

// killOnce lets a process run for up to 60 ms after its first sign of life.
func killOnce(t *testing.T, path, round string, promises map[[16]byte]*promise) {
	t.Helper()
	cmd := role(t, "fill", "OUTBOX_FILE="+path, "OUTBOX_ROUND="+round)
	var trouble strings.Builder
	cmd.Stderr = &trouble
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(out)
	alive := false
	for in.Scan() {
		if !alive {
			alive = true
			time.AfterFunc(time.Duration(rand.IntN(60_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
		note(t, in.Text(), promises)
	}
	_ = cmd.Wait() // it was killed
	if !alive || trouble.Len() > 0 {
		t.Fatalf("the process did not work: %s", trouble.String())
	}
}

// role is this test binary as another process.
func role(t *testing.T, name string, env ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(append(os.Environ(), "OUTBOX_ROLE="+name), env...)
	return cmd
}

// note keeps what the process was told; a line cut off by the kill was not.
func note(t *testing.T, line string, promises map[[16]byte]*promise) {
	t.Helper()
	what, rest, _ := strings.Cut(line, " ")
	if what == "open" {
		return
	}
	text, rest, _ := strings.Cut(rest, " ")
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 16 {
		return
	}
	id := [16]byte(raw)
	if what == "settled" {
		promises[id].settled = true
		return
	}
	p := &promise{}
	if n, _ := fmt.Sscanf(rest, "%d %d", &p.seq, &p.size); n != 2 {
		return
	}
	promises[id] = p
}

// checkPromises opens the queue, which checks the chain, and looks every promise
// up.
func checkPromises(t *testing.T, path string, promises map[[16]byte]*promise) {
	t.Helper()
	s, err := outbox.Open(t.Context(), path, fixed())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	seqs := map[uint64]bool{}
	for id, p := range promises {
		e, err := s.Get(t.Context(), id)
		if err != nil {
			t.Errorf("request %x: %v", id, err)
			continue
		}
		if e.Seq != p.seq || seqs[e.Seq] || string(e.Envelope) != string(bodyOf(id, p.size)) {
			t.Errorf("request %x: number %d instead of %d, %d bytes", id, e.Seq, p.seq, len(e.Envelope))
		}
		seqs[e.Seq] = true
		if p.settled && (e.State != outbox.Receipted || string(e.Receipt) != string(bodyOf(id, 600))) {
			t.Errorf("request %x: was settled, is %s", id, e.State)
		}
	}
}

// TestKilledBeforeSending: what was saved by a process that was killed is due in
// the next one.
func TestKilledBeforeSending(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	promises := map[[16]byte]*promise{}
	killOnce(t, path, "due", promises)
	s := openQueue(t, path, fixed())
	due, err := s.Due(t.Context(), midnight(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	there := map[[16]byte]bool{}
	for _, e := range due {
		if there[e.ID] {
			t.Errorf("%x is due twice", e.ID)
		}
		there[e.ID] = true
	}
	for id, p := range promises {
		if _, err := s.Get(t.Context(), id); errors.Is(err, outbox.ErrUnknown) || !p.settled && !there[id] && !isFinal(t, s, id) {
			t.Errorf("%x is not due (%v)", id, err)
		}
	}
}

// isFinal allows for a settling that became durable just before its
// acknowledgement could be written.
func isFinal(t *testing.T, s *outbox.Store, id [16]byte) bool { return get(t, s, id).State.Final() }

// TestKillWhileOpening kills a process that makes or opens a queue, at any moment of
// that: the next one opens it.
func TestKillWhileOpening(t *testing.T) {
	for round := range *kills / 3 {
		path := filepath.Join(t.TempDir(), "queue.db")
		for range 2 { // while it is made, and while it is opened
			cmd := role(t, "few", "OUTBOX_FILE="+path)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rand.IntN(60_000)) * time.Microsecond)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		s, err := outbox.Open(t.Context(), path, fixed())
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
