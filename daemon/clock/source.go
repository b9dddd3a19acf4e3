package clock

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// bootID names the machine's run; random(4).
const bootID = "/proc/sys/kernel/random/boot_id"

// System is the machine's own time.
func System() Source {
	id, err := os.ReadFile(bootID)
	if err != nil {
		id = nil // then nothing is taken over from an earlier run
	}
	// Round strips the monotonic reading: Sub has to see turns of the clock.
	wall := func() time.Time { return time.Now().Round(0) }
	return Source{Wall: wall, Up: up, Boot: strings.TrimSpace(string(id))}
}

// up reads CLOCK_BOOTTIME, which goes on while the machine sleeps; clock_gettime(2).
func up() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return 0 // not on any Linux that Go runs on
	}
	return time.Duration(t.Nano())
}
