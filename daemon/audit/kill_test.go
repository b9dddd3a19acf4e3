package audit_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/daemon/audit"
	"motcua/protocol/request"
)

// kills is how often the writer is killed.
var kills = flag.Int("kills", 12, "rounds of TestKill")

// fill is a process that writes as fast as it can from four goroutines, and tells
// what became durable. It ends by being killed. Its signatures are hashes: keys
// are dear, and this is about the disk.
func fill(dir, key string) error {
	l, err := audit.Open(dir, quick(key))
	if err != nil {
		return err
	}
	if n := l.Notice(); n.Damage != nil {
		return fmt.Errorf("damaged: %w", n.Damage)
	}
	var mu sync.Mutex
	failed := make(chan error)
	for g := range 4 {
		go func() {
			for i := 0; ; i++ {
				d := digestOf(fmt.Sprintf("%d %d %d", os.Getpid(), g, i))
				err := l.Add(audit.Entry{Kind: audit.Signed, Digest: &d})
				if err == nil {
					err = l.Sync(context.Background())
				}
				if err != nil {
					failed <- err
					return
				}
				mu.Lock()
				fmt.Println(d)
				mu.Unlock()
			}
		}()
	}
	return <-failed
}

func digestOf(text string) request.Digest { return sha256.Sum256([]byte(text)) }

// quick signs with a hash over a key and what is signed.
func quick(key string) audit.Options {
	return audit.Options{
		Device: "demo-k01", Segment: 64, Entries: 16, Every: time.Millisecond, Now: time.Now,
		Sign: func(c request.Checkpoint) ([]byte, error) {
			b, err := request.Encode(c)
			sum := sha256.Sum256(append([]byte(key), b...))
			return append(sum[:], b...), err
		},
		Verify: func(b []byte) (request.Checkpoint, error) {
			if len(b) < 32 || sha256.Sum256(append([]byte(key), b[32:]...)) != [32]byte(b[:32]) {
				return request.Checkpoint{}, fmt.Errorf("not signed with this key")
			}
			return request.DecodeCheckpoint(b[32:])
		},
		Position: func() (uint64, request.Digest, error) { return 0, request.Digest{}, nil },
	}
}

// TestKill kills the writer at a random moment, again and again: everything that
// it had said to be durable is there, once, the log is whole and goes on, and all
// of its checkpoints agree with what is there.
func TestKill(t *testing.T) {
	dir, key := t.TempDir()+"/audit", "key"
	promised := map[request.Digest]bool{}
	for round := range *kills {
		killOnce(t, dir, key, promised)
		r, err := audit.OpenReader(dir)
		if err != nil {
			t.Fatal(err)
		}
		report := r.Verify(quick(key).Verify)
		if !report.Whole() {
			t.Fatalf("round %d: %v", round, report.Problems)
		}
		there := map[request.Digest]int{}
		for e, err := range r.Entries {
			if err != nil {
				t.Fatal(err)
			}
			if e.Digest != nil {
				there[*e.Digest]++
			}
		}
		_ = r.Close()
		for d := range promised {
			if there[d] != 1 {
				t.Fatalf("round %d: an entry is there %d times", round, there[d])
			}
		}
	}
	if len(promised) == 0 {
		t.Error("nothing ever became durable")
	}
	t.Logf("%d kills, %d entries promised, none lost", *kills, len(promised))
}

func killOnce(t *testing.T, dir, key string, promised map[request.Digest]bool) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), "AUDIT_ROLE=fill", "AUDIT_DIR="+dir, "AUDIT_KEY="+key)
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
	for first := true; in.Scan(); first = false {
		if first {
			time.AfterFunc(time.Duration(rand.IntN(120_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
		if b, err := hex.DecodeString(in.Text()); err == nil && len(b) == 32 { // a line may be cut off
			promised[request.Digest(b)] = true
		}
	}
	_ = cmd.Wait() // it was killed
	if trouble.Len() > 0 {
		t.Fatalf("the writer did not work: %s", trouble.String())
	}
}
