package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"motcua/protocol/fault"
)

func TestRefusalIsOneLineWithCodeCauseAndRemedy(t *testing.T) {
	var b strings.Builder
	err := fmt.Errorf("opening the queue: %w", errors.Join(fault.Wrap(fault.DiskFull, errors.New("no space left")), errors.New("closing it")))
	if code := refuse(&b, err); code != exitQueue {
		t.Errorf("exit code %d", code)
	}
	want := "kioskd: QUEUE-02: opening the queue: no space left; closing it; what to do: " + fault.Lookup(fault.DiskFull).Action + "\n"
	if b.String() != want {
		t.Errorf("got  %q\nwant %q", b.String(), want)
	}
}

// TestExitCodes: what no restart can mend must not be restarted for, and the
// manual lists every code.
func TestExitCodes(t *testing.T) {
	for c, want := range map[fault.Code]int{
		fault.ConfigAbsent: 3, fault.ConfigInvalid: 3, fault.KeyAbsent: 4, fault.KeyInvalid: 4,
		fault.QueueFull: 5, fault.DiskFull: 5, fault.QueueBroken: 5, fault.QueueLocked: 6, fault.SocketInUse: 6,
		fault.Internal: 1, fault.NoReader: 1,
	} {
		if got := exitCode(c); got != want {
			t.Errorf("%s: %d, want %d", c, got, want)
		}
	}
	manual, err := os.ReadFile("../../../docs/kioskd.md")
	if err != nil {
		t.Fatal(err)
	}
	for code := range 7 {
		if !strings.Contains(string(manual), fmt.Sprintf("\n| %d | ", code)) {
			t.Errorf("the manual does not list exit code %d", code)
		}
	}
}
