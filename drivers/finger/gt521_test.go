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
	return reader{
		module: m, glass: &m.Glass,
		keep: func() { m.Keep(5, 9) },
		lit:  m.Lit,
		calm: func() { m.On(gt521.AnyCommand) },
		slow: slowly(&m.Script, gt521.Fault{Kind: gt521.FaultSlow}),
		open: func(ctx context.Context, p periph.Port) (drivers.FingerReader, error) {
			return opened(finger.OpenGT521(ctx, p, finger.GT521Options{}))
		},
		wrong: wrongly(&m.Script, map[string]gt521.Fault{
			"no answer":                  {Kind: gt521.FaultMute},
			"answer of another device":   {Kind: gt521.FaultDevice},
			"wrong checksum":             {Kind: gt521.FaultSum},
			"neither yes nor no":         {Kind: gt521.FaultWord},
			"no data":                    {Kind: gt521.FaultNoData},
			"half of the data":           {Kind: gt521.FaultHalfData},
			"data with a wrong checksum": {Kind: gt521.FaultDataSum},
			"answer after four seconds":  {Kind: gt521.FaultSlow},
		}),
	}
}

func TestGT521(t *testing.T) {
	tell(t, drivertest.FingerSuite{PoorIsOther: true, Leaves: []string{"picture", "enrolment"}}, newGT521)
}
