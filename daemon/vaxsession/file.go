package vaxsession

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/daemon/wholefile"
	"motcua/protocol/request"
)

const (
	version = 1
	maxFile = 1 << 16 // a session and maxBatches batches are a sixth of it
	// maxLast is how long the centre lets a session last, with an hour for clocks.
	maxLast = 13 * time.Hour
)

// content is the file. Times are unix milliseconds, the centre's clock.
type content struct {
	Version int     `json:"version"`
	Session *entry  `json:"session,omitempty"`
	Batches []batch `json:"batches,omitempty"`
}

type entry struct {
	ID      string `json:"id"`
	Plan    string `json:"plan"`
	Officer string `json:"officer"`
	Lots    []lot  `json:"lots"`
	From    int64  `json:"from"`
	Until   int64  `json:"until"`
	Most    uint32 `json:"most"`
}

type lot struct {
	Lot     string `json:"lot"`
	Antigen string `json:"antigen"`
}

type batch struct {
	Session string `json:"session"`
	Plan    string `json:"plan"`
	Root    string `json:"root"`
	Records uint32 `json:"records"`
	Closed  int64  `json:"closed"`
}

func load(name string) (kept, error) {
	data, err := wholefile.Read(name, maxFile)
	if err != nil {
		return kept{}, err
	}
	return parse(data)
}

// parse checks what a file says: it may have been damaged.
func parse(data []byte) (kept, error) {
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return kept{}, err
	}
	if c.Version != version || len(c.Batches) > maxBatches {
		return kept{}, errors.New("the file makes no sense")
	}
	var k kept
	if e := c.Session; e != nil {
		k.session = &Session{ID: e.ID, Plan: e.Plan, Officer: e.Officer, From: time.UnixMilli(e.From), Until: time.UnixMilli(e.Until), Most: e.Most}
		for _, l := range e.Lots {
			k.session.Lots = append(k.session.Lots, request.SessionLot(l))
		}
		if err := k.session.check(); err != nil {
			return kept{}, err
		}
	}
	for _, b := range c.Batches {
		k.batches = append(k.batches, Batch{Session: b.Session, Plan: b.Plan, Root: b.Root, Records: b.Records, Closed: time.UnixMilli(b.Closed)})
		if err := k.batches[len(k.batches)-1].check(); err != nil {
			return kept{}, err
		}
	}
	return k, nil
}

// save replaces the file as a whole, and returns when that has reached the disk.
func save(name string, k kept) error {
	c := content{Version: version}
	if s := k.session; s != nil {
		c.Session = &entry{s.ID, s.Plan, s.Officer, []lot{}, s.From.UnixMilli(), s.Until.UnixMilli(), s.Most}
		for _, l := range s.Lots {
			c.Session.Lots = append(c.Session.Lots, lot(l))
		}
	}
	for _, b := range k.batches {
		c.Batches = append(c.Batches, batch{b.Session, b.Plan, b.Root, b.Records, b.Closed.UnixMilli()})
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := wholefile.Replace(name, append(data, '\n')); err != nil {
		return fmt.Errorf("keeping the vaccination session: %w", err)
	}
	return nil
}

// check holds a session to what the centre tells of one.
func (s Session) check() error {
	told := request.AnswerSession{Session: s.ID, Plan: s.Plan, Until: s.Until.UnixMilli(), Lots: s.Lots, Most: s.Most}
	if err := told.Validate(); err != nil {
		return err
	}
	if s.Officer == "" || len(s.Officer) > maxRef || !s.Until.After(s.From) || s.Until.Sub(s.From) > maxLast {
		return errors.New("the session's officer or time makes no sense")
	}
	return nil
}

// maxRef is how long the reference of an officer may be.
const maxRef = 64

func (b Batch) check() error {
	told := request.AnswerSession{
		Session: b.Session, Plan: b.Plan, Until: b.Closed.UnixMilli(), Batch: b.Root, Records: b.Records,
		Lots: []request.SessionLot{{Lot: "any", Antigen: "any"}}, // every session has some
	}
	if err := told.Validate(); err != nil {
		return err
	}
	if b.Root == "" || b.Records == 0 {
		return errors.New("the batch is of nothing")
	}
	return nil
}

// clone shares nothing with k.
func (k kept) clone() kept {
	out := kept{batches: slices.Clone(k.batches)}
	if k.session != nil {
		out.session = new(k.session.clone())
	}
	return out
}

func (s Session) clone() Session {
	s.Lots = slices.Clone(s.Lots)
	return s
}
