package finger_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	emu "motcua/drivers/emu/finger"
	"motcua/drivers/emu/r503"
	"motcua/drivers/finger"
)

// TestSlowForAWhile has modules answer some of thirty commands long after their
// driver has given them up, those of its recovery among them. Whatever it fails
// with, no answer is taken for that to another command.
func TestSlowForAWhile(t *testing.T) {
	t.Parallel()
	seeds := uint64(200)
	if testing.Short() {
		seeds = 10
	}
	for name, make := range map[string]func() reader{
		"R503":  func() reader { return newR503(r503.R503) },
		"ZFM20": func() reader { return newR503(r503.ZFM20) },
		"GT521": newGT521, "Waveshare": newWaveshare,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { slowForAWhile(t, make(), seeds) })
		})
	}
}

func slowForAWhile(t *testing.T, r reader, seeds uint64) {
	b := bench(t, r, inMemory)
	d, err := b.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept := enrolled(t, r.glass, d)
	for seed := range seeds {
		chance := rand.New(rand.NewPCG(seed, 7))
		pattern := make([]bool, 30)
		for i := range pattern {
			pattern[i] = chance.IntN(10) < 4
		}
		r.slow(pattern)
		for range 10 {
			r.glass.Lay(2, emu.Good)
			match, err := d.Verify(t.Context(), kept)
			if match.Same {
				t.Fatalf("seed %d: finger 2 was taken for finger 1", seed)
			}
			_, ofR503 := errors.AsType[finger.R503Code](err)
			_, ofGT521 := errors.AsType[finger.GT521Code](err)
			if ofR503 || ofGT521 {
				t.Fatalf("seed %d: an answer to something else: %v", seed, err)
			}
		}
		r.calm()
		r.glass.Lay(1, emu.Good)
		if match, err := d.Verify(t.Context(), kept); err != nil || !match.Same {
			t.Fatalf("seed %d: in the end: same %v, %v", seed, match.Same, err)
		}
		if left := r.module.Left(); len(left) > 0 && left[0] != "picture" {
			t.Fatalf("seed %d: left %q", seed, left)
		}
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
