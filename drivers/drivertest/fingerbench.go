package drivertest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/drivers"
)

// FingerBench is a finger reader and the hands that act on it.
type FingerBench struct {
	// Open opens the reader at the port where it is plugged in now.
	Open func(ctx context.Context) (drivers.FingerReader, error)
	// Lay puts a finger down, 1, 2 or 3, well or poorly; Lift takes it away.
	Lay  func(finger int, poor bool)
	Lift func()

	// Line is nil for a reader of flesh and wire, whose stories are fewer.
	Line *FingerLine
}

// FingerLine is what can be seen of, and done to, an emulated reader.
type FingerLine struct {
	// Left names the places in the module where something of a person is.
	Left func() []string
	// Keep puts a finger into the module's flash, as others may have done.
	Keep func()
	// Lit tells whether the reader's light is on.
	Lit          func() bool
	Unplug, Plug func()
	// Frames counts what the reader has sent so far.
	Frames func() int
	// Before has do called just before the reader sends its nth frame from now.
	Before func(n int, do func())
	Faults []FingerFault
	// Calm ends what was asked for and has not come to pass.
	Calm func()
}

// FingerFault is something that goes wrong with a frame of the reader.
type FingerFault struct {
	Name string
	// Inject makes it befall the reader's nth frame from now.
	Inject func(n int)
	// Harmless faults must not be noticed at all.
	Harmless bool
	// Unplugs: the reader is gone then.
	Unplugs bool
}

// FingerSuite is how the stories of one reader are told.
type FingerSuite struct {
	// New makes a fresh bench and cleans it up when the test ends.
	New func(t *testing.T) *FingerBench
	// Tell runs one story, such as in a synctest bubble; nil runs it as it is.
	Tell func(t *testing.T, story func(t *testing.T))
	// Points is at how many frames of a call a story tries something that may happen
	// at any; 0 is 60.
	Points int
	// Tasks names the calls in which it is tried; nil is all.
	Tasks []string
	// Faults names those faults of the line that leave the reader plugged in; each has
	// a story.
	Faults []string
	// PoorIsOther: the reader does not tell a poor finger from another one.
	PoorIsOther bool
	// Leaves names what the protocol cannot clear, as Left names it.
	Leaves []string
}

// fingers is one story's bench, with the suite's knowledge.
type fingers struct {
	*FingerBench
	FingerSuite
	t     *testing.T
	after string // what happened before
}

// longest is the most that a call may take that is not waiting for a person.
const longest = time.Minute

// longest allows for a person of flesh.
func (f fingers) longest() time.Duration {
	if f.Line == nil {
		return 10 * longest
	}
	return longest
}

func (f fingers) open() drivers.FingerReader {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), f.longest())
	defer cancel()
	d, err := f.Open(ctx)
	if err != nil {
		f.t.Fatalf("opening: %v", err)
	}
	f.t.Cleanup(func() { _ = d.Close() }) // most stories close it, or pull it
	return d
}

// person lays one finger down and lifts it, as an enrolment asks.
func (f fingers) person(finger int) func(drivers.EnrolStep) {
	return func(s drivers.EnrolStep) {
		if s.Ask == drivers.LayFinger {
			f.Lay(finger, false)
		} else {
			f.Lift()
		}
	}
}

func (f fingers) enrol(d drivers.FingerReader, finger int) drivers.Template {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), f.longest())
	defer cancel()
	t, err := d.Enrol(ctx, f.person(finger))
	if err != nil {
		f.t.Fatalf("enrolling finger %d: %v", finger, err)
	}
	f.Lift()
	f.nothingLeft()
	return t
}

// verifies checks that a finger is, or is not, that of the template.
func (f fingers) verifies(d drivers.FingerReader, t drivers.Template, finger int, same bool) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), f.longest())
	defer cancel()
	f.Lay(finger, false)
	m, err := d.Verify(ctx, t)
	f.Lift()
	if err != nil || m.Same != same {
		f.t.Fatalf("%sverifying finger %d: same %v, %v; want same %v", f.after, finger, m.Same, err, same)
	}
	f.nothingLeft()
}

// works checks that the reader tells fingers apart, whatever happened before.
func (f fingers) works(d drivers.FingerReader, t drivers.Template) {
	f.t.Helper()
	f.verifies(d, t, 2, false)
	f.verifies(d, t, 1, true)
}

// nothingLeft looks into the module.
func (f fingers) nothingLeft() {
	f.t.Helper()
	if f.Line == nil {
		return
	}
	left := f.Line.Left()
	for _, place := range f.Leaves {
		left = without(left, place)
	}
	if len(left) > 0 {
		f.t.Fatalf("%sleft in the module: %q", f.after, left)
	}
}

func without(all []string, one string) (rest []string) {
	for _, s := range all {
		if s != one {
			rest = append(rest, s)
		}
	}
	return rest
}

// vocabulary is what a finger reader may fail with.
var vocabulary = []error{
	drivers.ErrDeviceGone, drivers.ErrNoAnswer, drivers.ErrProtocol, drivers.ErrRefused, drivers.ErrDeviceFault, drivers.ErrInUse,
	drivers.ErrNoFinger, drivers.ErrPoorFinger, drivers.ErrFingersDiffer, drivers.ErrTemplate,
	context.Canceled, context.DeadlineExceeded,
}

func known(err error) bool {
	for _, word := range vocabulary {
		if errors.Is(err, word) {
			return true
		}
	}
	return false
}

// task is a call in which a finger plays a part. It fails the test itself when its
// result is wrong.
type task struct {
	name string
	do   func(ctx context.Context, d drivers.FingerReader) error
}

// tasks are the calls of a reader that has a template of finger 1, as far as the
// suite wants them.
func (f fingers) tasks(t drivers.Template) []task {
	all := f.allTasks(t)
	if f.Tasks == nil {
		return all
	}
	return slices.DeleteFunc(all, func(do task) bool { return !slices.Contains(f.Tasks, do.name) })
}

func (f fingers) allTasks(t drivers.Template) []task {
	return []task{
		{"enrol", func(ctx context.Context, d drivers.FingerReader) error {
			defer f.Lift()
			made, err := d.Enrol(ctx, f.person(1))
			if err == nil && len(made.Data) == 0 {
				f.t.Fatal("an enrolment without error gave no template")
			}
			return err
		}},
		{"verify", func(ctx context.Context, d drivers.FingerReader) error {
			defer f.Lift()
			f.Lay(2, false)
			m, err := d.Verify(ctx, t)
			if m.Same {
				f.t.Fatalf("finger 2 was taken for finger 1, %v", err)
			}
			return err
		}},
		{"wait", func(ctx context.Context, d drivers.FingerReader) error {
			defer f.Lift()
			f.Lay(1, false)
			return d.WaitFinger(ctx, true)
		}},
		{"picture", func(ctx context.Context, d drivers.FingerReader) error {
			camera, ok := d.(drivers.FingerCamera)
			if !ok {
				return d.Purge(ctx)
			}
			defer f.Lift()
			f.Lay(1, false)
			_, err := camera.CaptureFinger(ctx)
			return err
		}},
		{"probe", func(ctx context.Context, d drivers.FingerReader) error {
			_, err := d.Probe(ctx)
			return err
		}},
		{"purge", func(ctx context.Context, d drivers.FingerReader) error { return d.Purge(ctx) }},
	}
}

// frames counts the reader's frames of a task that goes well.
func (f fingers) frames(d drivers.FingerReader, do task) int {
	f.t.Helper()
	before := f.Line.Frames()
	ctx, cancel := context.WithTimeout(f.t.Context(), f.longest())
	defer cancel()
	if err := do.do(ctx, d); err != nil {
		f.t.Fatalf("%s: %v", do.name, err)
	}
	return f.Line.Frames() - before
}

// points are the frames of a task at which something is tried: every one, if they
// are few.
func (f fingers) points(d drivers.FingerReader, do task) (at []int) {
	f.t.Helper()
	all, most := f.frames(d, do), cmp.Or(f.Points, 60)
	for n := 1; n <= all; n += (all + most - 1) / most {
		at = append(at, n)
	}
	return at
}
