package seal_test

import (
	"os"
	"path/filepath"
	"testing"

	"motcua/daemon/seal"
)

func open(t *testing.T, file string, broken bool) *seal.Seal {
	t.Helper()
	s, err := seal.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	if s.Broken() != broken {
		t.Fatalf("broken %t, want %t", s.Broken(), broken)
	}
	return s
}

// A broken seal stays broken over starts until it is mended, and then stays whole.
func TestSealOutlivesTheProgram(t *testing.T) {
	file := filepath.Join(t.TempDir(), "case")
	s := open(t, file, false)
	for range 2 { // twice is once
		if err := s.Break(); err != nil || !s.Broken() {
			t.Fatalf("broken %t, %v", s.Broken(), err)
		}
	}
	s = open(t, file, true)
	for range 2 {
		if err := s.Mend(); err != nil || s.Broken() {
			t.Fatalf("broken %t, %v", s.Broken(), err)
		}
	}
	open(t, file, false)
}

// A disk that takes nothing leaves the seal broken, never whole.
func TestSealWithoutADisk(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gone")
	s := open(t, filepath.Join(folder, "case"), false)
	if err := s.Break(); err == nil || !s.Broken() {
		t.Errorf("breaking: broken %t, %v", s.Broken(), err)
	}
	if err := s.Mend(); err == nil || !s.Broken() {
		t.Errorf("mending: broken %t, %v", s.Broken(), err)
	}
	if err := os.WriteFile(folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := seal.Open(filepath.Join(folder, "case")); err == nil || !s.Broken() {
		t.Errorf("a seal that nobody can look at: broken %t, %v", s.Broken(), err)
	}
}
