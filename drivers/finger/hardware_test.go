package finger_test

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"testing"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/drivertest/tape"
	"motcua/drivers/finger"
	"motcua/drivers/uart"
)

var (
	hw       = flag.String("hw", "", "`PATH,MODEL` of a real module to tell the stories to; says on the terminal what to do")
	hwRecord = flag.String("hw.record", "", "tape a real module into this `file` in place of the stories")
)

// TestHardware tells the stories of a finger reader with a real one and a person who
// does what the terminal says:
//
//	go test ./drivers/finger -run TestHardware -v -timeout 1h -hw /dev/ttyUSB0,r503
//
// With -hw.record it tapes the module instead, in steps in which nothing of a finger
// crosses the line. A tape that is put into testdata as MODEL-something.tape is
// played by TestTapes from then on.
func TestHardware(t *testing.T) {
	path, model := drivertest.Hardware(t, *hw)
	p := &person{}
	if *hwRecord != "" {
		tapeHardware(t, path, model, p)
		return
	}
	drivertest.TestFingerReader(t, drivertest.FingerSuite{
		Tell:        func(t *testing.T, story func(*testing.T)) { story(t) },
		PoorIsOther: model != finger.ModelR503,
		New: func(t *testing.T) *drivertest.FingerBench {
			return &drivertest.FingerBench{
				Open: func(ctx context.Context) (drivers.FingerReader, error) { return finger.Open(ctx, path, model, 0) },
				Lay:  p.lay, Lift: p.lift,
			}
		},
	})
}

func tapeHardware(t *testing.T, path, model string, p *person) {
	port, err := uart.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	steps := []tape.Step{{Name: stepProbe}}
	if model != finger.ModelWaveshare { // which sends features when it is asked for a finger
		steps = append(steps, tape.Step{Name: stepLay, Hands: func() { p.lay(1, false) }}, tape.Step{Name: stepLift, Hands: p.lift})
	}
	steps = append(steps,
		tape.Step{Name: stepNobody, Hands: func() { p.lay(1, false) }},
		tape.Step{Name: stepPurge})
	kind := tapes(nil)
	kind.Keep(t, *hwRecord, "a real module", kind.Record(t, model, port, steps))
}

// person reads the terminal and has fingers. What they are told waits until they
// have done what they were told before.
type person struct{ mu sync.Mutex }

var fingerNames = []string{"thumb", "forefinger", "middle finger"}

// lay does not wait: the module does.
func (p *person) lay(finger int, poor bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	how := ""
	if poor {
		how = ", with its edge only"
	}
	fmt.Printf("Lay your %s on the reader%s.\n", fingerNames[finger-1], how)
}

func (p *person) lift() {
	p.mu.Lock()
	defer p.mu.Unlock()
	drivertest.Ask("Take your finger away.")
}
