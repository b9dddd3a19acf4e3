package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

// lines hands each complete line that is written to it to a function.
type lines struct {
	mu   sync.Mutex
	rest []byte
	each func([]byte)
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, b...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		l.each(line)
		l.rest = rest
	}
}

// story prints what kioskd's log lines tell of a visit, and remembers it.
type story struct {
	out io.Writer

	mu   sync.Mutex
	seen map[string]bool // by event, event and service, event, service and status
}

func newStory(out io.Writer) *story {
	return &story{out: out, seen: map[string]bool{}}
}

// quiet are attributes of a log line that the story does not repeat.
var quiet = []string{"time", "level", "msg", "visit", "event", "ms"}

func (s *story) line(b []byte) {
	var entry map[string]any
	if json.Unmarshal(b, &entry) != nil || entry["msg"] != "story" {
		return
	}
	event, _ := entry["event"].(string)
	ms, _ := entry["ms"].(float64)
	var details []string
	for _, k := range slices.Sorted(maps.Keys(entry)) {
		if !slices.Contains(quiet, k) && entry[k] != "" {
			details = append(details, fmt.Sprintf("%s %v", k, entry[k]))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, "%8.3f s  %-12s %s\n", ms/1000, event, strings.Join(details, ", "))
	s.seen[event] = true
	if service, ok := entry["service"].(string); ok {
		s.seen[event+" "+service] = true
		if status, ok := entry["status"].(string); ok {
			s.seen[event+" "+service+" "+status] = true
		}
	}
}

// missing lists which of the events have not been told.
func (s *story) missing(events ...string) (missing []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events {
		if !s.seen[e] {
			missing = append(missing, e)
		}
	}
	return missing
}
