package devices

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"motcua/daemon/config"
	"motcua/drivers"
	"motcua/drivers/supervisor"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// Options are what devices are made of.
type Options struct {
	Config  config.Devices
	Drivers Drivers
	Ports   *supervisor.Ports
	Host    Host
	// Show is told how all devices are after every change, in order; Fault, which
	// code a change brought. Both must return at once.
	Show   func([]local.PartState)
	Fault  func(fault.Code)
	Jitter func() float64 // in [0,1)
	Log    *slog.Logger
}

// Devices are the configured devices. One that is not configured is nil.
type Devices struct {
	CodeReader   *supervisor.Supervisor[drivers.CodeReader]
	FingerReader *supervisor.Supervisor[drivers.FingerReader]
	Printer      *supervisor.Supervisor[drivers.Printer]
	board        *supervisor.Supervisor[drivers.Board]

	o     Options
	panel *panel
	runs  []func(context.Context) error

	mu     sync.Mutex // guards health and tamper, and keeps what is told in order
	health []drivers.Health
	tamper tamper
}

// tamper is what is known of the case.
type tamper struct {
	watched bool // there is a tamper switch
	known   bool // it, or its absence, was told to the visit
	open    bool // or not known to be closed
	since   time.Time
}

// unreadFor is how long after the start nobody may be able to tell whether the
// case is open before it counts as open.
const unreadFor = 10 * time.Second

// New prepares the configured devices; Run keeps them attached. Its error is that
// of [Drivers.Check].
func New(o Options) (*Devices, error) {
	if err := o.Drivers.Check(o.Config); err != nil {
		return nil, err
	}
	d := &Devices{o: o}
	d.reserve()
	if p := o.Config.CodeReader; p != nil {
		d.CodeReader = supervise(d, drivers.ClassCode, *p, o.Ports.Serial, o.Drivers.CodeReader, nil)
	}
	if p := o.Config.FingerReader; p != nil {
		d.FingerReader = supervise(d, drivers.ClassFinger, *p, o.Ports.Serial, o.Drivers.FingerReader, nil)
	}
	if p := o.Config.Printer; p != nil {
		d.Printer = supervise(d, drivers.ClassPrinter, *p, o.Ports.Printers, o.Drivers.Printer, printerTrouble)
	}
	if o.Config.Board != nil {
		d.addBoard(*o.Config.Board)
	}
	return d, nil
}

// reserve keeps the ports that have a name out of those that are looked through.
func (d *Devices) reserve() {
	for _, p := range []*config.Port{d.o.Config.CodeReader, d.o.Config.FingerReader, d.o.Config.Printer} {
		if p != nil && p.Path != config.Auto {
			d.o.Ports.Reserve(p.Path)
		}
	}
}

// supervise adds a device that is plugged in somewhere.
func supervise[D drivers.Device](d *Devices, class drivers.Class, p config.Port, auto func() []string, driver *Driver[D], check func(context.Context, D) error) *supervisor.Supervisor[D] {
	c := supervisor.Config[D]{
		Class: class, Paths: auto, Claim: d.o.Ports.Claim, Check: check, Tell: d.changed, Jitter: d.o.Jitter,
		Open: func(ctx context.Context, path string) (D, error) { return driver.Open(ctx, path, p) },
	}
	switch {
	case strings.Contains(p.Path, "://"):
		c.Paths = func() []string { return []string{p.Path} }
	case p.Path != config.Auto:
		c.Paths = d.o.Ports.At(p.Path)
	}
	return add(d, c)
}

// add makes a supervisor that Run runs.
func add[D drivers.Device](d *Devices, c supervisor.Config[D]) *supervisor.Supervisor[D] {
	s := supervisor.New(c)
	d.health = append(d.health, s.Health())
	d.runs = append(d.runs, s.Run)
	return s
}

// Print prints a ticket on the printer. It fails at once with the reason when there
// is none at the moment.
func (d *Devices) Print(ctx context.Context, t drivers.Ticket) error {
	return d.Printer.Use(ctx, func(ctx context.Context, p drivers.Printer) error { return p.Print(ctx, t) })
}

// printerTrouble asks a printer for what its probe does not tell.
func printerTrouble(ctx context.Context, p drivers.Printer) error {
	status, err := p.Status(ctx)
	if err != nil {
		return err
	}
	return status.Trouble()
}

// addBoard adds the board, which is plugged in nowhere in particular.
func (d *Devices) addBoard(b config.Board) {
	d.tamper = tamper{watched: b.Tamper != "", open: true, since: time.Now()}
	d.panel = newPanel(d.o.Host, d.happened, d.o.Log)
	d.board = add(d, supervisor.Config[drivers.Board]{
		Class:  drivers.ClassBoard,
		Paths:  func() []string { return []string{"gpio"} },
		Open:   func(context.Context, string) (drivers.Board, error) { return d.o.Drivers.Board(pinsOf(b)) },
		Attend: d.panel.attend,
		Tell:   d.changed,
		Jitter: d.o.Jitter,
	})
}

// Run keeps the devices attached until ctx ends, and lets go of them then.
func (d *Devices) Run(ctx context.Context) error {
	d.mu.Lock()
	d.show()
	d.mu.Unlock()
	var g errgroup.Group
	for _, run := range d.runs {
		g.Go(func() error { return run(ctx) })
	}
	if d.panel != nil {
		g.Go(func() error { d.panel.follow(ctx); return nil })
	}
	if d.CodeReader != nil {
		codes := scanner{host: d.o.Host, reader: d.CodeReader}
		g.Go(func() error { codes.follow(ctx); return nil })
	}
	defer time.AfterFunc(unreadFor, d.unread).Stop()
	if err := g.Wait(); ctx.Err() == nil {
		return err
	}
	return nil
}

// Health tells how the devices are, for figures.
func (d *Devices) Health() []drivers.Health {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.health)
}

// CaseOpen tells whether the case is open, or not known to be closed; watched is
// false when there is no tamper switch.
func (d *Devices) CaseOpen() (open, watched bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tamper.watched && d.tamper.open, d.tamper.watched
}
