package localapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"motcua/protocol/local"
)

// Host is what stands behind the door. Its methods may be called from many
// goroutines.
type Host interface {
	// State returns the newest snapshot and a channel that is closed once there
	// is a newer one.
	State() (local.Snapshot, <-chan struct{})
	// Act does what the person did. It fails with local.ErrLate,
	// local.ErrNotOffered, or ctx's error when nothing was done.
	Act(ctx context.Context, a local.Action) error
	// Picture is a copy of what the officer at the screen of a visit compares the person
	// with; false when there is none to be shown.
	Picture(ctx context.Context, visit string) (local.Picture, bool)
	// Health tells the state of the machine's parts.
	Health() local.Health
}

// Limits. A kiosk has one screen and now and then a technician's tool.
const (
	maxConns   = 32
	maxStreams = 8
	ioTimeout  = 5 * time.Second
	// heartbeat is how often an idle stream is written to, so that a client
	// that has gone is noticed.
	heartbeat = 15 * time.Second
)

// Serve answers on l until ctx ends, and closes l. It returns nil when ctx ended
// it. figures answers at local.PathMetrics; it may be nil.
func Serve(ctx context.Context, l net.Listener, host Host, figures http.Handler, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	srv := &http.Server{
		Handler:           handler(host, figures),
		ReadHeaderTimeout: ioTimeout,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    8 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // streams end with ctx
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, done := context.WithTimeout(context.WithoutCancel(ctx), ioTimeout)
		defer done()
		stopped <- srv.Shutdown(grace)
	}()
	err := srv.Serve(limit(l, maxConns))
	cancel()
	if errors.Is(err, http.ErrServerClosed) {
		return <-stopped
	}
	return errors.Join(err, <-stopped)
}

func handler(host Host, figures http.Handler) http.Handler {
	s := &server{host: host, streams: make(chan struct{}, maxStreams)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+local.PathState, s.state)
	mux.HandleFunc("GET "+local.PathHealth, s.health)
	mux.HandleFunc("GET "+local.PathEvents, s.events)
	mux.HandleFunc("GET "+local.PathPicture, s.picture)
	mux.HandleFunc("POST "+local.PathAct, s.act)
	if figures != nil {
		mux.HandleFunc("GET "+local.PathMetrics, func(w http.ResponseWriter, r *http.Request) {
			_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(ioTimeout))
			figures.ServeHTTP(w, r)
		})
	}
	return mux
}

type server struct {
	host    Host
	streams chan struct{} // one token per open event stream
}

func (s *server) state(w http.ResponseWriter, _ *http.Request) {
	snap, _ := s.host.State()
	writeJSON(w, snap)
}

func (s *server) health(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.host.Health()) }

func writeJSON(w http.ResponseWriter, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "encoding the answer failed", http.StatusInternalServerError)
		return
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(ioTimeout))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(append(b, '\n')) // a client that has gone needs no answer
}

// picture is for the screen that shows it, which asks for it by the visit.
func (s *server) picture(w http.ResponseWriter, r *http.Request) {
	p, shown := s.host.Picture(r.Context(), r.URL.Query().Get("visit"))
	if !shown {
		http.NotFound(w, r)
		return
	}
	defer p.Wipe()
	b := p.Bytes()
	defer clear(b)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(ioTimeout))
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b) // a client that has gone needs no answer
}

func (s *server) act(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(ioTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, local.MaxAction))
	if err != nil {
		http.Error(w, "the action is too long, or did not come in time", http.StatusBadRequest)
		return
	}
	a, err := local.ParseAction(body)
	if err == nil {
		err = s.host.Act(r.Context(), a)
	}
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, local.ErrMalformed):
		http.Error(w, err.Error(), http.StatusBadRequest)
	case errors.Is(err, local.ErrLate), errors.Is(err, local.ErrNotOffered):
		http.Error(w, err.Error(), http.StatusConflict)
	default:
		http.Error(w, "kioskd is stopping", http.StatusServiceUnavailable)
	}
}
