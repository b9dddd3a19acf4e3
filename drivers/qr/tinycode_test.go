package qr_test

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/i2c/i2ctest"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/scanner"
	"motcua/drivers/qr"
)

func TestTinyCode(t *testing.T) {
	drivertest.TestCodeReader(t, synctest.Test, func(t *testing.T) *drivertest.CodeBench {
		bus := scanner.NewTinyCode()
		t.Cleanup(bus.Off)
		return &drivertest.CodeBench{
			Open: func() (drivers.CodeReader, error) { return qr.NewTinyCode(bus), nil },
			Show: bus.Show, Away: bus.Away, AllRead: bus.AllRead, Lit: bus.Lit,
			Unplug: bus.Unplug, Plug: bus.Plug,
			CodeTraits: drivertest.CodeTraits{Max: qr.TinyCodeMax, Symbology: true, OnlyQR: true, Patient: true},
		}
	})
}

// TestTinyCodeBytes plays the transfers of one Scan as the developer guide has
// them, byte for byte.
func TestTinyCodeBytes(t *testing.T) {
	answer := func(n int, text string) []byte {
		b := make([]byte, 256)
		binary.LittleEndian.PutUint16(b, uint16(n))
		copy(b[2:], text)
		return b
	}
	for _, c := range []struct {
		name   string
		answer []byte
		want   string
		err    error
	}{
		{"a code", answer(5, "hello"), "hello", nil},
		{"longer than its room", answer(255, "hello"), "", drivers.ErrProtocol},
		{"maybe cut", answer(254, "hello"), "", drivers.ErrProtocol},
		{"absurd", answer(0xFFFF, "hello"), "", drivers.ErrProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bus := &i2ctest.Playback{DontPanic: true, Ops: []i2ctest.IO{
					{Addr: 0x0C, W: []byte{1, 1}},  // LED on
					{Addr: 0x0C, R: answer(0, "")}, // nothing yet
					{Addr: 0x0C, R: c.answer},
					{Addr: 0x0C, W: []byte{1, 0}}, // LED off
					{Addr: 0x0C, W: []byte{1, 0}}, // on Close, again
				}}
				r := qr.NewTinyCode(bus)
				s, err := r.Scan(t.Context())
				if string(s.Raw) != c.want || !errors.Is(err, c.err) {
					t.Errorf("scanned %q, %v", s.Raw, err)
				}
				if err := r.Close(); err != nil {
					t.Errorf("not all was played: %v", err)
				}
			})
		})
	}
}

// TestTinyCodeStuckBus: the kernel does not give a transfer up; the driver does.
func TestTinyCodeStuckBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := scanner.NewTinyCode()
		defer bus.Off()
		r := qr.NewTinyCode(bus)
		release := bus.Hang()
		if _, err := r.Probe(t.Context()); !errors.Is(err, drivers.ErrNoAnswer) {
			t.Errorf("on a stuck bus: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		start := time.Now()
		if _, err := r.Scan(ctx); err == nil || time.Since(start) > time.Second {
			t.Errorf("on a bus that is still stuck: %v after %v", err, time.Since(start))
		}
		release()
		synctest.Wait()
		if _, err := r.Probe(t.Context()); err != nil {
			t.Errorf("once it moves again: %v", err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}
