package main_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers/emu"
	"motcua/drivers/emu/world"
	"motcua/drivers/rig"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// patience is how long a script waits for something; a busy machine is slow.
const patience = 90 * time.Second

type command = func(ts *testscript.TestScript, neg bool, args []string)

// commands are the words that the stories add to testscript's own.
//
//	pcscd start|stop                  the card reader service
//	start kioskd|gatewayd|reader      a program of the world, ready
//	start hub                         the agencies' hub, simulated from the story's hub.json
//	start portal                      the insurer's portal, simulated
//	portal configure                  makes the centre ask it
//	portal answers PERSONA CODE       what it says about somebody
//	start board                       kioskd with an emulated board
//	board configure                   names the board's lines in the configuration
//	board HAND LINE                   what is done to the board: close, open, drive, rest, unplug
//	lamp LINE on|off|blinks           waits until a lamp, or the buzzer, does so
//	devices configure                 names the ports of "start reader --devices ports" in the configuration
//	health FILE                       what kioskd serves at /v1/health
//	quit PROGRAM / kill9 PROGRAM      by SIGTERM / by SIGKILL
//	place PERSONA / lift              the card on the reader; lift ends when kioskd has seen it
//	officer STEP [PERSONA]            the officer's card, placed and read, up to that step
//	office configure                  what officers' services need: registry, hub, plan, SoftHSM, finger reader
//	token OFFICER|pull|plug           makes that officer's token the one that is plugged in; pulls it, plugs it in again
//	thatsession note|answer           notes the vaccination session that the kiosk keeps, or answers with its number
//	serve SERVICE                     the officer chooses a service, and begins it
//	takefirst                         the officer takes the first task
//	enrol FINGER                      the finger laid down and lifted as the screen asks, to its end
//	touch FINGER WHAT VALUE           the finger laid down again and again, until the screen's state is that
//	picture shown|none                what an officer compares the person with, for the screen alone
//	vaccination configure|open|attest N  the day around the doses; see cmdVaccination
//	start registry                    the immunisation registry, simulated
//	emulator WORD...                  what is done to the devices; see emulator serve --help
//	scanslip N FACILITY               holds the slip of the Nth check-in before the scanner
//	birthfile keep|scan               remembers a newborn's file that was begun, holds its slip before the scanner
//	release REASON                    reception lets go what the centre holds since longest
//	takeall LETTERS N M               takes the numbers of a block, one after the other
//	another ID                        makes the kiosk another one of its facility
//	tap VERB [VALUE] [FIELD]          what the person does; "can:PERSONA" is the person's six digits
//	waitfor WHAT [VALUE]              the screen's state, see waits
//	within TIME WHAT [VALUE]          the same, and no later
//	private PERSONA FILE...           nothing of the person is in files or folders
//	count N FILE TEXT                 TEXT occurs on N lines
//	figures FILE                      what kioskd serves at /metrics
//	follow PROGRAM TEXT               waits until a program has logged TEXT
//	disk DIR SIZE / fill DIR          a small disk of its own
func commands() map[string]command {
	return map[string]command{
		"pcscd": staged(cmdPCSCD), "start": staged(cmdStart), "quit": staged(cmdStop), "kill9": staged(cmdKill),
		"place": staged(cmdPlace), "roster": staged(cmdRoster), "lift": staged(cmdLift), "tap": staged(cmdTap), "waitfor": staged(cmdWaitFor),
		"private": cmdPrivate, "count": staged(cmdCount), "disk": staged(cmdDisk), "fill": staged(cmdFill),
		"devices": staged(cmdDevices), "emulator": staged(cmdEmulator), "officer": staged(cmdOfficer), "enrol": staged(cmdEnrol), "touch": staged(cmdTouch),
		"portal": staged(cmdPortal), "picture": staged(cmdPicture), "vaccination": staged(cmdVaccination),
		"hospital": staged(cmdHospital), "scanappointment": staged(cmdScanAppointment), "slip": staged(cmdSlip),
		"office": staged(cmdOffice), "token": staged(cmdToken), "thatsession": staged(cmdThatSession), "serve": staged(cmdServe), "takefirst": staged(cmdTakeFirst),
		"scanslip": staged(cmdScanSlip), "birthfile": staged(cmdBirthFile), "takeall": staged(cmdTakeAll), "another": staged(cmdAnother),
		"release": staged(cmdRelease), "figures": staged(cmdFigures), "health": staged(cmdHealth), "board": staged(cmdBoard), "lamp": staged(cmdLamp),
		"within": staged(cmdWithin), "follow": staged(cmdFollow),
	}
}

// staged gives a command its stage; commands succeed or end the script.
func staged(f func(ts *testscript.TestScript, s *stage, args []string)) command {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg {
			ts.Fatalf("not with !")
		}
		f(ts, ts.Value(stageKey{}).(*stage), args)
	}
}

func need(ts *testscript.TestScript, args []string, least, most int) {
	if len(args) < least || len(args) > most {
		ts.Fatalf("%d arguments, want %d to %d", len(args), least, most)
	}
}

func bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

func (s *stage) createWorld() error { return world.Create(s.dir, world.Options{}) }

func cmdPCSCD(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	ctx, cancel := bounded()
	defer cancel()
	var err error
	switch args[0] {
	case "start":
		s.pcscd, err = rig.StartPCSCD(ctx)
	case "stop":
		err = s.pcscd.Stop()
		s.pcscd = nil
	}
	ts.Check(err)
}

func cmdStart(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 9)
	switch args[0] {
	case "kioskd":
		ts.Check(s.startKioskd(args[1:]...))
	case "board":
		ts.Check(s.startBoard())
	case "gatewayd":
		ts.Check(s.startGateway())
	case "portal":
		ts.Check(s.startPortal())
	case "registry":
		ts.Check(s.startRegistry())
	case "hospital":
		ts.Check(s.startHospital())
	case "reader":
		ts.Check(s.startReader(args[1:]...))
	case "hub":
		ts.Check(s.startHub())
	default:
		ts.Fatalf("no program %s", args[0])
	}
}

func (s *stage) startKioskd(flags ...string) error {
	ready := func(ctx context.Context) error { _, err := s.api.state(ctx); return err }
	return s.start("kioskd", ready, append([]string{"-v", "-config", filepath.Join(s.dir, "kioskd.toml")}, flags...)...)
}

func (s *stage) startGateway() error {
	return s.start("gatewayd", nil, "-config", filepath.Join(s.dir, "gatewayd.toml"))
}

func (s *stage) startReader(flags ...string) error {
	ready := func(context.Context) error { _, err := os.Stat(s.control()); return err }
	args := []string{"serve", "--world", s.dir, "--control", s.control(), "--vpcd", rig.Addr0}
	return s.start("emulator", ready, append(args, flags...)...)
}

// control is the socket over which cards are placed and lifted.
func (s *stage) control() string { return filepath.Join(s.dir, "reader.sock") }

func cmdStop(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	ts.Check(s.stop(args[0], false))
}

func cmdKill(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	ts.Check(s.stop(args[0], true))
}

func cmdPlace(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	ts.Check(ts.Exec("emulator", "place", args[0], "--control", s.control()))
}

// cmdRoster signs a roster with a serial number, as if so many hours ago, for this or
// another facility, and lays it where kioskd looks.
func cmdRoster(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 2, 3)
	facility := world.DefaultFacility
	if len(args) == 3 {
		facility = args[2]
	}
	serial, err := strconv.ParseUint(args[0], 10, 32)
	ts.Check(err)
	hours, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(world.Roster(s.dir, facility, serial, time.Now().Add(-time.Duration(hours)*time.Hour)))
}

func cmdLift(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 0, 0)
	ts.Check(ts.Exec("emulator", "lift", "--control", s.control()))
	if s.processes["kioskd"] == nil || s.pcscd == nil {
		return // nobody looks
	}
	ctx, cancel := bounded()
	defer cancel()
	ts.Check(s.api.until(ctx, func(s local.Snapshot) bool {
		return !s.Kiosk.CardLeft && (s.Visit == nil || !s.Visit.CardPresent)
	}))
}

func cmdEmulator(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 9)
	ts.Check(ts.Exec("emulator", append(args, "--control", s.control())...))
}

func cmdTap(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 3)
	ctx, cancel := bounded()
	defer cancel()
	a := local.Action{Verb: local.Verb(args[0]), Lang: "vi"}
	if len(args) > 1 {
		a.Value = valueOf(ts, args[1])
	}
	if len(args) > 2 {
		a.Field = args[2]
	}
	if a.Verb == local.VerbAnswer && a.Field == "" { // to what is being asked
		s, err := s.api.state(ctx)
		ts.Check(err)
		if s.Visit != nil && s.Visit.Question != nil {
			a.Field = s.Visit.Question.Field
		}
	}
	status, err := s.api.tap(ctx, a)
	ts.Check(err)
	if status != 204 {
		ts.Fatalf("%s was answered with %d", a.Verb, status)
	}
}

// valueOf reads a value from a persona, so that no story repeats one.
func valueOf(ts *testscript.TestScript, text string) string {
	kind, id, found := strings.Cut(text, ":")
	if !found {
		return text
	}
	switch kind {
	case "can":
		return persona(ts, id).CAN()
	case "qr":
		return persona(ts, id).QR()
	case "number":
		return persona(ts, id).Number
	case "name":
		return persona(ts, id).Name
	case "birth":
		return persona(ts, id).Birth.Format("02/01/2006")
	}
	return text
}

func persona(ts *testscript.TestScript, id string) *emu.Persona {
	all, err := emu.LoadPersonas()
	ts.Check(err)
	p, err := emu.FindPersona(all, id)
	ts.Check(err)
	return p
}

func cmdWaitFor(ts *testscript.TestScript, s *stage, args []string) { waitFor(ts, s, patience, args) }

func cmdWithin(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 2, 3)
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	begun := time.Now()
	waitFor(ts, s, limit, args[1:])
	ts.Logf("%s after %v", strings.Join(args[1:], " "), time.Since(begun).Round(time.Millisecond))
}

func waitFor(ts *testscript.TestScript, s *stage, limit time.Duration, args []string) {
	need(ts, args, 1, 2)
	value := ""
	if len(args) == 2 {
		value = args[1]
	}
	want, ok := waits(args[0], value)
	if !ok {
		ts.Fatalf("nothing to wait for: %s", args[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	ts.Check(s.api.until(ctx, want))
}

// waits are what a story can wait for.
func waits(what, value string) (func(local.Snapshot) bool, bool) {
	receipt := func(s local.Snapshot) local.Receipt {
		if s.Visit == nil || s.Visit.Receipt == nil {
			return local.Receipt{}
		}
		return *s.Visit.Receipt
	}
	all := map[string]func(local.Snapshot) bool{
		"online":   func(s local.Snapshot) bool { return s.Kiosk.Online },
		"offline":  func(s local.Snapshot) bool { return !s.Kiosk.Online },
		"ready":    func(s local.Snapshot) bool { return s.Kiosk.Reader && s.Kiosk.Fault == nil },
		"attract":  func(s local.Snapshot) bool { return s.Visit == nil },
		"fault":    func(s local.Snapshot) bool { return s.Kiosk.Fault != nil && s.Kiosk.Fault.Code == fault.Code(value) },
		"returned": func(s local.Snapshot) bool { return !s.Kiosk.CardLeft },
		"failed": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Key != nil && strconv.Itoa(s.Visit.Key.Failed) == value
		},
		"called":   func(s local.Snapshot) bool { return s.Kiosk.StaffCalled },
		"uncalled": func(s local.Snapshot) bool { return !s.Kiosk.StaffCalled },
		"device": func(s local.Snapshot) bool {
			return slices.ContainsFunc(s.Kiosk.Devices, func(d local.DeviceState) bool {
				return value == d.Device+"="+d.State || d.Fault != nil && value == d.Device+"="+string(d.Fault.Code)
			})
		},
		"ask": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Finger != nil && fmt.Sprintf("%s-%d", s.Visit.Finger.Ask, s.Visit.Finger.Number) == value
		},
		"finger": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Finger != nil && string(s.Visit.Finger.Word) == value
		},
		"code":     func(s local.Snapshot) bool { return string(s.Kiosk.Code) == value },
		"slip":     func(s local.Snapshot) bool { return s.Visit != nil && string(s.Visit.Slip) == value },
		"waiting":  func(s local.Snapshot) bool { return strconv.Itoa(s.Kiosk.Waiting) == value },
		"empty":    func(s local.Snapshot) bool { return s.Visit == nil && !s.Kiosk.CardLeft },
		"lifted":   func(s local.Snapshot) bool { return s.Visit != nil && !s.Visit.CardPresent },
		"step":     func(s local.Snapshot) bool { return s.Visit != nil && string(s.Visit.Step) == value },
		"saved":    func(s local.Snapshot) bool { return receipt(s).Saved && !receipt(s).Received },
		"received": func(s local.Snapshot) bool { return receipt(s).Received },
		"number":   func(s local.Snapshot) bool { return calls(s, value) },
		"estimate": func(s local.Snapshot) bool { return s.Visit != nil && s.Visit.Ticket != nil && !s.Visit.Ticket.Unknown },
		"fee": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Fee != nil && strconv.FormatUint(s.Visit.Fee.Due, 10) == value && s.Visit.Fee.Code != ""
		},
		"arrival": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Arrival != nil && s.Visit.Arrival.TextKey == "arrival."+value
		},
		"bill": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Bill != nil && s.Visit.Bill.State == value
		},
		"claim": func(s local.Snapshot) bool { return s.Visit != nil && s.Visit.Claim },
		"pays": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Insurance != nil && s.Visit.Insurance.Pays
		},
		"ticket": func(s local.Snapshot) bool { return s.Visit != nil && s.Visit.Ticket != nil },
		"verdict": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Person != nil && s.Visit.Person.Verdict == value
		},
		"level": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Person != nil && s.Visit.Person.Level == value
		},
		"insurance": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Insurance != nil && s.Visit.Insurance.Class == value
		},
		"question": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Question != nil && s.Visit.Question.Field == value
		},
		"wrong": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Question != nil && s.Visit.Question.Problem == value
		},
		"issued": func(s local.Snapshot) bool { return s.Visit != nil && s.Visit.Issued != nil },
		"refused": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Problem != nil && s.Visit.Problem.Said != nil && s.Visit.Problem.Said.EN == value
		},
		"filed": func(s local.Snapshot) bool { return s.Visit != nil && s.Visit.Filed != nil },
		"held":  func(s local.Snapshot) bool { return receipt(s).Held },
		"withheld": func(s local.Snapshot) bool {
			return slices.ContainsFunc(s.Kiosk.Services, func(o local.Offer) bool { return value == o.Service+"="+string(o.Withheld) })
		},
		"task": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Office != nil && len(s.Visit.Office.Tasks) > 0
		},
		"outcome": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Office != nil && s.Visit.Office.Outcome != nil &&
				(string(s.Visit.Office.Outcome.Word) == value || s.Visit.Office.Outcome.Reason == value)
		},
		"token": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Office != nil && s.Visit.Office.Token != nil && string(s.Visit.Office.Token.Code) == value
		},
		"report": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Duty != nil && string(s.Visit.Duty.Report) == value
		},
		"denied": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Duty != nil && slices.ContainsFunc(s.Visit.Duty.Services, func(o local.Offer) bool { return value == o.Service+"="+string(o.Withheld) })
		},
		"lookup": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Lookup != nil && string(s.Visit.Lookup.State) == value
		},
		"certificate": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Certificate != nil && s.Visit.Certificate.Status == value
		},
		"problem": func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Problem != nil && s.Visit.Problem.Code == fault.Code(value)
		},
	}
	f, ok := all[what]
	return f, ok
}

// secrets are texts that must not leave the visit in clear.
func secrets(p *emu.Persona) []string {
	document, _, _ := p.MRZKey()
	ascii := strings.Split(p.QR(), "|")
	all := []string{p.Name, p.Number, document, p.Residence, p.OldNumber}
	for _, part := range ascii {
		if len(part) > 8 {
			all = append(all, part)
		}
	}
	if p.Insurance.CardNo != "" {
		all = append(all, p.Insurance.CardNo)
	}
	return all
}

// cmdPrivate fails when a file holds something of a persona; with ! when none does.
func cmdPrivate(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, args, 2, 99)
	p := persona(ts, args[0])
	looked, found := 0, ""
	for _, name := range args[1:] {
		ts.Check(filepath.WalkDir(ts.MkAbs(name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			looked++
			for i, secret := range secrets(p) {
				if secret != "" && bytes.Contains(data, []byte(secret)) {
					found = fmt.Sprintf("%s holds secret %d of %s in clear", path, i, p.ID)
				}
			}
			return nil
		}))
	}
	switch {
	case looked == 0:
		ts.Fatalf("there was nothing to look at")
	case neg && found == "":
		ts.Fatalf("nothing of %s was found", p.ID)
	case !neg && found != "":
		ts.Fatalf("%s", found)
	}
}

func cmdCount(ts *testscript.TestScript, _ *stage, args []string) {
	need(ts, args, 3, 3)
	data := ts.ReadFile(args[1])
	got := 0
	for line := range strings.Lines(data) {
		if strings.Contains(line, args[2]) {
			got++
		}
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("%d lines of %s hold %q, want %s:\n%s", got, args[1], args[2], args[0], data)
	}
}

func cmdDisk(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 2, 2)
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+args[1]))
	s.undo = append(s.undo, func() error { return syscall.Unmount(dir, syscall.MNT_DETACH) })
}

func cmdFill(ts *testscript.TestScript, _ *stage, args []string) {
	need(ts, args, 1, 1)
	f, err := os.Create(filepath.Join(ts.MkAbs(args[0]), "ballast"))
	ts.Check(err)
	defer f.Close()
	block := make([]byte, 4096)
	for {
		if _, err := f.Write(block); err != nil {
			return // full, as wanted
		}
	}
}

func cmdFigures(ts *testscript.TestScript, s *stage, args []string) {
	keepPage(ts, s, local.PathMetrics, args)
}

func cmdHealth(ts *testscript.TestScript, s *stage, args []string) {
	keepPage(ts, s, local.PathHealth, args)
}

// keepPage writes a page of kioskd's into a file.
func keepPage(ts *testscript.TestScript, s *stage, path string, args []string) {
	need(ts, args, 1, 1)
	ctx, cancel := bounded()
	defer cancel()
	page, err := s.api.page(ctx, path)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), page, 0o600))
}

func cmdFollow(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 2, 2)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); ; {
		log, err := os.ReadFile(s.log(args[0]))
		ts.Check(err)
		if bytes.Contains(log, []byte(args[1])) {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("%s has not logged %s", args[0], args[1])
		}
	}
}
