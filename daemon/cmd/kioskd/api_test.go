package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"motcua/protocol/local"
)

// api is the screen of a script: it sees the state and taps.
type api struct{ client *http.Client }

func newAPI(socket string) *api {
	return &api{&http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}}
}

func (a *api) get(ctx context.Context, path string, into any) error {
	page, err := a.page(ctx, path)
	if err != nil {
		return err
	}
	return json.Unmarshal(page, into)
}

func (a *api) page(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://kiosk"+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func (a *api) state(ctx context.Context) (local.Snapshot, error) {
	var s local.Snapshot
	return s, a.get(ctx, local.PathState, &s)
}

// tap does what a person does who sees the current screen.
func (a *api) tap(ctx context.Context, act local.Action) (int, error) {
	s, err := a.state(ctx)
	if err != nil {
		return 0, err
	}
	act.Version = local.Version
	if s.Visit != nil && act.Verb != local.VerbBegin {
		act.Visit, act.Step = s.Visit.ID, s.Visit.Step
	}
	b, err := json.Marshal(act)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://kiosk"+local.PathAct, bytes.NewReader(b))
	if err != nil {
		return 0, err
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// until waits until the state is as wanted and tells how it was otherwise.
func (a *api) until(ctx context.Context, want func(local.Snapshot) bool) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		s, err := a.state(ctx)
		if err == nil && want(s) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("it did not come to that: %s (%w)", describe(s), err)
		}
	}
}

// describe tells a state in a line.
func describe(s local.Snapshot) string {
	text := fmt.Sprintf("online %v, waiting %d, reader %v", s.Kiosk.Online, s.Kiosk.Waiting, s.Kiosk.Reader)
	if f := s.Kiosk.Fault; f != nil {
		text += ", out of order " + string(f.Code)
	}
	v := s.Visit
	if v == nil {
		return text + ", attract"
	}
	text += ", step " + string(v.Step)
	if v.Problem != nil {
		text += " " + string(v.Problem.Code)
	}
	if v.Receipt != nil {
		text += fmt.Sprintf(", saved %v, received %v", v.Receipt.Saved, v.Receipt.Received)
	}
	return text
}
