package printer_test

import (
	"context"
	"flag"
	"fmt"
	"image"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/escpos"
	"motcua/drivers/emu/line"
	"motcua/drivers/printer"
	"motcua/drivers/printer/ticket"
	"motcua/drivers/uart"
)

// slip is what the stories print: a short ticket, as they print many.
func slip() drivers.Ticket {
	return drivers.Slip{Caption: "Số thứ tự", Number: "A012", Next: "Mời ông/bà chờ trước phòng 112."}.Ticket()
}

// drawn is what has to be on the paper, for all stories.
var drawn = sync.OnceValues(func() (*ticket.Bitmap, error) {
	s, err := ticket.NewSetter(ticket.Paper80)
	if err != nil {
		return nil, err
	}
	return s.Set(slip())
})

func picture(t *testing.T) *ticket.Bitmap {
	t.Helper()
	b, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// bench is what all lines have in common.
func bench(t *testing.T, emulated *escpos.Printer, connect func(context.Context) (printer.Line, error)) *drivertest.PrinterBench {
	t.Helper()
	memory := &printer.Memory{}
	return &drivertest.PrinterBench{
		Hand: emulated,
		Sheets: func() (sheets []image.Image) {
			for _, s := range emulated.Sheets() {
				sheets = append(sheets, s.Printed())
			}
			return sheets
		},
		Hanging: func() image.Image { return emulated.Hanging() },
		Open: func(ctx context.Context) (drivers.Printer, error) {
			l, err := connect(ctx)
			if err != nil {
				return nil, err
			}
			return printer.New(l, printer.Options{Memory: memory})
		},
		Ticket: slip(),
		Want:   picture(t),
		Wrong:  drivers.Ticket{Blocks: []drivers.Block{{Kind: drivers.BlockText, Text: "ក"}}},
	}
}

// nearEnd is where the paper of these printers is low.
const nearEnd = 2000

// cabled is a bench at the end of a cable.
func cabled(t *testing.T, o escpos.Options, lay func(line.Device) (*line.Cable, error), open func(*line.Cable) (printer.Line, error)) *drivertest.PrinterBench {
	t.Helper()
	o.LowAt = nearEnd
	emulated := escpos.New(o)
	cable, err := lay(emulated)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cable.Close() })
	b := bench(t, emulated, func(context.Context) (printer.Line, error) { return open(cable) })
	b.Alone = true
	b.Unplug = cable.Unplug
	b.Plug = func() {
		if err := cable.Plug(); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []line.Fault{
		line.OneByte, line.Split, line.Merged, line.Garbage, line.Ready, line.Flipped, line.Truncated, line.Late,
		line.Twice, line.Noise, line.Reset, line.Unplugged,
	} {
		b.Faults = append(b.Faults, drivertest.PrinterFault{
			Name: f.String(), Unplugs: f == line.Unplugged,
			Inject: func(n int) { cable.Inject(append(make([]line.Fault, n-1), f)...) },
		})
	}
	return b
}

func inMemory(t *testing.T, o escpos.Options) *drivertest.PrinterBench {
	return cabled(t, o,
		func(d line.Device) (*line.Cable, error) { return line.InMemory(d, 1) },
		func(c *line.Cable) (printer.Line, error) {
			p, err := c.Open()
			if err != nil {
				return nil, err
			}
			return uart.Connect(p, uart.Settings{Baud: 115200})
		})
}

var soak = flag.Bool("soak", false, "have everything go wrong on ptys, too: takes minutes")

// stride is longer in short tests.
func stride(n int) int {
	if testing.Short() {
		return 4 * n
	}
	return n
}

// strideOfWaiting is that of the lines on which waiting takes time.
func strideOfWaiting() int {
	if *soak {
		return 47
	}
	return stride(397)
}

// TestMemory tells the stories of a printer at the end of a serial line in memory,
// in time that costs nothing.
func TestMemory(t *testing.T) {
	for name, c := range map[string]struct {
		options      escpos.Options
		late, stride int
	}{
		"clears":        {escpos.Options{}, 0, 47},
		"clears by ENQ": {escpos.Options{Clear: escpos.ClearByENQ}, 0, 149},
		"never clears":  {escpos.Options{Clear: escpos.ClearNever}, 2 * 16, 149},
	} {
		t.Run(name, func(t *testing.T) {
			drivertest.TestPrinter(t, drivertest.PrinterSuite{
				New: func(t *testing.T) *drivertest.PrinterBench {
					b := inMemory(t, c.options)
					b.Late = c.late
					if c.options.Clear != escpos.ClearByDC4 {
						b.Faults = nil // are those of the line, and told once
					}
					return b
				},
				Tell: synctest.Test, Stride: stride(c.stride), Waits: true,
			})
		})
	}
}

// TestPty tells them over a pty, with the real port.
func TestPty(t *testing.T) {
	t.Parallel() // it mostly waits
	drivertest.TestPrinter(t, drivertest.PrinterSuite{Stride: strideOfWaiting(), New: func(t *testing.T) *drivertest.PrinterBench {
		path := filepath.Join(t.TempDir(), "printer")
		b := cabled(t, escpos.Options{},
			func(d line.Device) (*line.Cable, error) { return line.OnPTY(path, d, 1) },
			func(*line.Cable) (printer.Line, error) {
				return printer.Serial(path, uart.Settings{Baud: 115200})
			})
		if !*soak {
			b.Faults = quick(b.Faults)
		}
		return b
	}})
}

// quick are the faults that cost no waiting.
func quick(all []drivertest.PrinterFault) (some []drivertest.PrinterFault) {
	for _, f := range all {
		switch f.Name {
		case line.OneByte.String(), line.Garbage.String(), line.Ready.String(), line.Unplugged.String():
			some = append(some, f)
		}
	}
	return some
}

// TestUSB tells them over a character device that is opened like one of usblp. A
// pty stands for it, which cannot be pulled like one: see usb_internal_test.go.
func TestPtyAsUSB(t *testing.T) {
	t.Parallel() // it mostly waits
	drivertest.TestPrinter(t, drivertest.PrinterSuite{Stride: strideOfWaiting(), Fixed: true, New: func(t *testing.T) *drivertest.PrinterBench {
		path := filepath.Join(t.TempDir(), "lp0")
		b := cabled(t, escpos.Options{},
			func(d line.Device) (*line.Cable, error) { return line.OnPTY(path, d, 1) },
			func(*line.Cable) (printer.Line, error) { return printer.USB(path) })
		b.Alone, b.Faults = false, nil
		return b
	}})
}

// called is a bench that is called over the loopback interface.
func called(t *testing.T, o escpos.Options) *drivertest.PrinterBench {
	t.Helper()
	o.LowAt = nearEnd
	emulated := escpos.New(o)
	address := "127.0.0.1:0" // and later the port that it gave
	var serving sync.WaitGroup
	var unplug context.CancelFunc
	plug := func() {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		address = l.Addr().String()
		var ctx context.Context
		ctx, unplug = context.WithCancel(context.Background())
		serving.Go(func() { _ = emulated.Serve(ctx, l) })
	}
	plug()
	t.Cleanup(func() { unplug(); serving.Wait() })
	b := bench(t, emulated, func(ctx context.Context) (printer.Line, error) { return printer.TCP(ctx, address) })
	b.Unplug = func() { unplug(); serving.Wait() }
	b.Plug = plug
	return b
}

// TestTCP tells them over the loopback interface.
func TestTCP(t *testing.T) {
	t.Parallel() // it mostly waits
	drivertest.TestPrinter(t, drivertest.PrinterSuite{Stride: strideOfWaiting(), New: func(t *testing.T) *drivertest.PrinterBench {
		return called(t, escpos.Options{Handshake: true})
	}})
}

func ExampleNew() {
	emulated := escpos.New(escpos.Options{})
	cable, err := line.InMemory(emulated, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = cable.Close() }()
	port, err := cable.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := uart.Connect(port, uart.Settings{Baud: 115200})
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := printer.New(l, printer.Options{Paper: ticket.Paper80})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = p.Close() }()
	fmt.Println(p.Print(context.Background(), drivers.Slip{Caption: "Số thứ tự", Number: "A012"}.Ticket()))
	fmt.Println(len(emulated.Sheets()))
	// Output:
	// <nil>
	// 2
}
