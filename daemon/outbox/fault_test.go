package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"motcua/daemon/outbox"
	"motcua/protocol/fault"
)

// older is a request that is in every queue before its disk fails.
const older = 1_000_000

// diskFault is something that a disk does.
type diskFault struct {
	// inject is strace's expression for the kernel's answers. Calls are counted in
	// each thread; those of opening pass unless all are meant.
	inject string
	limit  int        // of the files' size, above what they have: the kernel writes a part
	code   fault.Code // that technician and screen get; empty: the disk lies, nobody can know
}

// TestDiskFaults is a table of what a disk can do. Whatever it is, the call that
// meets it fails with a code, and so does everything after it, though the disk may
// work again; what had been acknowledged is there afterwards. Of a disk that lies,
// the next start at least tells the damage.
func TestDiskFaults(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		needed(t, "strace", err)
	}
	for name, c := range map[string]diskFault{
		"fsync says EIO":             {inject: "fsync,fdatasync:error=EIO:when=24+", code: fault.QueueBroken},
		"fsync says EIO once":        {inject: "fsync,fdatasync:error=EIO:when=24", code: fault.QueueBroken},
		"write says EIO":             {inject: "pwrite64:error=EIO:when=90+", code: fault.QueueBroken},
		"write says EIO once":        {inject: "pwrite64:error=EIO:when=90", code: fault.QueueBroken},
		"write says ENOSPC":          {inject: "pwrite64:error=ENOSPC:when=90+", code: fault.DiskFull},
		"write says EDQUOT":          {inject: "pwrite64:error=EDQUOT:when=90+", code: fault.QueueBroken},
		"write writes nothing":       {inject: "pwrite64:retval=0:when=90+", code: fault.DiskFull},
		"write is short, then EFBIG": {limit: 5000, code: fault.QueueBroken},
		"write lies once":            {inject: "pwrite64:retval=4096:when=90"},
		"opening, fsync says EIO":    {inject: "fsync,fdatasync:error=EIO", code: fault.QueueBroken},
		"opening, read says EIO":     {inject: "pread64:error=EIO", code: fault.QueueBroken},
		"opening, write says EIO":    {inject: "pwrite64:error=EIO", code: fault.QueueBroken},
		"opening, write says ENOSPC": {inject: "pwrite64:error=ENOSPC", code: fault.DiskFull},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "queue.db")
			s, err := outbox.Open(t.Context(), path, fixed()) // made while the disk is well
			if err != nil {
				t.Fatal(err)
			}
			put(t, s, draft(older))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			said := c.run(t, strace, path)
			saved, code, found := strings.Cut(said, " saved, then ")
			n, err := strconv.Atoi(saved)
			opening := strings.HasPrefix(name, "opening")
			if !found || err != nil || (n == 0) != opening || c.code != "" && !strings.HasPrefix(code, string(c.code)+" ") {
				t.Fatalf("it said %q", said)
			}
			if strings.Contains(code, "damaged") {
				t.Errorf("a file that is whole is called damaged: %s", code)
			}
			t.Log(said)
			checkAfterFault(t, path, n, c.code == "")
		})
	}
}

// run plays badDisk on a disk with this fault.
func (c diskFault) run(t *testing.T, strace, path string) string {
	t.Helper()
	cmd := role(t, "badDisk", "OUTBOX_FILE="+path, "OUTBOX_LIMIT="+strconv.Itoa(c.limit))
	trace := path + ".trace"
	if c.inject != "" {
		// of the queue's files alone: the program's own are read, too
		cmd.Args = []string{strace, "-f", "-qq", "-o", trace, "-P", path, "-P", path + "-wal", "-e", "trace=fsync,fdatasync,pwrite64,pread64", "-e", "inject=" + c.inject, cmd.Path}
		cmd.Path = strace
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if c.inject != "" {
		calls, err := os.ReadFile(trace)
		if err != nil || !bytes.Contains(calls, []byte("(INJECTED)")) {
			t.Fatalf("no call was answered falsely: %v", err)
		}
	}
	return strings.TrimSpace(string(out))
}

// checkAfterFault looks for everything that was acknowledged, on a disk that is
// well again.
func checkAfterFault(t *testing.T, path string, n int, lies bool) {
	t.Helper()
	s, err := outbox.Open(t.Context(), path, fixed())
	if lies && errors.Is(err, outbox.ErrCorrupt) {
		t.Logf("the next start says: %v", err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	get(t, s, number(older))
	for i := range n {
		if e := get(t, s, number(i)); string(e.Envelope) != string(bodyOf(number(i), faultBody)) {
			t.Errorf("request %d is not what it was", i)
		}
	}
}

// faultBody is the length of envelopes in these stories.
const faultBody = 20_000

// badDisk opens the queue and saves requests until something fails, or enough is
// saved for a disk that only lies. It says how many were acknowledged, and how it
// ended; anything that works afterwards is an error.
func badDisk() int {
	path := os.Getenv("OUTBOX_FILE")
	s, err := outbox.Open(context.Background(), path, fixed())
	if err != nil {
		fmt.Printf("0 saved, then %s %v\n", fault.CodeOf(err), err)
		return 0
	}
	if err := limitFiles(path); err != nil {
		fmt.Println("limiting:", err)
		return 1
	}
	saved := 0
	for ; saved < 600 && err == nil; saved++ {
		_, err = s.Enqueue(context.Background(), draft(saved), seal(bodyOf(number(saved), faultBody)))
	}
	if err == nil {
		fmt.Printf("%d saved, then the end\n", saved)
		return 0 // without closing, as after a crash
	}
	saved--
	code := fault.CodeOf(err)
	for what, again := range map[string]func() error{
		"saving":   func() error { _, err := s.Enqueue(context.Background(), draft(saved+1), seal([]byte("x"))); return err },
		"settling": func() error { return s.Settle(context.Background(), number(older), nil, "accepted") },
		"sending":  func() error { return s.MarkSent(context.Background(), number(older), midnight()) },
		"reading":  func() error { _, err := s.Get(context.Background(), number(older)); return err },
		"asking":   s.Admit,
		"first":    func() error { return err },
	} {
		if got := again(); !errors.Is(got, outbox.ErrBroken) || fault.CodeOf(got) != code {
			fmt.Println(what, "gives", got)
			return 1
		}
	}
	if err := s.Close(); err != nil {
		fmt.Println("closing:", err)
		return 1
	}
	fmt.Printf("%d saved, then %s %v\n", saved, code, err)
	return 0
}

// limitFiles lets files grow no further than by what OUTBOX_LIMIT says.
func limitFiles(path string) error {
	more, err := strconv.Atoi(os.Getenv("OUTBOX_LIMIT"))
	if err != nil || more == 0 {
		return err
	}
	signal.Ignore(unix.SIGXFSZ)
	most := uint64(max(size(path), size(path+"-wal")) + int64(more))
	return unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: most, Max: most})
}

// TestSlowDisk: while an fsync takes its time, everything that needs no disk is
// answered, and what waits shares the next fsync.
func TestSlowDisk(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		needed(t, "strace", err)
	}
	path := filepath.Join(t.TempDir(), "queue.db")
	cmd := role(t, "slowDisk", "OUTBOX_FILE="+path)
	cmd.Args = []string{strace, "-f", "-qq", "-o", path + ".trace", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_enter=50000", cmd.Path}
	cmd.Path = strace
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// slowSavers save at once in slowDisk.
const slowSavers = 40

func slowDisk() int {
	s, err := outbox.Open(context.Background(), os.Getenv("OUTBOX_FILE"), fixed())
	if err != nil {
		fmt.Println(err)
		return 1
	}
	commits, stop := s.Watch()
	defer stop()
	var wg sync.WaitGroup
	failed := make(chan error, slowSavers)
	for n := range slowSavers {
		wg.Go(func() {
			_, err := s.Enqueue(context.Background(), draft(n), seal(bodyOf(number(n), 100)))
			failed <- err
		})
	}
	asked := 0 // while saving is under way
	for stats, err := s.Stats(context.Background()); stats.Open() < slowSavers; stats, err = s.Stats(context.Background()) {
		if err = errors.Join(err, s.Admit()); err != nil {
			fmt.Println("asking:", err)
			return 1
		}
		asked++
	}
	wg.Wait()
	for range slowSavers {
		if err := <-failed; err != nil {
			fmt.Println("saving:", err)
			return 1
		}
	}
	if len(commits) == 0 || asked < slowSavers {
		fmt.Printf("the queue answered %d times meanwhile\n", asked)
		return 1
	}
	fmt.Printf("%d saved, %d answers meanwhile\n", slowSavers, asked)
	return 0
}
