package finger_test

import (
	"context"
	"testing"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/gt521"
	"motcua/drivers/finger"
)

// newGT521 is an emulated module with its driver.
func newGT521() reader {
	m := gt521.New()
	m.Pace = 3 * time.Millisecond
	r := reader{
		module: m, glass: &m.Glass,
		keep: func() { m.Keep(5, 9) },
		lit:  m.Lit,
		calm: func() { m.On(gt521.AnyCommand) },
		slow: func(pattern []bool) {
			faults := make([]gt521.Fault, len(pattern))
			for i, slow := range pattern {
				if slow {
					faults[i].Kind = gt521.FaultSlow
				}
			}
			m.On(gt521.AnyCommand, faults...)
		},
		open: func(ctx context.Context, p periph.Port) (drivers.FingerReader, error) {
			return opened(finger.OpenGT521(ctx, p, finger.GT521Options{}))
		},
	}
	for name, kind := range map[string]gt521.Kind{
		"no answer": gt521.FaultMute, "answer of another device": gt521.FaultDevice, "wrong checksum": gt521.FaultSum,
		"neither yes nor no": gt521.FaultWord, "no data": gt521.FaultNoData, "half of the data": gt521.FaultHalfData,
		"data with a wrong checksum": gt521.FaultDataSum, "answer after four seconds": gt521.FaultSlow,
	} {
		r.wrong = append(r.wrong, wrong{name, func() { m.On(gt521.AnyCommand, gt521.Fault{Kind: kind}) }})
	}
	return r
}

func TestGT521(t *testing.T) {
	tell(t, drivertest.FingerSuite{PoorIsOther: true, Leaves: []string{"picture", "enrolment"}}, newGT521)
}
