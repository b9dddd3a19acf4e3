package localapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/daemon/localapi"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// host is a kiosk with one number that changes.
type host struct {
	mu      sync.Mutex
	rev     uint64
	changed chan struct{}
	acted   []local.Verb
	err     error
}

func newHost() *host { return &host{changed: make(chan struct{})} }

func (h *host) State() (local.Snapshot, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return local.Snapshot{Version: local.Version, Rev: h.rev}, h.changed
}

func (h *host) Act(_ context.Context, a local.Action) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.acted = append(h.acted, a.Verb)
	return h.err
}

// Picture makes the host one that shows a picture of one pixel in visit v-1.
func (h *host) Picture(_ context.Context, visit string) (local.Picture, bool) {
	return local.Picture{W: 1, H: 1, RGB: []byte{7, 8, 9}}, visit == "v-1"
}

func (h *host) Health() local.Health { return local.Health{Version: "test", Ready: true} }

func (h *host) change() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rev++
	close(h.changed)
	h.changed = make(chan struct{})
}

func (h *host) answer(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
}

// figures is a page of one figure.
func figures() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "motcua_x 1\n") })
}

// serve starts the API and returns the socket's path and a client.
func serve(t *testing.T, h *host) (string, *http.Client) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := localapi.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- localapi.Serve(ctx, l, h, figures(), slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serving: %v", err)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the socket is still there: %v", err)
		}
	})
	tr := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}
	t.Cleanup(tr.CloseIdleConnections)
	return path, &http.Client{Transport: tr, Timeout: 20 * time.Second}
}

func get(t *testing.T, c *http.Client, path string, into any) {
	t.Helper()
	resp, err := c.Get("http://kiosk" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

func post(t *testing.T, c *http.Client, body string) int {
	t.Helper()
	resp, err := c.Post("http://kiosk"+local.PathAct, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

func TestStateAndHealth(t *testing.T) {
	h := newHost()
	_, c := serve(t, h)
	h.change()
	var snap local.Snapshot
	if get(t, c, local.PathState, &snap); snap.Rev != 1 {
		t.Errorf("got %+v", snap)
	}
	var health local.Health
	if get(t, c, local.PathHealth, &health); !health.Ready {
		t.Errorf("got %+v", health)
	}
}

func TestActionsMeetTheirAnswers(t *testing.T) {
	h := newHost()
	_, c := serve(t, h)
	const begin = `{"version":1,"verb":"begin","value":"H01"}`
	for _, tt := range []struct {
		name, body string
		err        error
		want       int
	}{
		{"taken", begin, nil, http.StatusNoContent},
		{"late", begin, local.ErrLate, http.StatusConflict},
		{"not offered", begin, local.ErrNotOffered, http.StatusConflict},
		{"stopping", begin, context.Canceled, http.StatusServiceUnavailable},
		{"malformed", `{"version":1,"verb":"begin","extra":1}`, nil, http.StatusBadRequest},
		{"too long", strings.Repeat("x", local.MaxAction+1), nil, http.StatusBadRequest},
	} {
		h.answer(tt.err)
		if got := post(t, c, tt.body); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	if len(h.acted) != 4 {
		t.Errorf("%d actions came through: %v", len(h.acted), h.acted)
	}
}

// A picture is given to whoever names the visit that it is of, and to nobody else.
func TestPictures(t *testing.T) {
	_, c := serve(t, newHost())
	for path, want := range map[string]int{
		local.PathPicture + "?visit=v-1": http.StatusOK, local.PathPicture + "?visit=v-2": http.StatusNotFound, local.PathPicture: http.StatusNotFound,
	} {
		resp, err := c.Get("http://kiosk" + path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != want || want == http.StatusOK && string(b) != "\x00\x01\x00\x01\x07\x08\x09" {
			t.Errorf("%s: %s, %x, %v", path, resp.Status, b, err)
		}
		if want == http.StatusOK && resp.Header.Get("Cache-Control") != "no-store" {
			t.Error("a picture may be kept on the way")
		}
	}
}

func TestWrongPathsAndMethodsAreRefused(t *testing.T) {
	_, c := serve(t, newHost())
	for _, tt := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/", 404},
		{"GET", "/v2/state", 404},
		{"GET", local.PathAct, 405},
		{"DELETE", local.PathState, 405},
		{"GET", "/v1/../etc/passwd", 404},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tt.method, "http://kiosk"+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, resp.StatusCode, tt.want)
		}
	}
}

// rawConn speaks bytes that no HTTP client would.
func rawConn(t *testing.T, path string) *net.UnixConn {
	t.Helper()
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestHostileBytesDoNoHarm(t *testing.T) {
	path, c := serve(t, newHost())
	for name, in := range map[string]string{
		"binary":              "\x00\x01\x02\xff\r\n\r\n",
		"endless header":      "GET /v1/state HTTP/1.1\r\nHost: k\r\nX: " + strings.Repeat("a", 1<<20) + "\r\n\r\n",
		"negative length":     "POST /v1/act HTTP/1.1\r\nHost: k\r\nContent-Length: -1\r\n\r\n",
		"two lengths":         "POST /v1/act HTTP/1.1\r\nHost: k\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
		"length without body": "POST /v1/act HTTP/1.1\r\nHost: k\r\nContent-Length: 99999999999\r\n\r\n",
		"bad chunk":           "POST /v1/act HTTP/1.1\r\nHost: k\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	} {
		conn := rawConn(t, path)
		_, _ = io.WriteString(conn, in) // may be cut off, which is as good
		_ = conn.CloseWrite()
		line, _ := bufio.NewReader(conn).ReadString('\n')
		if line != "" && !strings.Contains(line, " 4") {
			t.Errorf("%s: answered %q", name, line)
		}
		conn.Close()
	}
	var snap local.Snapshot
	get(t, c, local.PathState, &snap)
}

// events reads one stream's snapshots.
func events(t *testing.T, c *http.Client) (next func() local.Snapshot, status int) {
	t.Helper()
	resp, err := c.Get("http://kiosk" + local.PathEvents)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	sc := bufio.NewScanner(resp.Body)
	return func() local.Snapshot {
		t.Helper()
		for sc.Scan() {
			data, ok := strings.CutPrefix(sc.Text(), "data: ")
			if !ok {
				continue
			}
			var s local.Snapshot
			if err := json.Unmarshal([]byte(data), &s); err != nil {
				t.Fatal(err)
			}
			return s
		}
		t.Fatalf("the stream ended: %v", sc.Err())
		return local.Snapshot{}
	}, resp.StatusCode
}

func TestAStreamBeginsWithTheStateAndFollowsIt(t *testing.T) {
	h := newHost()
	_, c := serve(t, h)
	next, _ := events(t, c)
	for want := range uint64(3) {
		if s := next(); s.Rev != want {
			t.Fatalf("got %d, want %d", s.Rev, want)
		}
		h.change()
	}
}

func TestASlowReaderGetsTheLatestAndNoBacklog(t *testing.T) {
	h := newHost()
	_, c := serve(t, h)
	next, _ := events(t, c)
	next()
	const changes = 100_000 // far more than the socket's buffers hold as events
	for range changes {
		h.change()
	}
	seen := 0
	for s := next(); ; s = next() {
		seen++
		if s.Rev == changes {
			break
		}
	}
	if seen > changes/2 {
		t.Errorf("%d of %d states were queued for one reader", seen, changes)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	_, c := serve(t, newHost())
	refused := 0
	for range 10 {
		if _, status := events(t, c); status == http.StatusServiceUnavailable {
			refused++
		}
	}
	if refused != 2 {
		t.Errorf("%d of 10 streams refused, want 2", refused)
	}
}

func TestASocketLeftBehindIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close()
	l, err := localapi.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestASecondServerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := localapi.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := localapi.Listen(path); fault.CodeOf(err) != fault.SocketInUse {
		t.Errorf("got %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := localapi.Listen(path)
	if err != nil {
		t.Fatalf("after the first has stopped: %v", err)
	}
	again.Close()
}

func TestAFileThatIsNoSocketIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := localapi.Listen(path); err == nil {
		t.Error("replaced a file")
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "precious" {
		t.Errorf("%q %v", b, err)
	}
}

// TestFigures: they are served here and can only be looked at.
func TestFigures(t *testing.T) {
	_, c := serve(t, newHost())
	resp, err := c.Get("http://kiosk" + local.PathMetrics)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if page, err := io.ReadAll(resp.Body); err != nil || string(page) != "motcua_x 1\n" {
		t.Errorf("got %q, %v", page, err)
	}
	resp, err = c.Post("http://kiosk"+local.PathMetrics, "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("posting: %s", resp.Status)
	}
}
