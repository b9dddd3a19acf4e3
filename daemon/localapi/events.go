package localapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"motcua/protocol/local"
)

// events streams the state: the whole of it at once, and the newest after every
// change. A client that reads slowly misses states, never the newest one.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		http.Error(w, "too many event streams", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	snap, changed := s.host.State()
	if send(w, snap) != nil {
		return
	}
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-changed:
			snap, changed = s.host.State()
			err = send(w, snap)
		case <-beat.C:
			err = flush(w, ":\n\n")
		}
		if err != nil {
			return
		}
	}
}

func send(w http.ResponseWriter, snap local.Snapshot) error {
	b, err := json.Marshal(snap)
	if err != nil {
		return err
	}
	return flush(w, fmt.Sprintf("id: %d\ndata: %s\n\n", snap.Rev, b))
}

func flush(w http.ResponseWriter, text string) error {
	rc := http.NewResponseController(w)
	if err := rc.SetWriteDeadline(time.Now().Add(ioTimeout)); err != nil {
		return err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return rc.Flush()
}
