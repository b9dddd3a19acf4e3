package board

import (
	"context"
	"fmt"
	"time"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers"
)

// tone is how long a buzzer sounds, and how long it is silent before the next one.
type tone struct{ on, off time.Duration }

const ms = time.Millisecond

// tones are those of a sound. The buzzer makes one pitch: patterns differ by
// length and number.
func tones(s drivers.Sound) ([]tone, error) {
	switch s {
	case drivers.SoundDone:
		return []tone{{on: 120 * ms}}, nil
	case drivers.SoundWrong:
		return []tone{{400 * ms, 200 * ms}, {on: 400 * ms}}, nil
	case drivers.SoundStaff:
		return []tone{{200 * ms, 150 * ms}, {200 * ms, 150 * ms}, {200 * ms, 500 * ms}, {200 * ms, 150 * ms}, {200 * ms, 150 * ms}, {on: 200 * ms}}, nil
	}
	return nil, fmt.Errorf("no sound %d", s)
}

// buzzer plays one pattern at a time.
type buzzer struct {
	out  *output
	free chan struct{} // holds one token while a pattern is being played
}

func newBuzzer(out *output) *buzzer { return &buzzer{out, make(chan struct{}, 1)} }

// play plays the tones and ends silent, whatever happens.
func (b *buzzer) play(ctx context.Context, all []tone) (err error) {
	select {
	case b.free <- struct{}{}:
		defer func() { <-b.free }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() {
		if silent := b.out.set(gpio.Low); err == nil {
			err = silent
		}
	}()
	for _, t := range all {
		if err := b.out.set(gpio.High); err != nil {
			return err
		}
		pause(ctx, t.on)
		if err := b.out.set(gpio.Low); err != nil {
			return err
		}
		pause(ctx, t.off)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}
