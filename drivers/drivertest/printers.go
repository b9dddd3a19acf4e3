package drivertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"motcua/drivers"
)

// TestPrinter tells every story of [drivers.Printer] on a fresh bench each.
func TestPrinter(t *testing.T, suite PrinterSuite) {
	suite.Stride = max(1, suite.Stride)
	type story struct {
		name string
		tell func(p printers)
	}
	stories := []story{
		{"says who it is", printerProbed},
		{"says how it is", printerStatus},
		{"prints one ticket after the other", printsTickets},
		{"ticket that cannot be set", ticketWrong},
		{"no paper", paperOutBefore},
		{"paper low", paperLow},
		{"paper ends in a ticket", paperEnds},
		{"cover open", coverOpenBefore},
		{"cover opened in a ticket", coverOpened},
		{"cutter blocked", cutterBlocked},
		{"head broken", headBroken},
		{"head hot", headHot},
		{"cancelled before it began", printCancelledBefore},
		{"cancelled in a ticket", printCancelled},
		{"past its deadline in a ticket", printDeadline},
		{"in use", printerInUse},
		{"closed", printerClosed},
		{"every fault at every answer", printerFaults},
	}
	if suite.Waits {
		stories = append(stories, story{"stands still", standsStill})
	}
	if !suite.Fixed {
		stories = append(stories, story{"unplugged", printerUnplugged}, story{"unplugged in a ticket", printerUnpluggedWithin})
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			tell := suite.Tell
			if tell == nil {
				t.Parallel() // mostly waiting
				tell = func(t *testing.T, story func(*testing.T)) { story(t) }
			}
			tell(t, func(t *testing.T) {
				b := suite.New(t)
				p := printers{b, suite, t, dotsOf(b.Want), &judged{}}
				s.tell(p)
				p.nothingLost()
			})
		})
	}
}

func printerProbed(p printers) {
	d := p.open()
	for range 2 {
		info, err := d.Probe(p.context())
		if err != nil {
			p.t.Fatal(err)
		}
		if info.Class != drivers.ClassPrinter || info.Model == "" || info.Port == "" {
			p.t.Fatalf("a printer that is %+v", info)
		}
	}
	p.prints(d)
	p.understood()
	// One without paper is there, too.
	p.Hand.LoadPaper(0)
	if _, err := d.Probe(p.context()); err != nil {
		p.t.Fatal(err)
	}
}

func printerStatus(p printers) {
	d := p.open()
	for _, c := range []struct {
		do   func()
		want drivers.PrinterStatus
		end  func()
	}{
		{func() {}, drivers.PrinterStatus{}, func() {}},
		{p.Hand.OpenCover, drivers.PrinterStatus{CoverOpen: true}, p.Hand.CloseCover},
		{func() { p.Hand.LoadPaper(0) }, drivers.PrinterStatus{PaperOut: true, PaperLow: true}, func() { p.Hand.LoadPaper(fullRoll) }},
		{func() { p.Hand.LoadPaper(1) }, drivers.PrinterStatus{PaperLow: true}, func() { p.Hand.LoadPaper(fullRoll) }},
		{p.Hand.Break, drivers.PrinterStatus{Fault: true}, p.Hand.Mend},
		{func() {}, drivers.PrinterStatus{}, func() {}},
	} {
		c.do()
		if got, err := d.Status(p.context()); err != nil || got != c.want {
			p.t.Fatalf("status %+v, %v, want %+v", got, err, c.want)
		}
		c.end()
	}
}

// fullRoll is 80 m of paper, in rows.
const fullRoll = 640_000

func printsTickets(p printers) {
	d := p.open()
	for range 3 {
		p.prints(d)
	}
	if got := len(p.Sheets()); got > 4 {
		p.t.Errorf("%d pieces of paper for 3 tickets", got)
	}
	p.understood()
}

func ticketWrong(p printers) {
	d := p.open()
	p.prints(d)
	sheets := len(p.Sheets())
	if err := d.Print(p.context(), p.Wrong); err == nil {
		p.t.Fatal("a ticket was printed that cannot be set")
	}
	p.nothingLater(0)
	if len(p.Sheets()) != sheets {
		p.t.Fatal("paper was cut for a ticket that cannot be set")
	}
	p.prints(d)
}

func paperOutBefore(p printers) {
	d := p.open()
	p.Hand.LoadPaper(0)
	p.fails(d, drivers.ErrPaperOut)
	p.fails(d, drivers.ErrPaperOut)
	p.Hand.LoadPaper(fullRoll)
	p.nothingLater(0)
	p.prints(d)
}

func paperLow(p printers) {
	d := p.open()
	p.Hand.LoadPaper(p.Want.Bounds().Dy() + 500)
	p.prints(d)
	if s, err := d.Status(p.context()); err != nil || !s.PaperLow || s.PaperOut {
		p.t.Fatalf("status %+v, %v, want paper low", s, err)
	}
}

// everywhere does something when the head has printed so many rows of a ticket, at
// many places of it, each with a driver that has printed one before.
func (p printers) everywhere(tell func(d drivers.Printer, rows int)) {
	p.t.Helper()
	for rows := 1; rows < p.Want.Bounds().Dy(); rows += p.Stride {
		p.Hand.LoadPaper(fullRoll)
		d := p.open()
		p.prints(d)
		tell(d, rows)
		_ = d.Close() // it may be gone
	}
}

func paperEnds(p printers) {
	p.everywhere(func(d drivers.Printer, rows int) {
		p.Hand.LoadPaper(rows)
		p.fails(d, drivers.ErrPaperOut)
		p.fails(d, drivers.ErrPaperOut)
		p.Hand.LoadPaper(fullRoll)
		p.nothingLater(p.Late)
		p.prints(d)
	})
}

func coverOpenBefore(p printers) {
	d := p.open()
	p.Hand.OpenCover()
	p.fails(d, drivers.ErrCoverOpen)
	p.Hand.CloseCover()
	p.nothingLater(0)
	p.prints(d)
}

// during does something at a row of the ticket that is being printed, and gives
// what Print returns.
func (p printers) during(ctx context.Context, d drivers.Printer, rows int, do func()) error {
	p.t.Helper()
	before := p.tickets()
	there := p.Hand.HoldAfter(rows)
	done := make(chan error, 1)
	go func() { done <- d.Print(ctx, p.Ticket) }()
	select {
	case <-there:
	case err := <-done:
		p.t.Fatalf("printing ended before row %d: %v", rows, err)
	}
	do()
	err := p.ended(done)
	if got := p.tickets() - before; got != 0 {
		p.t.Fatalf("printed %d whole tickets and failed", got)
	}
	return err
}

// ended is what a call returns that ends soon.
func (p printers) ended(done <-chan error) error {
	p.t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(longest):
		p.t.Fatal("printing did not end")
		return nil
	}
}

// interrupted tells what happens when a ticket is interrupted at many places.
func (p printers) interrupted(stop, mend func(), want error) {
	p.t.Helper()
	p.everywhere(func(d drivers.Printer, rows int) {
		err := p.during(p.context(), d, rows, func() { stop(); p.Hand.Release() })
		if !errors.Is(err, want) {
			p.t.Fatalf("at row %d: got %v, want: %v", rows, err, want)
		}
		mend()
		p.nothingLater(rows + p.Late)
		p.prints(d)
		p.understood()
	})
}

func coverOpened(p printers) {
	p.interrupted(p.Hand.OpenCover, p.Hand.CloseCover, drivers.ErrCoverOpen)
}

func headBroken(p printers) {
	p.interrupted(p.Hand.Break, p.Hand.Mend, drivers.ErrDeviceFault)
}

func cutterBlocked(p printers) {
	d := p.open()
	p.prints(d)
	before := p.tickets()
	p.Hand.JamCutter()
	p.fails(d, drivers.ErrDeviceFault)
	if s, err := d.Status(p.context()); err != nil || !s.Fault {
		p.t.Fatalf("status %+v, %v, want a fault", s, err)
	}
	p.Hand.FreeCutter()
	if err := d.Print(p.context(), p.Ticket); err != nil {
		p.t.Fatalf("printing: %v", err)
	}
	// The one that was not cut off is cut off now; it was printed to its end.
	if got := p.tickets() - before; got != 2 {
		p.t.Fatalf("%d tickets, want the one that was not cut off and the new one", got)
	}
}

func headHot(p printers) {
	d := p.open()
	there := p.Hand.HoldAfter(p.Want.Bounds().Dy() / 2)
	done := make(chan error, 1)
	go func() { done <- d.Print(p.context(), p.Ticket) }()
	<-there
	p.Hand.Heat()
	p.Hand.Release()
	pause := 500 * time.Millisecond
	if p.Waits {
		pause = 40 * time.Second
	}
	select {
	case err := <-done:
		p.t.Fatalf("printing ended while the head was hot: %v", err)
	case <-time.After(pause):
	}
	p.Hand.Cool()
	if err := p.ended(done); err != nil {
		p.t.Fatal(err)
	}
	if p.tickets() != 1 {
		p.t.Fatal("the ticket is not whole")
	}
}

func printCancelledBefore(p printers) {
	d := p.open()
	p.prints(d)
	ctx, cancel := context.WithCancel(p.t.Context())
	cancel()
	if err := d.Print(ctx, p.Ticket); !errors.Is(err, context.Canceled) {
		p.t.Errorf("printing: got %v, want the context's error", err)
	}
	if _, err := d.Status(ctx); !errors.Is(err, context.Canceled) {
		p.t.Errorf("status: got %v, want the context's error", err)
	}
	if _, err := d.Probe(ctx); !errors.Is(err, context.Canceled) {
		p.t.Errorf("probe: got %v, want the context's error", err)
	}
	p.nothingLater(0)
	p.prints(d)
}

func printCancelled(p printers) {
	p.everywhere(func(d drivers.Printer, rows int) {
		ctx, cancel := context.WithCancel(p.t.Context())
		defer cancel()
		if err := p.during(ctx, d, rows, cancel); !errors.Is(err, context.Canceled) {
			p.t.Fatalf("at row %d: got %v, want the context's error", rows, err)
		}
		p.Hand.Release()
		p.nothingLater(rows + p.Late)
		p.prints(d)
	})
}

func printDeadline(p printers) {
	d := p.open()
	p.prints(d)
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Second)
	defer cancel()
	began := time.Now()
	if err := p.during(ctx, d, 100, func() {}); !errors.Is(err, context.DeadlineExceeded) {
		p.t.Fatalf("got %v, want the context's error", err)
	}
	if p.Waits && time.Since(began) > 2*time.Second {
		p.t.Errorf("it took %v to end with the context", time.Since(began))
	}
	p.Hand.Release()
	p.nothingLater(100 + p.Late)
	p.prints(d)
}

func standsStill(p printers) {
	d := p.open()
	p.prints(d)
	if err := p.during(p.context(), d, 100, func() {}); !errors.Is(err, drivers.ErrNoAnswer) {
		p.t.Fatalf("got %v, want no answer", err)
	}
	p.Hand.Release()
	p.nothingLater(100 + p.Late)
	p.prints(d)
}

func printerInUse(p printers) {
	d := p.open()
	if p.Alone {
		if second, err := p.Open(p.context()); !errors.Is(err, drivers.ErrInUse) {
			p.t.Fatalf("opening it twice: %v, %v, want in use", second, err)
		}
	}
	p.prints(d)
}

func printerClosed(p printers) {
	d := p.open()
	p.prints(d)
	for range 2 {
		if err := d.Close(); err != nil {
			p.t.Fatal(err)
		}
	}
	p.fails(d, drivers.ErrDeviceGone)
	p.prints(p.open())
}

func printerUnplugged(p printers) {
	d := p.open()
	p.prints(d)
	p.Unplug()
	p.fails(d, drivers.ErrDeviceGone)
	if _, err := d.Status(p.context()); !errors.Is(err, drivers.ErrDeviceGone) {
		p.t.Errorf("status: got %v, want gone", err)
	}
	if second, err := p.Open(p.context()); !errors.Is(err, drivers.ErrDeviceGone) {
		p.t.Errorf("opening what is not there: %v, %v, want gone", second, err)
	}
	_ = d.Close() // gone already
	p.Plug()
	p.prints(p.open())
}

func printerUnpluggedWithin(p printers) {
	p.everywhere(func(d drivers.Printer, rows int) {
		err := p.during(p.context(), d, rows, func() { p.Unplug(); p.Hand.Release() })
		if !errors.Is(err, drivers.ErrDeviceGone) {
			p.t.Fatalf("at row %d: got %v, want gone", rows, err)
		}
		_ = d.Close()
		p.Plug()
		p.nothingLater(rows + p.Late)
		fresh := p.open()
		p.prints(fresh)
		_ = fresh.Close()
	})
}

// printerFaults: whatever befalls an answer, the ticket is printed, or its failure
// is told; and the next one is whole, on a sheet of its own.
func printerFaults(p printers) {
	for _, f := range p.Faults {
		for n := 1; n < p.Want.Bounds().Dy()/16+12; n += max(1, p.Stride/16) {
			d := p.open()
			before := p.tickets()
			f.Inject(n)
			err := d.Print(p.context(), p.Ticket)
			if err == nil && p.tickets() != before+1 {
				p.t.Fatalf("%s at answer %d: printed %d tickets and told of no failure", f.Name, n, p.tickets()-before)
			}
			if err != nil && !inVocabulary(err) {
				p.t.Fatalf("%s at answer %d: %v", f.Name, n, err)
			}
			if errors.Is(err, drivers.ErrDeviceGone) {
				_ = d.Close()
				if f.Unplugs {
					p.Plug()
				}
				d = p.open()
			}
			p.recovers(d)
			p.prints(d)
			_ = d.Close()
		}
	}
}

// recovers gives the printer the second chance that its errors promise: retry
// once.
func (p printers) recovers(d drivers.Printer) {
	p.t.Helper()
	if err := d.Print(p.context(), p.Ticket); err != nil {
		p.t.Logf("once more: %v", err)
	}
}

func inVocabulary(err error) bool {
	for _, e := range []error{
		drivers.ErrDeviceGone, drivers.ErrNoAnswer, drivers.ErrProtocol, drivers.ErrDeviceFault,
		drivers.ErrPaperOut, drivers.ErrCoverOpen,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
