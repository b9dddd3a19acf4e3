package main

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"motcua/protocol/gateway/gatewaytest"
)

// TestStartRefused: what is wrong is told in one line that says what to do, and
// everything that is wrong at once.
func TestStartRefused(t *testing.T) {
	inUse, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = inUse.Close() }()
	replace := func(old, text string) func(*testing.T, *world) {
		return func(t *testing.T, w *world) {
			w.write(t, "gatewayd.toml", []byte(strings.Replace(tomlText, old, text, 1)))
		}
	}
	remove := func(name string) func(*testing.T, *world) {
		return func(t *testing.T, w *world) {
			if err := os.Remove(w.path(name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		story  string
		change func(*testing.T, *world)
		status int
		lines  []string
	}{
		{"no configuration", remove("gatewayd.toml"), exitUsage, []string{"there is no configuration", "name the file with -config"}},
		{"not TOML", replace("[broker]", "[broker"), exitUsage, []string{"gatewayd.toml", "line 2"}},
		{"an unknown key", replace("[inbox]", "[inbox]\nsize = 5"), exitUsage, []string{`unknown key "inbox.size"; remove it or correct its name`}},
		{"several faults", replace("[sim]\nbhyt = \"bhyt.json\"", "[simulator]\nx = 1"), exitUsage, []string{`unknown key "simulator.x"`, "sim.bhyt is not set; set it to a file"}},
		{"no address", replace(`"127.0.0.1:0"`, `"8883"`), exitUsage, []string{`broker.listen is "8883"; set it to host:port`}},
		{"port in use", replace("127.0.0.1:0", inUse.Addr().String()), exitFail, []string{"address already in use; stop the program that uses it, or change broker.listen"}},
		{"an address of another machine", replace("127.0.0.1:0", "192.0.2.1:8883"), exitFail, []string{"correct broker.listen"}},
		{"a missing key", remove("service.key"), exitUsage, []string{"service.key: there is no file", "put it there or correct the path"}},
		{"several missing files", func(t *testing.T, w *world) { remove("tls.key")(t, w); remove("bhyt.json")(t, w) }, exitUsage, []string{"broker.key: there is no file", "sim.bhyt: there is no file"}},
		{"a key that does not fit", func(t *testing.T, w *world) { w.write(t, "tls.key", w.fleet.Receipt.KeyPEM(t)) }, exitUsage, []string{"broker: certificate", "do not fit"}},
		{"a public service key", func(t *testing.T, w *world) { w.write(t, "service.key", w.fleet.Service.Public().PEM()) }, exitUsage, []string{`PEM block is "MOTCUA SERVICE PUBLIC KEY"`}},
		{"a device's certificate for receipts", func(t *testing.T, w *world) {
			d := w.fleet.Device(t, "k01")
			w.write(t, "receipt.crt", d.CertPEM())
			w.write(t, "receipt.key", d.KeyPEM(t))
		}, exitUsage, []string{"receipt.certificate", "purpose is not documentSigning alone", `with OU "receipt"`}},
		{"receipts of another fleet", func(t *testing.T, w *world) {
			other := gatewaytest.NewFleet(t, time.Now())
			w.write(t, "receipt.crt", other.Receipt.CertPEM())
			w.write(t, "receipt.key", other.Receipt.KeyPEM(t))
		}, exitUsage, []string{"issued by an unknown authority"}},
		{"authorities that are none", func(t *testing.T, w *world) { w.write(t, "csca/device.crt", w.fleet.Device(t, "k01").CertPEM()) }, exitUsage, []string{`trust.csca: "device.crt"`, "take it out of the folder"}},
		{"two ways to trust", replace("[trust]", "[trust]\nbundle = \"x\""), exitUsage, []string{"trust.csca and trust.bundle are both set", "belong together"}},
		{"no inbox", replace(`file = "data/inbox.db"`, ""), exitUsage, []string{"inbox.file is not set; set it to a file, or inbox.postgres to a database"}},
		{"two inboxes", replace("[inbox]", "[inbox]\npostgres = \"postgres://gateway@localhost/motcua\""), exitUsage, []string{"inbox.file and inbox.postgres are both set"}},
		{"no place for the broker's store", replace(`file = "data/inbox.db"`, "postgres = \"postgres://gateway@localhost/motcua\""), exitUsage, []string{"broker.store is not set"}},
		{"a password in the address", func(t *testing.T, w *world) {
			text := strings.Replace(tomlText, `file = "data/inbox.db"`, `postgres = "postgres://gateway:secret@localhost/motcua"`, 1)
			w.write(t, "gatewayd.toml", []byte(strings.Replace(text, "[broker]", "[broker]\nstore = \"store\"", 1)))
		}, exitUsage, []string{"inbox.postgres: the connection string holds a password; move it to a file of its own, and name it in inbox.password_file"}},
		{"half a node", replace("[inbox]", "[cluster]\nlisten = \"127.0.0.1:0\"\n\n[inbox]"), exitUsage, []string{
			"cluster.name is \"\"", "cluster.nats is \"\"; set it to host:port", "cluster.routes is not set", "cluster.ca is not set", "broker.store is not set", "receipt.key has no meaning for a node of the cluster; remove it",
		}},
		{"half a worker", replace("[broker]", "[broker]\nnats = [\"nats://127.0.0.1:4222\"]"), exitUsage, []string{
			"broker.nats has a wrong address; set it to tls://host:port", "broker.listen has no meaning beside broker.nats", "cluster.key is not set",
		}},
		{"a cluster of nobody", replace("[inbox]", "[cluster]\nname = \"n1\"\n\n[inbox]"), exitUsage, []string{"cluster.listen is not set"}},
		{"an inbox that is none", func(t *testing.T, w *world) {
			replace("data/inbox.db", "bhyt.json")(t, w)
		}, exitFail, []string{"inbox.file: opening inbox", "file is not a database"}},
	} {
		t.Run(c.story, func(t *testing.T) {
			w := newWorld(t)
			c.change(t, w)
			var stderr strings.Builder
			status := run(t.Context(), []string{"-config", w.path("gatewayd.toml")}, os.Stdout, &stderr)
			if status != c.status {
				t.Errorf("ended with %d", status)
			}
			for _, line := range c.lines {
				if !strings.Contains(stderr.String(), line) {
					t.Errorf("says\n%swithout %q", stderr.String(), line)
				}
			}
			for line := range strings.Lines(stderr.String()) {
				if !strings.HasPrefix(line, "gatewayd: ") && !strings.HasPrefix(line, "{") {
					t.Errorf("a line that is not its own: %q", line)
				}
			}
		})
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
		out    string
	}{
		{[]string{"-h"}, exitOK, "usage:"},
		{[]string{"inbox", "-h"}, exitOK, "usage:"},
		{[]string{"-wrong"}, exitUsage, "not defined: -wrong\nusage:"},
		{[]string{"explode"}, exitUsage, `unknown argument "explode"`},
		{[]string{"inbox", "more"}, exitUsage, `unknown argument "more"`},
	} {
		var out strings.Builder
		if status := run(t.Context(), c.args, &out, &out); status != c.status || !strings.Contains(out.String(), c.out) {
			t.Errorf("%q ended with %d: %s", c.args, status, out.String())
		}
	}
}

// TestCheckConfig: -check-config says nothing about a good configuration, and
// leaves nothing behind.
func TestCheckConfig(t *testing.T) {
	w := newWorld(t)
	var stderr strings.Builder
	if status := run(t.Context(), []string{"-config", w.path("gatewayd.toml"), "-check-config"}, os.Stdout, &stderr); status != exitOK || stderr.Len() > 0 {
		t.Errorf("ended with %d: %s", status, stderr.String())
	}
	if _, err := os.Stat(w.path("data")); err == nil {
		t.Error("the inbox was made")
	}
	if got := w.inbox(t); got != "" {
		t.Errorf("an inbox that is not there holds %q", got)
	}
	if got := w.inbox(t, "-json"); got != "{\"requests\":[],\"alarms\":[]}\n" {
		t.Errorf("as JSON %q", got)
	}
}
