package gateway_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// TestThreatsPage: docs/threats.md has the twelve steps, each with tests that are
// there, or says that they are missing.
func TestThreatsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/threats.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`).FindAllStringSubmatch(string(page), -1)
	if len(rows) != 12 {
		t.Fatalf("docs/threats.md has %d rows of 12", len(rows))
	}
	named := regexp.MustCompile("`([a-z/]+)` (Test[A-Za-z0-9]+)")
	script := regexp.MustCompile("`([a-z]+)`")
	for i, row := range rows {
		if row[1] != strconv.Itoa(i+1) {
			t.Errorf("row %d is numbered %s", i+1, row[1])
		}
		found := 0
		for _, m := range named.FindAllStringSubmatch(row[4], -1) {
			found++
			if !declared(t, filepath.Join("..", "..", m[1]), m[2]) {
				t.Errorf("row %d names %s %s, which is not there", i+1, m[1], m[2])
			}
		}
		if _, scripts, some := strings.Cut(row[4], "script"); some {
			for _, m := range script.FindAllStringSubmatch(scripts, -1) {
				found++
				if _, err := os.Stat(filepath.Join("..", "..", "daemon", "cmd", "kioskd", "testdata", "script", m[1]+".txtar")); err != nil {
					t.Errorf("row %d names script %s: %v", i+1, m[1], err)
				}
			}
		}
		if missing := row[4] == "missing"; (found == 0) != missing {
			t.Errorf("row %d names %d tests: %q", i+1, found, row[4])
		}
	}
}

// TestStolenPassword: what opens a session is signed by a device of the facility and
// made in an officer's session with the officer's own card; there is no other way in.
func TestStolenPassword(t *testing.T) {
	w := newWatchful(t)
	w.rules.Off = append(w.rules.Off, "dormant-facility")
	d := w.fleet.Device(t, "k01")
	kind, _ := catalogue.Lookup(catalogue.VaccineSession)
	seal := func(changes ...change) gatewaytest.Message {
		return d.Seal(t, kind.ID, gatewaytest.Person(1), formsOf(kind)[0], append([]change{asDemanded(kind.Demand, request.E4), func(_ *request.Outer, i *request.Inner) {
			i.Officer.Role = "officer"
		}}, changes...)...)
	}
	a := attacked{t: t, c: w.centre, d: d}
	m := seal()
	for story, b := range map[string][]byte{
		"signed by nobody's device":       a.resign(m, gatewaytest.NewFleet(t, w.now).Device(t, "k01").Party, nil),
		"signed by the centre itself":     a.resign(m, w.fleet.Receipt, nil),
		"not signed at all":               m.Bytes[:len(m.Bytes)-64],
		"by a device of another facility": a.resign(m, w.fleet.DeviceAt(t, wire.Branch{Province: "99", Facility: "h009", Device: "k01"}).Party, nil),
	} {
		if reply, err := w.Process(t.Context(), d.Branch, b); fault.CodeOf(err) != fault.Refused || reply.Receipt != nil {
			t.Errorf("%s: %v", story, err)
		}
	}
	for reason, m := range map[string]gatewaytest.Message{
		"no-officer":            seal(func(_ *request.Outer, i *request.Inner) { i.Officer = nil }),
		"officer-not-on-roster": seal(func(_ *request.Outer, i *request.Inner) { i.Officer.Ref = "admin" }),
		"not-the-officers-card": seal(),
		"evidence-too-weak": seal(func(_ *request.Outer, i *request.Inner) {
			i.Evidence.Level, i.Evidence.Facts.Biometric, i.Evidence.Facts.Secret = request.E2, nil, false
		}),
	} {
		if reply, err := w.Process(t.Context(), d.Branch, m.Bytes); err != nil || reply.Status != request.StatusRefused || reply.Reason != reason {
			t.Errorf("%s: %s because of %q, %v", reason, reply.Status, reply.Reason, err)
		}
	}
	if w.calls[kind.ID] != 0 {
		t.Errorf("a session was opened %d times", w.calls[kind.ID])
	}
	if alarms := w.alarms(t); !slices.Contains(alarms, gateway.AlarmOfficer) {
		t.Errorf("alarms: %v", alarms)
	}
}

// TestPhantomSession: a device and an officer who are real record 36 doses at night,
// at a station where nothing was done for five months. None of them has an effect,
// and the alarm is there with the first.
func TestPhantomSession(t *testing.T) {
	w := newWatchful(t)
	d := w.fleet.Device(t, "k01")
	w.awake(d)
	w.pass(150*24*time.Hour, d)
	w.approvers() // the roster goes on
	begun := w.now
	for i := range 36 {
		w.pass(2*time.Minute, d)
		reply, _ := w.send(d, catalogue.RecordDose, i+1, nil)
		if reply.Status != request.StatusHeld || reply.Reason != "anomaly-dormant-facility" {
			t.Fatalf("dose %d: %s because of %q", i+1, reply.Status, reply.Reason)
		}
		if list, err := w.inbox.Alarms(t.Context()); err != nil || i == 0 && (len(list) == 0 || list[0].At-begun.UnixMilli() > (5*time.Minute).Milliseconds()) {
			t.Errorf("nobody is told within five minutes: %v, %v", list, err)
		}
	}
	if _, err := w.Work(t.Context()); err != nil || w.calls[catalogue.RecordDose] != 0 {
		t.Errorf("%d phantom doses were recorded, %v", w.calls[catalogue.RecordDose], err)
	}
	if n := w.counts(t)["V03 held"]; n != 36 {
		t.Errorf("%d of 36 are held", n)
	}
}

// TestLentCard: a card is at one hospital, and five minutes later at another; an hour
// later there is nothing strange about that.
func TestLentCard(t *testing.T) {
	w := newWatchful(t)
	here := w.fleet.Device(t, "k01")
	there := w.fleet.DeviceAt(t, wire.Branch{Province: "99", Facility: "h002", Device: "k02"})
	if reply, _ := w.send(here, catalogue.CheckIn, 1, nil); reply.Status != request.StatusAccepted {
		t.Fatalf("the first: %s", reply.Reason)
	}
	w.pass(5*time.Minute, here, there)
	if reply, _ := w.send(there, catalogue.CheckIn, 1, nil); reply.Reason != "anomaly-two-places" {
		t.Errorf("at two places: %s because of %q", reply.Status, reply.Reason)
	}
	if reply, _ := w.send(there, catalogue.CheckIn, 2, nil); reply.Status != request.StatusAccepted {
		t.Errorf("somebody else: %s because of %q", reply.Status, reply.Reason)
	}
	w.pass(time.Hour, here, there)
	if reply, _ := w.send(there, catalogue.CheckIn, 1, nil, func(_ *request.Outer, i *request.Inner) {
		form, err := request.Encode(request.CheckIn{Specialty: "eye"})
		if err != nil {
			t.Fatal(err)
		}
		i.Form = form
	}); reply.Status != request.StatusAccepted {
		t.Errorf("an hour later: %s because of %q", reply.Status, reply.Reason)
	}
}
