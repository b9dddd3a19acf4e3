package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/simcentral"
)

// world is a folder with a configuration and everything it names.
type world struct {
	dir   string
	fleet *gatewaytest.Fleet
}

const tomlText = `[broker]
listen = "127.0.0.1:0"
certificate = "tls.crt"
key = "tls.key"
client_ca = "ca.crt"

[receipt]
certificate = "receipt.crt"
key = "receipt.key"

[document]
certificate = "document.crt"
key = "document.key"

[service]
key = "service.key"

[inbox]
file = "data/inbox.db"

[sim]
bhyt = "bhyt.json"

[trust]
csca = "csca"
`

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), fleet: gatewaytest.NewFleet(t, time.Now())}
	if err := os.Mkdir(w.path("csca"), 0o700); err != nil {
		t.Fatal(err)
	}
	service, err := w.fleet.Service.PEM()
	if err != nil {
		t.Fatal(err)
	}
	records, err := json.Marshal(map[string]simcentral.Record{
		gatewaytest.Person(1).Number: {Code: "000", CardNo: "GD4990990000001", ValidFrom: "2020-01-01", ValidTo: "2099-12-31", FacilityName: "Bệnh viện Mẫu"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"gatewayd.toml": []byte(tomlText), "ca.crt": w.fleet.CA.CertPEM(),
		"tls.crt": w.fleet.Server.CertPEM(), "tls.key": w.fleet.Server.KeyPEM(t),
		"receipt.crt": w.fleet.Receipt.CertPEM(), "receipt.key": w.fleet.Receipt.KeyPEM(t),
		"document.crt": w.fleet.Document.CertPEM(), "document.key": w.fleet.Document.KeyPEM(t),
		"csca/csca.der": w.fleet.Issuer.CSCA.Cert.Raw, "service.key": service, "bhyt.json": records,
	} {
		w.write(t, name, data)
	}
	return w
}

func (w *world) write(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(w.path(name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// running is a gatewayd that serves inside this process.
type running struct {
	port string
	log  *buffer
	stop func() int
}

// buffer is a log that can be read while it is written.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
	news chan struct{}
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.news <- struct{}{}:
	default:
	}
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// start runs gatewayd until the test ends or stop is called, and waits until it is
// ready.
func (w *world) start(t *testing.T) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	log := &buffer{news: make(chan struct{}, 1)}
	status := make(chan int, 1)
	portFile := w.path("port")
	go func() {
		status <- run(ctx, []string{"-config", w.path("gatewayd.toml"), "-port-file", portFile}, os.Stdout, log)
	}()
	r := &running{log: log, stop: sync.OnceValue(func() int { cancel(); return <-status })}
	t.Cleanup(func() { r.stop() })
	deadline := time.After(30 * time.Second)
	for !strings.Contains(log.String(), `"msg":"ready"`) {
		select {
		case <-log.news:
		case s := <-status:
			status <- s
			t.Fatalf("gatewayd ended with %d:\n%s", s, log.String())
		case <-deadline:
			t.Fatalf("gatewayd is not ready:\n%s", log.String())
		}
	}
	port, err := os.ReadFile(portFile)
	if err != nil {
		t.Fatal(err)
	}
	r.port = strings.TrimSpace(string(port))
	return r
}

// says waits until the log holds a text.
func (r *running) says(t *testing.T, text string) {
	t.Helper()
	deadline := time.After(patience)
	for !strings.Contains(r.log.String(), text) {
		select {
		case <-r.log.news:
		case <-deadline:
			t.Fatalf("the log does not say %q:\n%s", text, r.log.String())
		}
	}
}

// inbox is the output of gatewayd inbox.
func (w *world) inbox(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs strings.Builder
	if status := run(t.Context(), append([]string{"inbox", "-config", w.path("gatewayd.toml")}, args...), &out, &errs); status != exitOK {
		t.Fatalf("inbox ended with %d: %s", status, errs.String())
	}
	return out.String()
}

var errTimeout = errors.New("nothing came in time")

// within waits for a value.
func within[T any](c <-chan T, d time.Duration) (T, error) {
	select {
	case v := <-c:
		return v, nil
	case <-time.After(d):
		var zero T
		return zero, fmt.Errorf("%w: %v", errTimeout, d)
	}
}
