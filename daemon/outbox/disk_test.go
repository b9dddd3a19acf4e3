package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"motcua/daemon/outbox"
	"motcua/protocol/fault"
)

// needed fails where CI runs and skips elsewhere.
func needed(t *testing.T, what string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is needed: %v", what, err)
	}
	t.Skipf("%s is needed: %v", what, err)
}

// TestFullDisk fills a real, small file system: visits and then requests are
// refused before anything fails to be written, everything that was saved can
// still be settled, also after a restart on the full disk, and when there is room
// again work goes on.
func TestFullDisk(t *testing.T) {
	cmd := role(t, "fullDisk", "OUTBOX_FILE="+filepath.Join(t.TempDir(), "mount"))
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if exit, ran := errors.AsType[*exec.ExitError](err); ran && exit.ExitCode() != noMount {
		t.Fatalf("%v\n%s", err, out)
	} else if err != nil {
		needed(t, "a private mount namespace", err)
	}
	t.Logf("%s", out)
}

// noMount is the exit code of a process that may not mount.
const noMount = 3

func fullDisk() int {
	dir := os.Getenv("OUTBOX_FILE")
	if err := os.Mkdir(dir, 0o700); err != nil {
		fmt.Println(err)
		return 1
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=32m"); err != nil {
		fmt.Println(err)
		return noMount
	}
	if err := fillDisk(dir); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// fillDisk is the story of TestFullDisk.
func fillDisk(dir string) error {
	path, ballast := filepath.Join(dir, "queue.db"), filepath.Join(dir, "ballast")
	o := fixed()
	o.ReserveBytes = 8 << 20
	s, err := outbox.Open(context.Background(), path, o)
	if err != nil {
		return err
	}
	saved, refusedVisits := 0, 0
	for ; ; saved++ {
		if s.Admit() != nil {
			refusedVisits++
		}
		d := draft(saved)
		_, err = s.Enqueue(context.Background(), d, seal(bodyOf(d.ID, 60<<10)))
		if err != nil {
			break
		}
	}
	if !errors.Is(err, outbox.ErrFull) || fault.CodeOf(err) != fault.DiskFull || refusedVisits == 0 || saved < 50 {
		return fmt.Errorf("after %d requests and %d refused visits: %w", saved, refusedVisits, err)
	}
	if err := os.WriteFile(ballast, make([]byte, 64<<20), 0o600); !errors.Is(err, unix.ENOSPC) {
		return fmt.Errorf("somebody else fills the rest: %w", err)
	}
	fmt.Printf("%d requests saved, then refused\n", saved)
	for n := range saved / 2 {
		if err := s.Settle(context.Background(), number(n), bodyOf(number(n), 2000), "accepted"); err != nil {
			return fmt.Errorf("settling on a full disk: %w", err)
		}
	}
	if err := s.Close(); err != nil {
		return fmt.Errorf("closing on a full disk: %w", err)
	}
	if s, err = outbox.Open(context.Background(), path, o); err != nil {
		return fmt.Errorf("opening on a full disk: %w", err)
	}
	for n := saved / 2; n < saved; n++ {
		if err := s.Settle(context.Background(), number(n), bodyOf(number(n), 2000), "accepted"); err != nil {
			return fmt.Errorf("settling on a full disk after a restart: %w", err)
		}
	}
	if err := s.Admit(); fault.CodeOf(err) != fault.DiskFull {
		return fmt.Errorf("a visit on a full disk: %w", err)
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	d := draft(saved)
	e, err := s.Enqueue(context.Background(), d, seal(bodyOf(d.ID, 60<<10)))
	if err != nil || e.Seq != uint64(saved)+1 {
		return fmt.Errorf("after the ballast is gone: number %d, %w", e.Seq, err)
	}
	fmt.Printf("all settled, also after a restart; number %d saved when there was room again\n", e.Seq)
	return s.Close()
}

// few saves requests one after the other and says so after each.
func few() int {
	s, err := outbox.Open(context.Background(), os.Getenv("OUTBOX_FILE"), fixed())
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for n := range fewRequests {
		if _, err := s.Enqueue(context.Background(), draft(n), seal(bodyOf(number(n), 100+n*400))); err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println("saved", n)
	}
	return 0 // without closing
}

const fewRequests = 25

// TestAcknowledgedAfterFsync reads the kernel's log of a process that saves
// requests one after the other: whatever was written to the queue's files is
// synced before the acknowledgement.
func TestAcknowledgedAfterFsync(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		needed(t, "strace", err)
	}
	dir := t.TempDir()
	path, trace := filepath.Join(dir, "queue.db"), filepath.Join(dir, "trace")
	cmd := role(t, "few", "OUTBOX_FILE="+path)
	cmd.Args = []string{strace, "-f", "-qq", "-y", "-o", trace, "-e", "trace=fsync,fdatasync,pwrite64,write", cmd.Path}
	cmd.Path = strace
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	log, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	r := reader{t: t, begun: map[string]string{}, dirty: map[string]bool{}}
	call := regexp.MustCompile(`^(\d+) +(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)`)
	for line := range strings.Lines(string(log)) {
		if m := call.FindStringSubmatch(line); m != nil {
			r.see(m[1], m[2], m[3])
		}
	}
	if r.acks != fewRequests || r.syncs < r.acks || r.writes < r.acks {
		t.Errorf("%d acknowledgements, %d writes and %d syncs were seen", r.acks, r.writes, r.syncs)
	}
}

// reader follows the calls that strace wrote down.
type reader struct {
	t                   *testing.T
	begun               map[string]string // thread → file of its latest call
	dirty               map[string]bool   // files with something that is not synced
	acks, syncs, writes int
}

// see takes one call, or one half of it when another thread came in between.
func (r *reader) see(thread, call, rest string) {
	if f := regexp.MustCompile(`^\d+<([^>]*)>`).FindStringSubmatch(rest); f != nil {
		r.begun[thread] = f[1]
	}
	file := r.begun[thread]
	switch {
	case call == "pwrite64":
		r.dirty[file] = true // from its beginning on
		r.writes++
	case strings.HasSuffix(call, "sync") && !strings.Contains(rest, "<unfinished"):
		delete(r.dirty, file)
		r.syncs++
	case call == "write" && strings.Contains(rest, `"saved `):
		r.acks++
		if len(r.dirty) > 0 {
			r.t.Errorf("acknowledgement %d came before the fsync of %v", r.acks, r.dirty)
		}
	}
}
