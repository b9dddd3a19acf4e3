package finger_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest/tape"
	emu "motcua/drivers/emu/finger"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/r503"
	"motcua/drivers/finger"
)

var update = flag.Bool("update", false, "tape the emulators anew")

// taped is a reader whose steps are taped or played.
type taped struct {
	drivers.FingerReader
	person func(drivers.EnrolStep)
	kept   drivers.Template // of its enrolment
}

// tapes are how finger readers are taped. person is who an enrolment asks.
func tapes(person func(drivers.EnrolStep)) tape.Kind[*taped] {
	kind := tape.Kind[*taped]{Do: takeStep, Refuse: refuse, Open: map[string]func(context.Context, periph.PortCloser) (*taped, error){}}
	for model, make := range readers() {
		kind.Open[model] = func(ctx context.Context, p periph.PortCloser) (*taped, error) {
			d, err := make().open(ctx, p)
			return &taped{FingerReader: d, person: person}, err
		}
	}
	return kind
}

// readers are the models that are taped.
func readers() map[string]func() reader {
	return map[string]func() reader{
		finger.ModelR503:      func() reader { return newR503(r503.R503) },
		"zfm20":               func() reader { return newR503(r503.ZFM20) },
		finger.ModelGT521:     newGT521,
		finger.ModelWaveshare: newWaveshare,
	}
}

// steps of a tape. Of a finger, something crosses the line in an enrolment, and in a
// verification by what came of it.
const (
	stepProbe   = "probe"
	stepLay     = "lay"    // waits for a finger
	stepLift    = "lift"   // waits for none
	stepNobody  = "nobody" // compares a finger with a template of nobody
	stepPurge   = "purge"
	stepEnrol   = "enrol"
	stepVerify  = "verify"  // compares finger 1 with the template of the enrolment
	stepAnother = "another" // compares finger 2 with it
)

func takeStep(ctx context.Context, d *taped, step string) string {
	said, err := step, error(nil)
	switch step {
	case stepProbe:
		var i drivers.Info
		i, err = d.Probe(ctx)
		said = strings.TrimSpace(fmt.Sprintf("%s %s | %s | %s | %s", step, i.Vendor, i.Model, i.Serial, i.Firmware))
	case stepLay, stepLift:
		err = d.WaitFinger(ctx, step == stepLay)
	case stepEnrol:
		d.kept, err = d.Enrol(ctx, d.person)
		said = fmt.Sprintf("%s %s, %d bytes", step, d.kept.Kind, len(d.kept.Data))
	case stepVerify, stepAnother, stepNobody:
		t := d.kept
		if step == stepNobody {
			t = finger.Blank(d.FingerReader)
		}
		var m drivers.FingerMatch
		m, err = d.Verify(ctx, t)
		said = fmt.Sprintf("%s same %v, score %d", step, m.Same, m.Score)
	case stepPurge:
		err = d.Purge(ctx)
	default:
		err = errors.New("there is no such step")
	}
	if err != nil {
		return step + " " + err.Error()
	}
	return said
}

const emulated = "the emulator of this module, with invented fingers"

// ofNobody are the steps in which nothing of a finger crosses the line.
var ofNobody = []string{stepProbe, stepLay, stepLift, stepNobody, stepPurge}

// refuse keeps fingers of people out of tapes: a real module may be asked only for
// what tells nothing of a finger, says no more than a few words at a time, and is
// given no template but one of zeros.
func refuse(t line.Tape) error {
	if len(t) > 0 && t[0].Text == emulated {
		return nil
	}
	const mostSaid, mostGiven = 96, 32 // bytes
	said := 0
	for n, e := range t {
		switch e.Kind {
		case '.':
			if name, _, _ := strings.Cut(e.Text, " "); !slices.Contains(ofNobody, name) {
				return fmt.Errorf("entry %d: in the step %q a finger crosses the line", n+1, name)
			}
		case '<':
			if said += len(e.Data); said > mostSaid {
				return fmt.Errorf("entry %d: the module says more than %d bytes, which may be of a finger", n+1, mostSaid)
			}
		case '>':
			said = 0
			if given := len(e.Data) - bytes.Count(e.Data, []byte{0}); given > mostGiven {
				return fmt.Errorf("entry %d: the module is given %d bytes other than 0, which may be a template", n+1, given)
			}
		}
	}
	return nil
}

// TestTapes plays every tape. "-update" tapes the emulators, over ptys; a real module
// is taped with -hw.
func TestTapes(t *testing.T) {
	if *update {
		for model, make := range readers() {
			t.Run("taping "+model, func(t *testing.T) { tapeEmulator(t, model, make()) })
		}
	}
	tapes(func(drivers.EnrolStep) {}).PlayAll(t)
}

func tapeEmulator(t *testing.T, model string, r reader) {
	c, err := onPTY(t, r.module)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	port, err := c.Open()
	if err != nil {
		t.Fatal(err)
	}
	lay := func(f emu.Finger) func() { return func() { r.glass.Lay(f, emu.Good) } }
	kind := tapes(func(s drivers.EnrolStep) {
		if s.Ask == drivers.LiftFinger {
			r.glass.Lift()
			return
		}
		r.glass.Lay(1, emu.Good)
	})
	recorded := kind.Record(t, model, port, []tape.Step{
		{Name: stepProbe},
		{Name: stepLay, Hands: func() { time.Sleep(time.Second); r.glass.Lay(1, emu.Good) }}, // once it is waited for
		{Name: stepLift, Hands: func() { time.Sleep(time.Second); r.glass.Lift() }},
		{Name: stepEnrol},
		{Name: stepVerify, Hands: lay(1)},
		{Name: stepAnother, Hands: lay(2)},
		{Name: stepNobody, Hands: lay(1)},
		{Name: stepPurge},
	})
	kind.Keep(t, filepath.Join("testdata", model+"-emulated.tape"), emulated, recorded)
}

// TestTapesOfPeopleAreRefused has tapes in which something of a finger may be.
func TestTapesOfPeopleAreRefused(t *testing.T) {
	of := func(entries ...line.Entry) line.Tape {
		return append(line.Tape{{Kind: '#', Text: "a real module"}}, entries...)
	}
	long := bytes.Repeat([]byte{0x5A}, 40)
	for name, c := range map[string]struct {
		tape    line.Tape
		refused bool
	}{
		"enrolment":            {of(line.Entry{Kind: '.', Text: stepEnrol + " zfm-1536, 1536 bytes"}), true},
		"enrolment that fails": {of(line.Entry{Kind: '.', Text: stepEnrol + " finger not readable"}), true},
		"verification":         {of(line.Entry{Kind: '.', Text: stepVerify + " same true, score 90"}), true},
		"long answer":          {of(line.Entry{Kind: '<', Data: append(long, long...)}, line.Entry{Kind: '~', Wait: time.Second}, line.Entry{Kind: '<', Data: long}), true},
		"template":             {of(line.Entry{Kind: '>', Data: long}), true},
		"short answers":        {of(line.Entry{Kind: '<', Data: long}, line.Entry{Kind: '>', Data: []byte{1}}, line.Entry{Kind: '<', Data: append(long, long...)}), false},
		"template of nobody":   {of(line.Entry{Kind: '.', Text: stepNobody + " same false, score 0"}, line.Entry{Kind: '>', Data: make([]byte, 600)}), false},
		"emulator":             {line.Tape{{Kind: '#', Text: emulated}, {Kind: '>', Data: long}}, false},
	} {
		if err := refuse(c.tape); (err != nil) != c.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}
