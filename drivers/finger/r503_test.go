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
	r := reader{
		module: m, glass: &m.Glass,
		keep: func() { m.Keep(5, 9) },
		lit:  func() bool { l := m.Light(); return l != [4]byte{} && l[0] != 4 },
		calm: func() { m.On(r503.AnyCommand) },
		slow: func(pattern []bool) {
			faults := make([]r503.Fault, len(pattern))
			for i, slow := range pattern {
				if slow {
					faults[i].Kind = r503.FaultSlow
				}
			}
			m.On(r503.AnyCommand, faults...)
		},
		open: func(ctx context.Context, p periph.Port) (drivers.FingerReader, error) {
			return opened(finger.OpenR503(ctx, p, finger.R503Options{}))
		},
	}
	for name, kind := range map[string]r503.Kind{
		"no answer": r503.FaultMute, "answer of another address": r503.FaultAddress, "wrong checksum": r503.FaultSum,
		"answer of 4 KiB": r503.FaultLong, "answer with more bytes": r503.FaultMore, "answer with fewer bytes": r503.FaultLess,
		"answer after four seconds": r503.FaultSlow,
		"last data packet missing":  r503.FaultNoEnd, "data packet missing": r503.FaultGap,
	} {
		r.wrong = append(r.wrong, wrong{name, func() { m.On(r503.AnyCommand, r503.Fault{Kind: kind}) }})
	}
	return r
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
