package uplink_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/uplink"
)

// TestBackoffWindows: each wait is anywhere in a window, and the windows grow.
func TestBackoffWindows(t *testing.T) {
	seconds := func(all ...int) (d []time.Duration) {
		for _, s := range all {
			d = append(d, time.Duration(s)*time.Second)
		}
		return d
	}
	const edge = 1 - 1e-12 // jitter is below 1
	windows := func(b *uplink.Backoff, n int) (d []time.Duration) {
		for range n {
			d = append(d, b.Failed(edge).Round(time.Millisecond))
		}
		return d
	}
	var fresh uplink.Backoff
	if got, want := windows(&fresh, 8), seconds(1, 2, 4, 8, 16, 32, 60, 60); !slices.Equal(got, want) {
		t.Errorf("never connected: %v, want %v", got, want)
	}
	if got := fresh.Lost(time.Minute, edge).Round(time.Millisecond); got != 10*time.Second {
		t.Errorf("lost after a minute: %v", got)
	}
	if got, want := windows(&fresh, 4), seconds(20, 40, 60, 60); !slices.Equal(got, want) {
		t.Errorf("and then failing: %v, want %v", got, want)
	}
	var flapping uplink.Backoff
	for i, want := range seconds(10, 20, 40, 60, 60) {
		if got := flapping.Lost(time.Second, edge).Round(time.Millisecond); got != want {
			t.Errorf("thrown out %d times right after connecting: %v, want %v", i+1, got, want)
		}
	}
	if got := fresh.Failed(0); got != 0 {
		t.Errorf("the least wait is %v", got)
	}
}

// TestHundredKiosksReconnect: a broker loses a hundred kiosks at once and stays
// away for two minutes; at no time do more than 15 of them knock within a quarter
// of a second. Time is faked, the dice are real but known.
func TestHundredKiosksReconnect(t *testing.T) {
	const kiosks, most, away = 100, 15, 2 * time.Minute
	for seed := range uint64(5) {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			var mu sync.Mutex
			var knocks []time.Duration
			var wg sync.WaitGroup
			for k := range uint64(kiosks) {
				dice := rand.New(rand.NewPCG(seed, k))
				wg.Go(func() {
					var b uplink.Backoff
					time.Sleep(b.Lost(time.Hour, dice.Float64()))
					for {
						now := time.Since(begin)
						mu.Lock()
						knocks = append(knocks, now)
						mu.Unlock()
						if now > away {
							return
						}
						time.Sleep(b.Failed(dice.Float64()))
					}
				})
			}
			wg.Wait()
			slices.Sort(knocks)
			if worst := crowd(knocks, 250*time.Millisecond); worst > most {
				t.Errorf("seed %d: %d kiosks within 250 ms, %d are allowed", seed, worst, most)
			}
			if last := knocks[len(knocks)-1]; last > away+time.Minute {
				t.Errorf("seed %d: the last comes back %v after the broker", seed, last-away)
			}
		})
	}
}

// crowd is the largest number of times in any span.
func crowd(sorted []time.Duration, span time.Duration) (worst int) {
	first := 0
	for i, at := range sorted {
		for at-sorted[first] > span {
			first++
		}
		worst = max(worst, i-first+1)
	}
	return worst
}
