package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

const (
	portalPassword = "invented-password"
	portalOfficer  = "ĐẶNG HẢI SƠN"
	portalNumber   = "099085000001"
)

// portalText replaces the simulated records by a portal.
const portalText = `[bhyt]
address = "http://127.0.0.1:%s"
user = "99001_DEMO"
password_file = "bhyt.password"
officers = "officers.toml"`

// withPortal makes the world ask a portal on a port.
func (w *world) withPortal(t *testing.T, port string) {
	t.Helper()
	w.write(t, "gatewayd.toml", []byte(strings.Replace(tomlText, "[sim]\nbhyt = \"bhyt.json\"", fmt.Sprintf(portalText, port), 1)))
	w.write(t, "bhyt.password", []byte(portalPassword+"\n"))
	w.write(t, "officers.toml", []byte("[officer.op-1]\nname = \""+portalOfficer+"\"\nnumber = \""+portalNumber+"\"\n\n[facility.h001]\ndefault = \"op-1\"\n"))
	w.write(t, "scenario.json", fmt.Appendf(nil, `{
		"account": {"username": "99001_DEMO", "password": %q},
		"officers": [{"name": %q, "number": %q}],
		"people": {%q: {"code": "000", "name": "NGUYỄN THỊ MẪU", "birth": "1990-02-01", "card_no": "GD4990990000001",
			"valid_from": "2020-01-01", "valid_to": "2099-12-31", "facility_name": "Trạm y tế Mẫu"}}
	}`, portalPassword, portalOfficer, portalNumber, gatewaytest.Person(1).Number))
}

// edit replaces a part of the configuration.
func (w *world) edit(t *testing.T, old, with string) {
	t.Helper()
	b, err := os.ReadFile(w.path("gatewayd.toml"))
	if err != nil || !strings.Contains(string(b), old) {
		t.Fatalf("nothing to replace: %v", err)
	}
	w.write(t, "gatewayd.toml", []byte(strings.Replace(string(b), old, with, 1)))
}

// play runs gatewayd sim for a system and returns its port.
func (w *world) play(t *testing.T, system string) string {
	t.Helper()
	return w.playWith(t, system, "scenario.json")
}

// playWith is that with another scenario.
func (w *world) playWith(t *testing.T, system, scenario string) string {
	t.Helper()
	file := w.path(system + ".port")
	w.beside(t, "sim", system, "-scenario", w.path(scenario), "-port-file", file)
	port, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(port))
}

// beside runs a command of gatewayd that goes on until the test ends, and waits until
// it is ready.
func (w *world) beside(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{log: &buffer{news: make(chan struct{}, 1)}}
	status := make(chan int, 1)
	go func() { status <- run(ctx, args, os.Stdout, r.log) }()
	t.Cleanup(sync.OnceFunc(func() {
		cancel()
		if s := <-status; s != exitOK {
			t.Errorf("%s %s ended with %d: %s", args[0], args[1], s, r.log.String())
		}
	}))
	r.says(t, `"msg":"ready"`)
	return r
}

// TestPortal: gatewayd asks the portal for a kiosk over the broker, and its log tells
// no secret.
func TestPortal(t *testing.T) {
	w := newWorld(t)
	w.withPortal(t, "0")
	w.withPortal(t, w.play(t, "bhyt"))
	r := w.start(t)
	d := w.fleet.Device(t, "k01")
	k := connect(t, w, r.port, d)
	person := gatewaytest.Person(1)
	k.send(t, d.CardValidity(t, person))
	if res, err := envelope.VerifyResult(k.result(t), w.fleet.Roots, time.Now()); err != nil || res.Class != request.ClassOK || res.Service != "H09" {
		t.Errorf("class %s, %v", res.Class, err)
	}
	r.says(t, `"msg":"settled","device":"k01","service":"H09"`)
	text := r.log.String()
	for _, secret := range []string{portalPassword, portalOfficer, portalNumber, person.Number, person.Name, "token="} {
		if strings.Contains(text, secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
	if s := r.stop(); s != exitOK {
		t.Errorf("ended with %d", s)
	}
	raw, err := os.ReadFile(w.path("data/inbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{portalPassword, portalOfficer, portalNumber, "GD4990990000001"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("the inbox tells %q", secret)
		}
	}
}

// TestPortalConfig: what is wrong is told before anybody is served.
func TestPortalConfig(t *testing.T) {
	for _, c := range []struct {
		story  string
		change func(t *testing.T, w *world)
		says   string
	}{
		{"both", func(t *testing.T, w *world) {
			w.write(t, "gatewayd.toml", []byte(tomlText+fmt.Sprintf(portalText, "1")))
		}, "bhyt and sim.bhyt are both set"},
		{"no officers", func(t *testing.T, w *world) { w.edit(t, "officers = \"officers.toml\"", "") }, "bhyt.officers is not set"},
		{"another host without TLS", func(t *testing.T, w *world) { w.edit(t, "127.0.0.1:1\"", "egw.example\"") }, `want "https://host"`},
		{"a password that others read", func(t *testing.T, w *world) {
			if err := os.Chmod(w.path("bhyt.password"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, "chmod 600"},
		{"no password", func(t *testing.T, w *world) { w.write(t, "bhyt.password", nil) }, "want one line"},
		{"a bad list", func(t *testing.T, w *world) { w.write(t, "officers.toml", []byte("[officer.op-1]\nname = \"X\"\n")) }, `officer "op-1"`},
	} {
		t.Run(c.story, func(t *testing.T) {
			w := newWorld(t)
			w.withPortal(t, "1")
			c.change(t, w)
			var errs strings.Builder
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			if status := run(ctx, []string{"-check-config", "-config", w.path("gatewayd.toml")}, os.Stdout, &errs); status != exitUsage || !strings.Contains(errs.String(), c.says) {
				t.Errorf("ended with %d: %s", status, errs.String())
			}
			if strings.Contains(errs.String(), portalPassword) {
				t.Error("the password is told")
			}
		})
	}
}

// TestSimRefuses: a simulation serves this machine alone, and needs a scenario.
func TestSimRefuses(t *testing.T) {
	w := newWorld(t)
	w.withPortal(t, "1")
	for _, args := range [][]string{
		{"sim"},
		{"sim", "his"},
		{"sim", "bhyt"},
		{"sim", "hub", "-scenario", w.path("scenario.json")},
		{"sim", "bhyt", "-scenario", w.path("scenario.json"), "-listen", "0.0.0.0:0"},
		{"sim", "bhyt", "-scenario", w.path("bhyt.json")},
	} {
		var errs strings.Builder
		if status := run(t.Context(), args, os.Stdout, &errs); status != exitUsage || errs.Len() == 0 {
			t.Errorf("%q ended with %d: %s", args, status, errs.String())
		}
	}
}
