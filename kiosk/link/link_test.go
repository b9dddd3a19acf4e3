package link_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"motcua/kiosk/link"
	"motcua/protocol/local"
)

// pipes is a network of two ends in memory, so that time can be the test's.
type pipes chan net.Conn

func (p pipes) dial(ctx context.Context) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "test", Net: "unix"} }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// serve runs a kioskd whose event stream is what stream writes.
func serve(t *testing.T, stream func(w io.Writer, flush func(), gone <-chan struct{}), act http.HandlerFunc, picture ...http.HandlerFunc) pipes {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+local.PathEvents, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		stream(w, func() { _ = http.NewResponseController(w).Flush() }, r.Context().Done())
	})
	for _, f := range picture {
		mux.HandleFunc("GET "+local.PathPicture, f)
	}
	if act != nil {
		mux.HandleFunc("POST "+local.PathAct, act)
	}
	p := make(pipes)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go srv.Serve(p) //nolint:errcheck // ends with the test
	t.Cleanup(func() { close(p); srv.Close() })
	return p
}

func event(rev uint64) string {
	b, _ := json.Marshal(local.Snapshot{Version: local.Version, Rev: rev})
	return fmt.Sprintf("id: %d\ndata: %s\n\n", rev, b)
}

func TestFollowsAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		connections := 0
		p := serve(t, func(w io.Writer, flush func(), _ <-chan struct{}) {
			connections++
			fmt.Fprint(w, event(uint64(connections*10)), ":\n\n", event(uint64(connections*10+1)))
			flush()
		}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		var revs []uint64
		downs := 0
		began := time.Now()
		link.NewDial(p.dial, quiet()).Run(ctx, func(s local.Snapshot) {
			if revs = append(revs, s.Rev); len(revs) == 6 {
				cancel()
			}
		}, func() { downs++ })
		if got := fmt.Sprint(revs); got != "[10 11 20 21 30 31]" {
			t.Errorf("got %s", got)
		}
		if downs != 2 {
			t.Errorf("told of %d losses, want 2", downs)
		}
		if d := time.Since(began); d > time.Second {
			t.Errorf("coming back twice took %v", d)
		}
	})
}

func TestWaitsLongerAndLongerForAnAbsentKioskd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		tries := 0
		dial := func(context.Context) (net.Conn, error) { tries++; return nil, errors.New("connection refused") }
		link.NewDial(dial, quiet()).Run(ctx, func(local.Snapshot) { t.Error("a snapshot came") }, func() {})
		if tries < 30 || tries > 40 {
			t.Errorf("%d tries in a minute, want one every 2 s after the first few", tries)
		}
	})
}

// A kioskd that hangs is as good as gone.
func TestSilenceIsALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, func(w io.Writer, flush func(), gone <-chan struct{}) {
			fmt.Fprint(w, event(1))
			flush()
			<-gone
		}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		var after time.Duration
		link.NewDial(p.dial, quiet()).Run(ctx, func(local.Snapshot) {}, func() {
			after = time.Since(began)
			cancel()
		})
		if after < 39*time.Second || after > 41*time.Second {
			t.Errorf("told after %v, want 40 s", after)
		}
	})
}

func TestRefusesAnotherVersionAndNoise(t *testing.T) {
	for name, data := range map[string]string{
		"another version": `{"version":99}`,
		"not JSON":        `{"visit":{"person":{"name":"Nguyễn`,
	} {
		synctest.Test(t, func(t *testing.T) {
			p := serve(t, func(w io.Writer, _ func(), _ <-chan struct{}) { fmt.Fprintf(w, "data: %s\n\n", data) }, nil)
			var log strings.Builder
			ctx, cancel := context.WithCancel(t.Context())
			link.NewDial(p.dial, slog.New(slog.NewTextHandler(&log, nil))).Run(ctx,
				func(local.Snapshot) { t.Errorf("%s: taken", name) }, cancel)
			if strings.Contains(log.String(), "Nguyễn") {
				t.Errorf("%s: the log repeats what came: %s", name, log.String())
			}
		})
	}
}

func TestAct(t *testing.T) {
	for _, c := range []struct {
		answer http.HandlerFunc
		late   bool
		ok     bool
	}{
		{func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, false, true},
		{func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "late", http.StatusConflict) }, true, false},
		{func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "stopping", http.StatusServiceUnavailable) }, false, false},
		{func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			var got local.Action
			p := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
				b, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				if got, err = local.ParseAction(b); err != nil {
					t.Error(err)
				}
				c.answer(w, r)
			})
			want := local.Action{Version: local.Version, Visit: "v-1", Step: local.StepIdentify, Verb: local.VerbYes, Lang: "vi"}
			began := time.Now()
			err := link.NewDial(p.dial, quiet()).Act(t.Context(), want)
			if (err == nil) != c.ok || errors.Is(err, local.ErrLate) != c.late {
				t.Errorf("got %v", err)
			}
			if got != want {
				t.Errorf("kioskd got %v", got)
			}
			if time.Since(began) > 5*time.Second {
				t.Error("an action waited longer than its deadline")
			}
		})
	}
}
