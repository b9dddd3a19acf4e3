package qr_test

import (
	"errors"
	"flag"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/scanner"
	"motcua/drivers/qr"
)

// device is an emulated reader on a serial line.
type device interface {
	line.Device
	Show(codes ...drivers.Scan)
	Away()
	Lit() bool
}

// kind is a driver and the emulator that stands for its device.
type kind struct {
	open   func(periph.PortCloser) (*qr.Reader, error)
	device func() (device, *scanner.View)
	traits drivertest.CodeTraits
	// checked: the protocol shows when a code was changed on its way.
	checked bool
	faults  []line.Fault
	// inMemory: its stories are not told on a pty, as those of another kind are that
	// differs in little.
	inMemory bool
}

var soak = flag.Bool("soak", false, "have everything go wrong on ptys, too: takes minutes")

// conforms tells the stories of drivers.CodeReader over a line in memory, in a
// bubble of its own time, and over a pty, where less goes wrong unless -soak is said.
func (k kind) conforms(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		drivertest.TestCodeReader(t, synctest.Test, func(t *testing.T) *drivertest.CodeBench {
			d, v := k.device()
			c, err := line.InMemory(d, 1)
			b := k.bench(t, c, err, d, v)
			b.Patient = true
			return b
		})
	})
	if k.inMemory {
		return
	}
	t.Run("pty", func(t *testing.T) {
		onlySome := k
		onlySome.faults = slices.DeleteFunc(slices.Clone(k.faults), func(f line.Fault) bool {
			few := !testing.Short() && slices.Contains([]line.Fault{line.Split, line.Truncated, line.Late, line.Reset, line.Unplugged}, f)
			return !*soak && !few
		})
		inParallel := func(t *testing.T, tell func(*testing.T)) { t.Parallel(); tell(t) }
		drivertest.TestCodeReader(t, inParallel, func(t *testing.T) *drivertest.CodeBench {
			d, v := k.device()
			c, err := line.OnPTY(filepath.Join(t.TempDir(), "reader"), d, 1)
			return onlySome.bench(t, c, err, d, v)
		})
	})
}

func (k kind) bench(t *testing.T, c *line.Cable, err error, d device, v *scanner.View) *drivertest.CodeBench {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	b := &drivertest.CodeBench{
		Open: func() (drivers.CodeReader, error) {
			port, err := c.Open()
			if err != nil {
				return nil, err
			}
			r, err := k.open(port)
			if err != nil {
				return nil, errors.Join(err, port.Close())
			}
			return r, nil
		},
		Show: d.Show, Away: d.Away, AllRead: v.AllRead,
		Unplug: c.Unplug, Restart: c.Restart, Faults: faults(c, k.checked, k.faults),
		Plug: func() {
			c.Unplug()
			if err := c.Plug(); err != nil {
				t.Fatal(err)
			}
		},
		CodeTraits: k.traits,
	}
	if k.traits.Triggered {
		b.Lit = d.Lit
	}
	return b
}

// faults are those of a line.
func faults(c *line.Cable, checked bool, of []line.Fault) (all []drivertest.CodeFault) {
	for _, f := range of {
		all = append(all, drivertest.CodeFault{
			Name:     f.String(),
			Harmless: f == line.OneByte || f == line.Split,
			Wrong:    !checked && f != line.Merged && f != line.Late,
			Gone:     f == line.Unplugged,
			Inject:   func() { c.Inject(f) },
			Release:  func() { c.Calm(); c.Release() },
		})
	}
	return all
}
