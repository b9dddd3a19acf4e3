package duty

import (
	"testing"
	"time"
)

func TestLocksDouble(t *testing.T) {
	for wrong, want := range map[int]time.Duration{
		0: 0, FreeTries - 1: 0, FreeTries: FirstLock, FreeTries + 1: 2 * FirstLock, FreeTries + 3: 8 * FirstLock,
		FreeTries + 7: LastLock, maxWrong: LastLock,
	} {
		if got := lockAfter(wrong); got != want {
			t.Errorf("after %d: %v, want %v", wrong, got, want)
		}
	}
}

func FuzzParseTries(f *testing.F) {
	f.Add([]byte(`{"version":1,"officers":{"op-1":{"wrong":5,"until":1800000000}}}`))
	f.Add([]byte(`{"version":1,"officers":{"op-1":{"wrong":-1}}}`))
	f.Add([]byte(`{"version":1,"officers":{"op-1":{"wrong":0,"until":0,"fingers":3}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := parseTries(b)
		if err != nil {
			return
		}
		for _, one := range all {
			if d := lockAfter(one.Wrong); d < 0 || d > LastLock {
				t.Fatalf("locked for %v", d)
			}
			if one.Fingers < 0 || one.Fingers > FreeFingers {
				t.Fatalf("%d wrong fingers", one.Fingers)
			}
		}
	})
}
