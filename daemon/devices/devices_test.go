package devices_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"motcua/daemon/config"
	"motcua/daemon/devices"
	"motcua/drivers"
	"motcua/drivers/board"
	"motcua/drivers/emu/gpiochip"
	"motcua/drivers/supervisor"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

var boardConfig = config.Board{
	LampCard: "L1", LampStaff: "L5", Buzzer: "BUZZER", Tamper: "TAMPER", StaffButton: "STAFF", Presence: "PIR",
}

// kiosk is a visit, and what was told of the devices.
type kiosk struct {
	t       *testing.T
	chip    *gpiochip.Chip
	printer printer
	devices *devices.Devices
	log     bytes.Buffer

	mu      sync.Mutex
	snap    local.Snapshot
	newer   chan struct{}
	parts   []local.PartState
	faults  []fault.Code
	pressed int
	cases   []bool // what was told of the case
	codes   []string
}

// story begins with a board and a printer, in a bubble.
func story(t *testing.T, tell func(k *kiosk)) {
	t.Helper()
	storyWith(t, func(*gpiochip.Chip) {}, tell)
}

// storyWith begins with a board that something was done to before.
func storyWith(t *testing.T, before func(*gpiochip.Chip), tell func(k *kiosk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		k := &kiosk{t: t, newer: make(chan struct{})}
		k.chip = gpiochip.New(1, "L1", "L5", "BUZZER", "TAMPER", "STAFF", "PIR")
		k.chip.Close("TAMPER")
		before(k.chip)
		d, err := devices.New(devices.Options{
			Config: config.Devices{Board: &boardConfig, Printer: &config.Port{Path: "tcp://printer.example:9100"}},
			Drivers: devices.Drivers{
				Board: func(p board.Pins) (drivers.Board, error) { return board.Open(k.chip, p) },
				Printer: &devices.Driver[drivers.Printer]{
					Open: func(context.Context, string, config.Port) (drivers.Printer, error) { return &k.printer, nil },
				},
			},
			Ports: supervisor.NewPorts(t.TempDir()), Host: k, Show: k.show, Fault: k.fault,
			Jitter: func() float64 { return 0.5 }, Log: slog.New(slog.NewTextHandler(&k.log, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		k.devices = d
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		time.Sleep(time.Second)
		tell(k)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// State, CallStaff, show and fault make the kiosk everything that devices tell.
func (k *kiosk) State() (local.Snapshot, <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.snap, k.newer
}

func (k *kiosk) CallStaff() {
	k.mu.Lock()
	k.pressed++
	k.mu.Unlock()
	k.see(func(s *local.Snapshot) { s.Kiosk.StaffCalled = true })
}

func (k *kiosk) Scanned(payload []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.codes = append(k.codes, string(payload))
}

func (k *kiosk) SetCase(open bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cases = append(k.cases, open)
}

func (k *kiosk) show(parts []local.PartState) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.parts = parts
}

func (k *kiosk) fault(c fault.Code) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.faults = append(k.faults, c)
}

// see changes what the screen shows.
func (k *kiosk) see(change func(*local.Snapshot)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	change(&k.snap)
	close(k.newer)
	k.newer = make(chan struct{})
}

// is checks how a part is told.
func (k *kiosk) is(part, state string, code fault.Code) {
	k.t.Helper()
	synctest.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.IndexFunc(k.parts, func(p local.PartState) bool { return p.Part == part })
	if i < 0 {
		k.t.Fatalf("nothing is told of %s: %+v", part, k.parts)
	}
	p := k.parts[i]
	if p.State != state || p.Code != code || (code != "") != (p.Do != "") {
		k.t.Errorf("told: %+v, want %s %s", p, state, code)
	}
}

func (k *kiosk) lamp(name string, want gpio.Level) {
	k.t.Helper()
	synctest.Wait()
	if got := k.chip.Level(name); got != want {
		k.t.Errorf("lamp %s is %v, want %v", name, got, want)
	}
}

func TestBoardFollowsTheVisit(t *testing.T) {
	story(t, func(k *kiosk) {
		k.is("board", "ready", "")
		k.is("case", "ready", "")
		k.lamp("L1", gpio.High)
		k.see(func(s *local.Snapshot) { s.Visit = &local.Visit{Step: local.StepPlace} })
		before := len(k.chip.Changes("L1"))
		time.Sleep(10 * time.Second)
		if n := len(k.chip.Changes("L1")) - before; n < 18 || n > 22 {
			k.t.Errorf("%d changes in 10 s of blinking", n)
		}
		k.see(func(s *local.Snapshot) { s.Visit.Step = local.StepIdentify })
		time.Sleep(time.Second)
		k.lamp("L1", gpio.Low)
	})
}

func TestStaffAreCalled(t *testing.T) {
	story(t, func(k *kiosk) {
		k.chip.Close("STAFF")
		time.Sleep(time.Second / 10)
		k.lamp("L5", gpio.High)
		k.chip.Open("STAFF")
		time.Sleep(10 * time.Second)
		if k.pressed != 1 {
			k.t.Errorf("called %d times", k.pressed)
		}
		heard := len(k.chip.Changes("BUZZER"))
		if heard < 5 || k.chip.Level("BUZZER") != gpio.Low {
			k.t.Errorf("the buzzer: %v", k.chip.Changes("BUZZER"))
		}
		k.see(func(s *local.Snapshot) { s.Kiosk.StaffCalled = false })
		time.Sleep(time.Second)
		k.lamp("L5", gpio.Low)
		if len(k.chip.Changes("BUZZER")) != heard {
			k.t.Error("the buzzer goes on")
		}
	})
}

func TestCase(t *testing.T) {
	story(t, func(k *kiosk) {
		k.chip.Open("TAMPER")
		time.Sleep(time.Second)
		k.is("case", "degraded", fault.CaseOpen)
		k.is("board", "ready", "")
		if open, watched := k.devices.CaseOpen(); !open || !watched {
			k.t.Error("the case is not told as open")
		}
		k.chip.Close("TAMPER")
		time.Sleep(time.Second)
		k.is("case", "ready", "")
		k.heardOfCase(false, true, false)
	})
}

// heardOfCase checks what the visit was told of the case, in order.
func (k *kiosk) heardOfCase(want ...bool) {
	k.t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.Equal(k.cases, want) {
		k.t.Errorf("told of the case %v, want %v", k.cases, want)
	}
}

// A case that was open all the time is told as such, and one whose switch nobody
// could ever read counts as open after a while.
func TestCaseFromTheStart(t *testing.T) {
	for name, before := range map[string]func(*gpiochip.Chip){
		"open":   func(c *gpiochip.Chip) { c.Open("TAMPER") },
		"unread": func(c *gpiochip.Chip) { c.Unplug() },
	} {
		t.Run(name, func(t *testing.T) {
			storyWith(t, before, func(k *kiosk) {
				time.Sleep(10 * time.Second)
				k.is("case", "degraded", fault.CaseOpen)
				k.heardOfCase(true)
			})
		})
	}
}

// A board that is pulled is told, and nobody can say that the case is closed.
func TestBoardPulled(t *testing.T) {
	story(t, func(k *kiosk) {
		k.chip.Unplug()
		time.Sleep(time.Minute)
		k.is("board", "gone", fault.BoardGone)
		k.is("case", "degraded", fault.CaseOpen)
		k.heardOfCase(false, true)
		for _, c := range []fault.Code{fault.BoardGone, fault.CaseOpen} {
			if !slices.Contains(k.faults, c) {
				k.t.Errorf("%s was not counted: %v", c, k.faults)
			}
		}
		if !strings.Contains(k.log.String(), "do=\"plug it in and restart kioskd\"") {
			k.t.Errorf("the log says: %s", k.log.String())
		}
	})
}

// printer is one whose paper ends.
type printer struct {
	mu     sync.Mutex
	status drivers.PrinterStatus
}

func (p *printer) set(s drivers.PrinterStatus) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = s
}

func (p *printer) Status(context.Context) (drivers.PrinterStatus, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status, nil
}

func (*printer) Probe(context.Context) (drivers.Info, error) {
	return drivers.Info{Class: drivers.ClassPrinter, Vendor: "Maker", Model: "P80", Port: "tcp://printer.example:9100"}, nil
}
func (*printer) Print(context.Context, drivers.Ticket) error { return nil }
func (*printer) Close() error                                { return nil }

func TestPaperIsTold(t *testing.T) {
	story(t, func(k *kiosk) {
		k.is("printer", "ready", "")
		for _, tt := range []struct {
			status drivers.PrinterStatus
			want   fault.Code
		}{
			{drivers.PrinterStatus{PaperLow: true}, fault.PaperLow},
			{drivers.PrinterStatus{PaperLow: true, PaperOut: true}, fault.PaperOut},
			{drivers.PrinterStatus{CoverOpen: true}, fault.CoverOpen},
		} {
			k.printer.set(tt.status)
			time.Sleep(16 * time.Second)
			k.is("printer", "degraded", tt.want)
		}
		k.printer.set(drivers.PrinterStatus{})
		time.Sleep(16 * time.Second)
		k.is("printer", "ready", "")
		if what := k.parts[0].What; what != "Maker P80 at tcp://printer.example:9100" {
			k.t.Errorf("the printer is %q", what)
		}
	})
}

// What no driver opens is a fault of the configuration.
func TestWhatNoDriverOpens(t *testing.T) {
	have := devices.Drivers{CodeReader: &devices.Driver[drivers.CodeReader]{Models: []string{"gm65", "ssi"}}}
	auto := config.Port{Path: config.Auto}
	for _, tt := range []struct {
		config config.Devices
		want   string
	}{
		{config.Devices{}, ""},
		{config.Devices{CodeReader: &auto}, ""},
		{config.Devices{CodeReader: &config.Port{Path: config.Auto, Model: "ssi"}}, ""},
		{config.Devices{CodeReader: &config.Port{Path: config.Auto, Model: "gm66"}}, `devices.code_reader.model: "gm66" is none of gm65, ssi`},
		{config.Devices{FingerReader: &auto}, "devices.finger_reader: there is no driver for it"},
		{config.Devices{Printer: &auto, Board: &boardConfig}, "devices.printer: there is no driver for it; devices.board: there is no driver for it"},
	} {
		err := have.Check(tt.config)
		if tt.want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		fe, ok := errors.AsType[*fault.Error](err)
		if !ok || fe.Code != fault.ConfigInvalid || fe.Err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
		if _, err := devices.New(devices.Options{Config: tt.config, Drivers: have}); err == nil {
			t.Errorf("%+v was taken", tt.config)
		}
	}
}
