package drivertest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/drivers"
)

// TestFingerReader tells every story of [drivers.FingerReader], each on a fresh
// bench.
func TestFingerReader(t *testing.T, suite FingerSuite) {
	type story struct {
		name string
		line bool // needs an emulated line
		tell func(f fingers)
	}
	stories := []story{
		{"probe", false, probed},
		{"enrol with progress", false, enrolled},
		{"verify the same finger and another", false, verified},
		{"poor finger", false, poorVerified},
		{"poor pictures in an enrolment", false, poorEnrolled},
		{"two fingers in an enrolment", false, mixedEnrolment},
		{"no finger until the context ends", false, noFinger},
		{"wait for a finger, and for none", false, waited},
		{"picture", false, pictured},
		{"wrong kind of template", false, wrongKind},
		{"damaged template", false, damagedTemplate},
		{"finger lifted early", true, liftedEarly},
		{"fingers of others in the module", true, purged},
		{"cancelled at every frame", true, cancelledEverywhere},
		{"unplugged at every frame", true, unpluggedEverywhere},
		{"replugged", true, replugged},
		{"close", false, closedInert},
	}
	for _, fault := range suite.Faults {
		stories = append(stories, story{fault + " at every frame", true, func(f fingers) { faultEverywhere(f, fault) }})
	}
	tell := suite.Tell
	if tell == nil {
		tell = func(t *testing.T, story func(*testing.T)) { story(t) }
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			if suite.Tell == nil {
				t.Parallel() // mostly waiting
			}
			tell(t, func(t *testing.T) {
				f := fingers{FingerBench: suite.New(t), FingerSuite: suite, t: t}
				if s.line && f.Line == nil {
					t.Skip("needs an emulated line")
				}
				s.tell(f)
			})
		})
	}
}

func probed(f fingers) {
	d := f.open()
	info, err := d.Probe(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	if info.Class != drivers.ClassFinger || info.Trust != drivers.TrustL0 || info.Model == "" || info.Vendor == "" || info.Port == "" {
		f.t.Errorf("got %+v", info)
	}
	again, err := d.Probe(f.t.Context())
	if err != nil || again != info {
		f.t.Errorf("asked again: %+v, %v", again, err)
	}
	f.nothingLeft()
}

// enrolled follows the steps: lay and lift in turns, each picture once.
func enrolled(f fingers) {
	d := f.open()
	var steps []drivers.EnrolStep
	person := f.person(1)
	t, err := d.Enrol(f.t.Context(), func(s drivers.EnrolStep) {
		steps = append(steps, s)
		person(s)
	})
	if err != nil {
		f.t.Fatal(err)
	}
	var want []drivers.EnrolStep
	for n := 1; n <= steps[0].Of; n++ {
		want = append(want, drivers.EnrolStep{Ask: drivers.LayFinger, Number: n, Of: steps[0].Of}, drivers.EnrolStep{Ask: drivers.LiftFinger, Number: n, Of: steps[0].Of})
	}
	if want = want[:len(want)-1]; !slices.Equal(steps, want) {
		f.t.Errorf("steps %v, want %v", steps, want)
	}
	if t.Kind == "" || len(t.Data) == 0 {
		f.t.Errorf("a template of kind %q with %d bytes", t.Kind, len(t.Data))
	}
	if _, err := t.MarshalBinary(); err != nil {
		f.t.Errorf("the template cannot be kept: %v", err)
	}
	f.nothingLeft()
}

func verified(f fingers) {
	d := f.open()
	one, two := f.enrol(d, 1), f.enrol(d, 2)
	for range 2 {
		f.verifies(d, one, 1, true)
		f.verifies(d, one, 2, false)
		f.verifies(d, two, 1, false)
		f.verifies(d, two, 2, true)
	}
	f.verifies(d, one, 3, false)
}

func poorVerified(f fingers) {
	d := f.open()
	t := f.enrol(d, 1)
	f.Lay(1, true)
	m, err := d.Verify(f.t.Context(), t)
	f.Lift()
	if m.Same || !errors.Is(err, drivers.ErrPoorFinger) && !(f.PoorIsOther && err == nil) {
		f.t.Errorf("a poor finger: same %v, %v", m.Same, err)
	}
	f.nothingLeft()
	f.works(d, t)
}

// poorEnrolled lays the second picture's finger down poorly once, and then always.
func poorEnrolled(f fingers) {
	d := f.open()
	for _, times := range []int{1, 100} {
		asked := 0
		t, err := d.Enrol(f.t.Context(), func(s drivers.EnrolStep) {
			if s.Ask == drivers.LiftFinger {
				f.Lift()
				return
			}
			poor := s.Number == 2 && asked < times
			if poor {
				asked++
			}
			f.Lay(1, poor)
		})
		f.Lift()
		f.nothingLeft()
		switch {
		case times == 1 && err != nil:
			f.t.Errorf("one poor picture ended the enrolment: %v", err)
		case times == 1:
			f.works(d, t)
		case !errors.Is(err, drivers.ErrPoorFinger) || len(t.Data) > 0:
			f.t.Errorf("poor pictures only: a template of %d bytes, %v", len(t.Data), err)
		case asked > 10:
			f.t.Errorf("asked %d times for a picture that is always poor", asked)
		}
	}
}

func mixedEnrolment(f fingers) {
	d := f.open()
	t, err := d.Enrol(f.t.Context(), func(s drivers.EnrolStep) {
		if s.Ask == drivers.LiftFinger {
			f.Lift()
			return
		}
		f.Lay(min(s.Number, 2), false)
	})
	f.Lift()
	if !errors.Is(err, drivers.ErrFingersDiffer) || len(t.Data) > 0 {
		f.t.Errorf("a template of %d bytes, %v", len(t.Data), err)
	}
	f.nothingLeft()
}

func noFinger(f fingers) {
	d := f.open()
	t := f.enrol(d, 1)
	const wait = 3 * time.Second
	for _, do := range []task{
		{"wait", func(ctx context.Context, d drivers.FingerReader) error { return d.WaitFinger(ctx, true) }},
		{"verify", func(ctx context.Context, d drivers.FingerReader) error {
			_, err := d.Verify(ctx, t)
			return err
		}},
		{"enrol", func(ctx context.Context, d drivers.FingerReader) error {
			_, err := d.Enrol(ctx, func(drivers.EnrolStep) {})
			return err
		}},
	} {
		ctx, cancel := context.WithTimeout(f.t.Context(), wait)
		began := time.Now()
		err := do.do(ctx, d)
		cancel()
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > wait+5*time.Second {
			f.t.Errorf("%s: %v after %v", do.name, err, took)
		}
		f.nothingLeft()
	}
	f.works(d, t)
}

// waited has the finger come and go while the reader is asked.
func waited(f fingers) {
	d := f.open()
	for range 2 {
		time.AfterFunc(300*time.Millisecond, func() { f.Lay(1, false) })
		if err := d.WaitFinger(f.t.Context(), true); err != nil {
			f.t.Fatal(err)
		}
		f.nothingLeft()
		time.AfterFunc(300*time.Millisecond, f.Lift)
		if err := d.WaitFinger(f.t.Context(), false); err != nil {
			f.t.Fatal(err)
		}
		f.nothingLeft()
	}
}

// pictured takes pictures of two fingers, where the reader can. A poor finger is
// one that it need not give.
func pictured(f fingers) {
	camera, ok := f.open().(drivers.FingerCamera)
	if !ok {
		return
	}
	var first []byte
	for finger := range 2 {
		f.Lay(finger+1, false)
		p, err := camera.CaptureFinger(f.t.Context())
		f.Lift()
		if err != nil {
			f.t.Fatal(err)
		}
		if p.Width < 1 || p.Height < 1 || p.DPI != 0 && p.DPI < 250 || len(p.Grey) != p.Width*p.Height {
			f.t.Errorf("a picture of %dx%d pixels at %d dpi with %d bytes", p.Width, p.Height, p.DPI, len(p.Grey))
		}
		if slices.Min(p.Grey) > 64 || slices.Max(p.Grey) < 192 {
			f.t.Errorf("a picture from %d to %d shows neither ridges nor valleys", slices.Min(p.Grey), slices.Max(p.Grey))
		}
		if bytes.Equal(p.Grey, first) {
			f.t.Error("two fingers have one picture")
		}
		first = p.Grey
		f.nothingLeft()
	}
}

func wrongKind(f fingers) {
	d := f.open()
	t := f.enrol(d, 1)
	f.Lay(1, false)
	for _, bad := range []drivers.Template{
		{},
		{Kind: t.Kind},
		{Kind: "other-" + t.Kind, Data: t.Data},
		{Kind: t.Kind, Data: t.Data[1:]},
		{Kind: t.Kind, Data: append(bytes.Clone(t.Data), 0)},
	} {
		if m, err := d.Verify(f.t.Context(), bad); !errors.Is(err, drivers.ErrTemplate) || m.Same {
			f.t.Errorf("kind %q, %d bytes: same %v, %v", bad.Kind, len(bad.Data), m.Same, err)
		}
	}
	f.Lift()
	f.nothingLeft()
	f.works(d, t)
}

// damagedTemplate overwrites half of one. The module may see that, or find that the
// finger is another one; never may it take it.
func damagedTemplate(f fingers) {
	d := f.open()
	t := f.enrol(d, 1)
	for _, half := range [][2]int{{0, len(t.Data) / 2}, {len(t.Data) / 2, len(t.Data)}, {0, len(t.Data)}} {
		damaged := drivers.Template{Kind: t.Kind, Data: bytes.Clone(t.Data)}
		for i := half[0]; i < half[1]; i++ {
			damaged.Data[i] ^= 0x5A
		}
		f.Lay(1, false)
		m, err := d.Verify(f.t.Context(), damaged)
		f.Lift()
		if m.Same || err != nil && !errors.Is(err, drivers.ErrTemplate) {
			f.t.Errorf("bytes %d to %d overwritten: same %v, %v", half[0], half[1], m.Same, err)
		}
		f.nothingLeft()
	}
	f.works(d, t)
}

// closedInert leaves a finger on the glass.
func closedInert(f fingers) {
	d := f.open()
	f.Lay(1, false)
	if err := d.WaitFinger(f.t.Context(), true); err != nil {
		f.t.Fatal(err)
	}
	for i := range 2 {
		if err := d.Close(); err != nil {
			f.t.Errorf("close number %d: %v", i+1, err)
		}
	}
	if f.Line != nil && f.Line.Lit() {
		f.t.Error("the light is on")
	}
	f.nothingLeft()
	if _, err := d.Probe(f.t.Context()); !errors.Is(err, drivers.ErrDeviceGone) {
		f.t.Errorf("probing a closed reader: %v", err)
	}
	f.Lift()
	if _, err := f.open().Probe(f.t.Context()); err != nil {
		f.t.Errorf("opened again: %v", err)
	}
}
