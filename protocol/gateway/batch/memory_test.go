package batch_test

import (
	"context"
	"errors"
	"maps"
	"slices"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/batch"
	"motcua/protocol/request"
)

// memory is a database of what these tests look at.
type memory struct {
	batch.Storage // the rest is not called
	content
	transactions int
	asked        []batch.Wanted
	single       int          // what was not asked for ahead
	commit       func() error // what becomes of a commit; nil: it succeeds
}

type content struct {
	records []*gateway.Record
	state   map[string]string
	claims  map[batch.BusinessKey]string
	raised  int
}

func (c content) clone() content {
	c.records, c.state, c.claims = slices.Clone(c.records), maps.Clone(c.state), maps.Clone(c.claims)
	return c
}

func newMemory() *memory {
	return &memory{content: content{state: map[string]string{}, claims: map[batch.BusinessKey]string{}}}
}

func (m *memory) Transact(_ context.Context, do func(batch.Storage) error) error {
	m.transactions++
	before := m.content.clone()
	err := do(m)
	if err == nil && m.commit != nil {
		err = m.commit()
	}
	if err != nil {
		m.content = before
	}
	return err
}

func (m *memory) Apart(do func() error) error {
	before := m.content.clone()
	err := do()
	if err != nil {
		m.content = before
	}
	return err
}

var errTaken = errors.New("taken")

func (m *memory) Write(c batch.Changes) error {
	m.records = append(m.records, c.Records...)
	for key, value := range c.State {
		m.state[key] = string(value)
	}
	for _, k := range c.Claims {
		if _, taken := m.claims[k.BusinessKey]; taken {
			return errTaken
		}
		m.claims[k.BusinessKey] = k.No
	}
	return nil
}

func (m *memory) Raise(gateway.Alarm) error { m.raised++; return nil }

func (m *memory) Get(key string) ([]byte, bool, error) {
	m.single++
	v, found := m.state[key]
	return []byte(v), found, nil
}

func (m *memory) Claimed(service string, key request.Digest) (string, bool, error) {
	m.single++
	no, found := m.claims[batch.BusinessKey{Service: service, Key: key}]
	return no, found, nil
}

func (m *memory) Position(string) (gateway.Position, error) { return gateway.Position{}, nil }

func (m *memory) find(is func(*gateway.Record) bool) (all []*gateway.Record) {
	for _, r := range m.records {
		if is(r) {
			all = append(all, r)
		}
	}
	return all
}

func (m *memory) Near(device string, id request.ID, seq uint64) ([]*gateway.Record, error) {
	m.single++
	return m.near(device, id, seq), nil
}

func (m *memory) near(device string, id request.ID, seq uint64) (all []*gateway.Record) {
	for _, r := range m.find(func(r *gateway.Record) bool {
		return r.Device == device && (r.ID == id || r.Seq+1 >= seq && r.Seq <= seq+1)
	}) {
		all = append(all, &gateway.Record{Device: device, ID: r.ID, Seq: r.Seq, Prev: r.Prev, Digest: r.Digest})
	}
	return all
}

// Ahead gives a record as often as it is near something.
func (m *memory) Ahead(w batch.Wanted) (batch.Found, error) {
	m.asked = append(m.asked, w)
	f := batch.NewFound()
	for _, p := range w.Places {
		f.Near = append(f.Near, m.near(p.Device, p.ID, p.Seq)...)
	}
	for _, k := range w.Claims {
		if no, found := m.claims[k]; found {
			f.Claims[k] = no
		}
	}
	for _, key := range w.State {
		if v, found := m.state[key]; found {
			f.State[key] = []byte(v)
		}
	}
	return f, nil
}

func (m *memory) Seqs(device string, seqs []uint64) ([]*gateway.Record, error) {
	return m.find(func(r *gateway.Record) bool { return r.Device == device && slices.Contains(seqs, r.Seq) }), nil
}

func (m *memory) Settle(r *gateway.Record) error {
	for i, s := range m.records {
		if s.Device == r.Device && s.ID == r.ID {
			settled := *s
			settled.Status, settled.Result = r.Status, r.Result
			m.records[i] = &settled
		}
	}
	return nil
}
