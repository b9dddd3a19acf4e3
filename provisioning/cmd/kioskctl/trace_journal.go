package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"motcua/protocol/request"
)

// maxLine bounds a line of a log; longer ones are not kioskd's.
const maxLine = 64 << 10

// maxMoments bounds what is kept of one visit: a log may hold anything.
const maxMoments = 10_000

// line is one line of a log, of kioskd or gatewayd.
type line struct {
	Time  time.Time `json:"time"`
	Msg   string    `json:"msg"`
	Visit string    `json:"visit"`
	Event string    `json:"event"`
	ID    string    `json:"id"`
	Seq   uint64    `json:"seq"`
	Kind  string    `json:"kind"`
	all   map[string]json.RawMessage
}

// journal finds the visit in a log, which is read once and not kept. Lines that
// are no JSON belong to somebody else.
func (s *search) journal(r io.Reader) error {
	lines := bufio.NewReaderSize(r, maxLine)
	var current visitLines
	for {
		raw, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			raw = nil // too long: the rest of it comes as lines that are no JSON
		} else if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading the log: %w", err)
		}
		if l, ok := parseLine(raw); ok {
			s.take(l, &current)
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	current.into(s)
	return nil
}

func parseLine(raw []byte) (line, bool) {
	var l line
	if len(raw) == 0 || raw[0] != '{' || json.Unmarshal(raw, &l) != nil || json.Unmarshal(raw, &l.all) != nil || l.Time.IsZero() {
		return line{}, false
	}
	return l, true
}

// visitLines is the visit that the log is telling of: which one is looked for may
// only be known when its request is queued.
type visitLines struct {
	visit    string
	wanted   bool
	moments  []moment
	requests map[request.ID]uint64
}

// take sorts one line in.
func (s *search) take(l line, v *visitLines) {
	switch {
	case l.Msg == "story" && l.Visit != "":
		if l.Visit != v.visit {
			v.into(s)
			*v = visitLines{visit: l.Visit, requests: map[request.ID]uint64{}, wanted: s.which == l.Visit || s.which == "last"}
		}
		if l.Event == "queued" {
			v.queued(l, s.which)
		}
		v.add(l.moment(fromStory, l.Event))
	case l.ID != "":
		id, err := request.ParseID(l.ID)
		if err != nil {
			return
		}
		source := fromLog
		if l.Msg == "request" || l.Msg == "alarm" || l.Msg == "settled" {
			source = fromCentre
		}
		if v.has(id) {
			v.add(l.moment(source, l.Msg))
		} else if s.has(id) && len(s.moments) < maxMoments {
			s.moments = append(s.moments, l.moment(source, l.Msg))
		}
	}
}

// queued notes a request of the visit.
func (v *visitLines) queued(l line, which string) {
	v.wanted = v.wanted || which == l.ID || which == strconv.FormatUint(l.Seq, 10)
	if id, err := request.ParseID(l.ID); err == nil {
		v.requests[id] = l.Seq
	}
}

func (v *visitLines) has(id request.ID) bool { _, ok := v.requests[id]; return ok }

func (s *search) has(id request.ID) bool { _, ok := s.requests[id]; return ok }

func (v *visitLines) add(m moment) {
	if len(v.moments) < maxMoments {
		v.moments = append(v.moments, m)
	}
}

// into hands the visit over if it is the one that is looked for. A later one of
// the same name or number takes the place of an earlier one.
func (v *visitLines) into(s *search) {
	if !v.wanted {
		return
	}
	s.visit, s.moments, s.requests = v.visit, v.moments, v.requests
}

// moment makes a line into one; what is said in another way is left out.
func (l line) moment(source, event string) moment {
	m := moment{At: l.Time, Source: source, Event: event, Seq: l.Seq, Detail: map[string]string{}}
	for name, raw := range l.all {
		switch name {
		case "time", "level", "msg", "visit", "event", "ms", "seq":
			continue
		}
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		if text != "" {
			m.Detail[name] = text
		}
	}
	return m
}
