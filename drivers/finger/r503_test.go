package finger_test

import (
	"context"
	"testing"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/r503"
	"motcua/drivers/finger"
)

// newR503 is an emulated module of the family with its driver.
func newR503(o r503.Options) reader {
	o.Pace = 3 * time.Millisecond // more than the driver looks for what should not come
	m := r503.New(o)
	return reader{
		module: m, glass: &m.Glass,
		keep: func() { m.Keep(5, 9) },
		lit:  func() bool { l := m.Light(); return l != [4]byte{} && l[0] != 4 },
		calm: func() { m.On(r503.AnyCommand) },
		slow: slowly(&m.Script, r503.Fault{Kind: r503.FaultSlow}),
		open: func(ctx context.Context, p periph.Port) (drivers.FingerReader, error) {
			return opened(finger.OpenR503(ctx, p, finger.R503Options{}))
		},
		wrong: wrongly(&m.Script, map[string]r503.Fault{
			"no answer":                 {Kind: r503.FaultMute},
			"answer of another address": {Kind: r503.FaultAddress},
			"wrong checksum":            {Kind: r503.FaultSum},
			"answer of 4 KiB":           {Kind: r503.FaultLong},
			"answer with more bytes":    {Kind: r503.FaultMore},
			"answer with fewer bytes":   {Kind: r503.FaultLess},
			"answer after four seconds": {Kind: r503.FaultSlow},
			"last data packet missing":  {Kind: r503.FaultNoEnd},
			"data packet missing":       {Kind: r503.FaultGap},
		}),
	}
}

// opened keeps a nil driver from becoming a reader that is not nil.
func opened[D drivers.FingerReader](d D, err error) (drivers.FingerReader, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}

func TestR503(t *testing.T) {
	tell(t, drivertest.FingerSuite{}, func() reader { return newR503(r503.R503) })
}

func TestZFM20(t *testing.T) {
	tell(t, drivertest.FingerSuite{Leaves: []string{"picture"}}, func() reader { return newR503(r503.ZFM20) })
}
