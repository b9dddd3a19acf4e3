package link

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"motcua/protocol/local"
)

// Limits of the connection.
const (
	// maxSnapshot bounds one event, in bytes.
	maxSnapshot = 1 << 20
	// silence is how long the stream may say nothing: kioskd writes at least a
	// heartbeat every 15 s.
	silence = 40 * time.Second
	// actTimeout bounds one action.
	actTimeout = 4 * time.Second
	// pictureTimeout bounds fetching a picture: snapshots wait for it.
	pictureTimeout = 2 * time.Second
	// Waits before a new connection.
	firstWait = 50 * time.Millisecond
	lastWait  = 2 * time.Second
)

// ErrVersion is returned when kioskd speaks another version of protocol/local.
var ErrVersion = errors.New("kioskd speaks another version of the local API")

// Link is a way to one kioskd. Its methods may be called from many goroutines.
type Link struct {
	client *http.Client
	log    *slog.Logger
}

// New makes a link to the kioskd behind a unix socket. It does not connect yet.
func New(socket string, log *slog.Logger) *Link {
	return NewDial(func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{Timeout: actTimeout}).DialContext(ctx, "unix", socket)
	}, log)
}

// NewDial is New with a way of its own to connect.
func NewDial(dial func(ctx context.Context) (net.Conn, error), log *slog.Logger) *Link {
	transport := &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		DisableCompression: true,
		IdleConnTimeout:    time.Minute,
	}
	return &Link{&http.Client{Transport: transport}, log}
}

// Run follows kioskd until ctx ends: on is called with every snapshot, down when
// the connection is lost or refused. Both are called from Run's goroutine.
func (l *Link) Run(ctx context.Context, on func(local.Snapshot), down func()) {
	wait := firstWait
	told := false
	for {
		up := false
		err := l.follow(ctx, func(s local.Snapshot) {
			if !up {
				l.log.Info("connected to kioskd")
			}
			up, told, wait = true, false, firstWait
			on(s)
		})
		if ctx.Err() != nil {
			return
		}
		if !told {
			l.log.Warn("no connection to kioskd", "err", err)
			told = true
		}
		down()
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, lastWait)
	}
}

// follow reads one event stream to its end.
func (l *Link) follow(ctx context.Context, on func(local.Snapshot)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(silence, func() { cancel(fmt.Errorf("nothing heard for %v", silence)) })
	defer watch.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://kioskd"+local.PathEvents, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return told(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("following events: %s", resp.Status)
	}
	var shown face
	defer shown.drop()
	return told(ctx, events(resp.Body, func(data []byte) error {
		watch.Reset(silence)
		if data == nil {
			return nil
		}
		var s local.Snapshot
		if err := json.Unmarshal(data, &s); err != nil {
			return errors.New("an event is not the JSON of a snapshot") // its text may name a person
		}
		if s.Version != local.Version {
			return fmt.Errorf("%w: %d, not %d", ErrVersion, s.Version, local.Version)
		}
		l.complete(ctx, &s, &shown)
		on(s)
		return nil
	}))
}

// told prefers the reason for which ctx was ended.
func told(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// Act posts an action. It wraps local.ErrLate when the step has passed or takes
// no such action; nothing was done then.
func (l *Link) Act(ctx context.Context, a local.Action) error {
	ctx, cancel := context.WithTimeout(ctx, actTimeout)
	defer cancel()
	body, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encoding an action: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://kioskd"+local.PathAct, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := l.client.Do(req)
	if err != nil {
		return fmt.Errorf("posting %s: %w", a.Verb, err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 4096)) // so that the connection can be used again
	switch resp.StatusCode {
	case http.StatusNoContent, http.StatusOK:
		return nil
	case http.StatusConflict:
		return fmt.Errorf("posting %s: %w", a.Verb, local.ErrLate)
	}
	return fmt.Errorf("posting %s: %s", a.Verb, resp.Status)
}
