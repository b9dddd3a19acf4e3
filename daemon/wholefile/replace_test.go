package wholefile_test

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"motcua/daemon/wholefile"
)

func content(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReplace: the content is new, the mode is the owner's, and nothing else is
// left in the folder, whatever a crash had left there.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	if err := os.WriteFile(name+".next", []byte("left by a crash, and longer than what comes"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"one", "another", ""} {
		if err := wholefile.Replace(name, []byte(text)); err != nil || content(t, name) != text {
			t.Errorf("got %q, %v", content(t, name), err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	fresh := filepath.Join(dir, "fresh")
	if err := wholefile.Replace(fresh, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(fresh); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestReplaceFails: when the disk does not take it all, the old content stays and
// nothing is left behind.
func TestReplaceFails(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	if err := wholefile.Replace(name, []byte("old")); err != nil {
		t.Fatal(err)
	}
	small(t)
	if err := wholefile.Replace(name, make([]byte, 1<<20)); !errors.Is(err, unix.EFBIG) {
		t.Errorf("a disk that takes a part only: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 || content(t, name) != "old" {
		t.Errorf("%v, %v", entries, err)
	}
	if err := wholefile.Replace(filepath.Join(dir, "nowhere", "file"), nil); err == nil {
		t.Error("a folder that is not there is not told")
	}
}

// small lets the kernel take no more than a page of any file until the test ends.
func small(t *testing.T) {
	t.Helper()
	signal.Ignore(unix.SIGXFSZ)
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 4096, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
			t.Error(err)
		}
	})
}
