package finger_test

import (
	"context"
	"testing"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	emu "motcua/drivers/emu/finger"
	"motcua/drivers/finger"
)

// newBlueprint is the emulated module with its driver: copied, a new module's
// conformance test.
func newBlueprint() reader {
	m := &emu.Blueprint{Pace: 3 * time.Millisecond} // more than the driver looks for what should not come
	return reader{
		module: m, glass: &m.Glass,
		keep: func() { m.Keep(5) },
		lit:  func() bool { return false },
		calm: func() {}, // it does nothing wrong by itself
		open: func(ctx context.Context, p periph.Port) (drivers.FingerReader, error) {
			return opened(finger.OpenBlueprint(ctx, p))
		},
	}
}

func TestBlueprint(t *testing.T) { tell(t, drivertest.FingerSuite{}, newBlueprint) }
