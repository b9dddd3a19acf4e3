package finger_test

import (
	"context"
	"testing"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/waveshare"
	"motcua/drivers/finger"
)

// newWaveshare is an emulated module with its driver.
func newWaveshare() reader {
	m := waveshare.New()
	m.Pace = 3 * time.Millisecond
	return reader{
		module: m, glass: &m.Glass,
		keep: func() { m.Keep(5, 9) },
		lit:  func() bool { return false },
		calm: func() { m.On(waveshare.AnyCommand) },
		slow: slowly(&m.Script, waveshare.Fault{Kind: waveshare.FaultSlow}),
		open: func(ctx context.Context, p periph.Port) (drivers.FingerReader, error) {
			return opened(finger.OpenWaveshare(ctx, p, finger.WaveshareOptions{}))
		},
		wrong: wrongly(&m.Script, map[string]waveshare.Fault{
			"no answer":                  {Kind: waveshare.FaultMute},
			"wrong checksum":             {Kind: waveshare.FaultSum},
			"answer to another command":  {Kind: waveshare.FaultOther},
			"another length announced":   {Kind: waveshare.FaultLength},
			"no data":                    {Kind: waveshare.FaultNoData},
			"half of the data":           {Kind: waveshare.FaultHalfData},
			"data with a wrong checksum": {Kind: waveshare.FaultDataSum},
			"answer after four seconds":  {Kind: waveshare.FaultSlow},
		}),
	}
}

func TestWaveshare(t *testing.T) {
	tell(t, drivertest.FingerSuite{PoorIsOther: true, Leaves: []string{"picture", "features"}}, newWaveshare)
}
