package main

import (
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

var update = flag.Bool("update", false, "write testdata/figures.golden anew")

// figuresPage is what a running gatewayd tells.
func (r *running) figuresPage(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`"msg":"figures","address":"([^"]+)"`).FindStringSubmatch(r.log.String())
	if found == nil {
		t.Fatalf("the log does not say where the figures are:\n%s", r.log)
	}
	resp, err := http.Get("http://" + found[1] + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", resp.Status, err)
	}
	return string(page)
}

// TestFigures: what happens moves the figures, and their names, kinds and meanings
// stay as they are.
func TestFigures(t *testing.T) {
	w := newWorld(t)
	w.write(t, "gatewayd.toml", []byte(tomlText+"\n[metrics]\nlisten = \"127.0.0.1:0\"\n"))
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	first := k.CheckIn(t, gatewaytest.Person(1), "internal")
	for range 2 {
		k.send(t, first)
		k.receipt(t)
	}
	k.send(t, k.CheckIn(t, gatewaytest.Person(1), "internal"))
	k.receipt(t)
	k.send(t, k.Seal(t, "Z99", gatewaytest.Person(1), request.CheckIn{Specialty: "internal"}))
	k.receipt(t)
	k.send(t, k.CheckIn(t, gatewaytest.Person(3), "internal", func(_ *request.Outer, i *request.Inner) {
		i.Evidence.Facts.Verdict, i.Evidence.Level = request.VerdictIntegrityOnly, request.E1
	}))
	k.receipt(t)
	k.send(t, gatewaytest.Message{Sealed: first.Sealed}) // again
	k.receipt(t)
	k.publish(t, k.Branch.Up("req"), []byte("noise"))
	other := w.fleet.Device(t, "k02")
	k.send(t, other.CheckIn(t, gatewaytest.Person(2), "internal")) // on a foreign branch
	k.send(t, first)
	k.receipt(t) // the others were processed beside it
	page := r.settled(t, "motcua_gateway_alarms_total", "motcua_gateway_dropped_total")
	lines := strings.Split(page, "\n")
	for _, want := range []string{
		`motcua_gateway_requests_total{service="H01",status="accepted"} 1`,
		`motcua_gateway_requests_total{service="H01",status="duplicate"} 1`,
		`motcua_gateway_requests_total{service="other",status="refused"} 1`,
		`motcua_gateway_reasons_total{reason="unknown-service"} 1`,
		`motcua_gateway_repeated_total 3`,
		`motcua_gateway_dropped_total{fault="CENTRE-01"} 1`,
		`motcua_gateway_alarms_total{kind="foreign-branch"} 1`,
		`motcua_gateway_failed_total 0`,
		`motcua_gateway_process_seconds_count 7`,
		`motcua_broker_devices 1`,
		`motcua_gateway_waiting_messages 0`,
		`motcua_gateway_held 1`,
		`motcua_gateway_requests_total{service="H01",status="held"} 1`,
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
	nobody(t, page)
	for _, device := range []string{"k01", "k02", "h001"} {
		if strings.Contains(page, device) {
			t.Errorf("%s is on the page: labels must not grow with the fleet", device)
		}
	}
	sameNames(t, lines)
}

// settled waits until these figures are there: messages are processed beside each
// other.
func (r *running) settled(t *testing.T, names ...string) string {
	t.Helper()
	for range 200 {
		page := r.figuresPage(t)
		if !slices.ContainsFunc(names, func(n string) bool { return !strings.Contains(page, "\n"+n+"{") }) {
			return page
		}
		<-r.log.news
	}
	t.Fatalf("these figures do not come: %v", names)
	return ""
}

func sameNames(t *testing.T, lines []string) {
	t.Helper()
	var names strings.Builder
	for _, l := range lines {
		if strings.HasPrefix(l, "# ") && strings.Contains(l, " motcua_") {
			names.WriteString(l + "\n")
		}
	}
	golden := filepath.Join("testdata", "figures.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(names.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || names.String() != string(want) {
		t.Errorf("%v; got\n%s", err, names.String())
	}
}

// TestFiguresOff: without a setting nobody listens.
func TestFiguresOff(t *testing.T) {
	w := newWorld(t)
	if r := w.start(t); strings.Contains(r.log.String(), `"msg":"figures"`) {
		t.Errorf("figures are served:\n%s", r.log)
	}
}
