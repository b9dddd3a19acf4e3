package emu_test

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"motcua/drivers"
	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

// TestWhatALinkTakes compares with sums made by hand from ISO/IEC 14443: nine
// bits for each byte, two for each frame, three bytes more for each block, an
// acknowledgement of a block for each but the last, 1172 periods of silence.
func TestWhatALinkTakes(t *testing.T) {
	const gap = 86_430 * time.Nanosecond
	bits := func(n int, rate float64) time.Duration { return time.Duration(float64(n) / rate * 1e9) }
	for name, tt := range map[string]struct {
		link    emu.Link
		out, in int
		want    time.Duration
	}{
		"instantaneous": {emu.Link{}, 5, 70_000, 0},
		"latency only":  {emu.Link{Latency: time.Second}, 5, 70_000, time.Second},
		"one block each way": {
			emu.Link{Bitrate: 106_000},
			5, 2,
			bits((5+3)*9+2+(2+3)*9+2, 106_000) + 2*gap,
		},
		"a full block": {emu.Link{Bitrate: 848_000}, 253, 253, bits(2*(256*9+2), 848_000) + 2*gap},
		"a byte more is three frames": {
			emu.Link{Bitrate: 848_000},
			254, 253,
			bits((254+3*3)*9+3*2+256*9+2, 848_000) + 4*gap,
		},
		"small frames": {
			emu.Link{Bitrate: 106_000, Frame: 64},
			5, 225,
			bits(8*9+2+(225+7*3)*9+7*2, 106_000) + 8*gap,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.link.Takes(tt.out, tt.in); (got - tt.want).Abs() > time.Microsecond {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// TestMeterAddsUpAndWaitsForNothing reads a card that would take seconds.
func TestMeterAddsUpAndWaitsForNothing(t *testing.T) {
	p := persona(t, "an")
	meter := emu.NewMeter(issue(t, "an", emu.CardOptions{}), emu.Link106k)
	o := options(t, p)
	var name emu.Cost
	o.Progress = func(progress emrtd.Progress) {
		if progress.Document != nil {
			name = meter.Cost()
		}
	}
	doc, err := emrtd.Read(t.Context(), meter, o)
	if err != nil {
		t.Fatal(err)
	}
	done := meter.Cost()
	if done.Exchanges != doc.Stats.APDUs || done.Out != doc.Stats.BytesOut || done.In != doc.Stats.BytesIn {
		t.Errorf("the meter counted %+v, the terminal %+v", done, doc.Stats)
	}
	least := time.Duration(done.Exchanges)*emu.Link106k.Latency + time.Duration(done.In)*time.Second/13_000
	if name.Time <= 0 || name.Time >= done.Time || done.Time < least {
		t.Errorf("name after %v, done after %v, which is more than %v", name.Time, done.Time, least)
	}
}

func TestMeterOfACardWithoutAnAnswer(t *testing.T) {
	meter := emu.NewMeter(mute{}, emu.Link{})
	if _, err := meter.Transmit(t.Context(), []byte{0, 0xB0, 0, 0}); !errors.Is(err, drivers.ErrCardGone) {
		t.Errorf("got %v, want the card gone", err)
	}
	if _, err := emrtd.Read(t.Context(), meter, emrtd.Options{Key: options(t, persona(t, "an")).Key, Rand: rand.Reader}); !errors.Is(err, drivers.ErrCardGone) {
		t.Errorf("got %v, want the card gone", err)
	}
}

// mute is a card that has stopped answering.
type mute struct{}

func (mute) ATR() []byte            { return []byte{0x3B, 0x80} }
func (mute) Power(emu.Power)        {}
func (mute) Transmit([]byte) []byte { return nil }
