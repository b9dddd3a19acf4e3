package batch

import (
	"bytes"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// tx is the jobs' view of a transaction: what the database holds, and what the
// jobs have added to it.
type tx struct {
	Storage
	state     map[string]entry[[]byte]
	positions map[string]entry[gateway.Position]
	marks     map[string]entry[gateway.Mark]
	claims    map[BusinessKey]entry[string]
	places    map[Place]bool               // whose neighbours are among those below
	stored    map[string][]*gateway.Record // that were found ahead or are written, by device
	pending   []pending
	of        map[string][]*gateway.Record // pending ones by device
	changes   Changes                      // the maps are filled in when they are written
}

// pending is a record that is not written yet.
type pending struct {
	record *gateway.Record
	finish func(*gateway.Record) error
}

// entry is a value that was read, or that has to be written.
type entry[T any] struct {
	value T
	found bool
	dirty bool
}

func newTx(s Storage) *tx {
	t := &tx{
		Storage: s, state: map[string]entry[[]byte]{}, positions: map[string]entry[gateway.Position]{}, marks: map[string]entry[gateway.Mark]{},
		claims: map[BusinessKey]entry[string]{}, places: map[Place]bool{}, stored: map[string][]*gateway.Record{},
	}
	t.written()
	return t
}

// written forgets what was added: the database has it now.
func (t *tx) written() {
	t.pending, t.changes = nil, Changes{State: map[string][]byte{}, Positions: map[string]gateway.Position{}, Marks: map[string]gateway.Mark{}}
	for device, records := range t.of {
		t.stored[device] = append(t.stored[device], records...)
	}
	t.of = map[string][]*gateway.Record{}
}

// flush writes what was added.
func (t *tx) flush() error {
	if err := finish(t.pending); err != nil {
		return err
	}
	c := t.changes
	for _, p := range t.pending {
		c.Records = append(c.Records, p.record)
	}
	clean(t.state, c.State)
	clean(t.positions, c.Positions)
	clean(t.marks, c.Marks)
	t.written()
	if c.Empty() {
		return nil
	}
	return t.Write(c)
}

// clean moves what has to be written.
func clean[T any](from map[string]entry[T], to map[string]T) {
	for key, e := range from {
		if e.dirty {
			to[key], e.dirty = e.value, false
			from[key] = e
		}
	}
}

// finish completes records, on all processors.
func finish(all []pending) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, min(runtime.GOMAXPROCS(0), len(all)))
	for worker := range errs {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(all)) && errs[worker] == nil; i = next.Add(1) - 1 {
				errs[worker] = all[i].finish(all[i].record)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// waiting finds a pending record of a device.
func (t *tx) waiting(device string, is func(*gateway.Record) bool) *gateway.Record {
	if i := slices.IndexFunc(t.of[device], is); i >= 0 {
		return t.of[device][i]
	}
	return nil
}

func (t *tx) Near(device string, id request.ID, seq uint64) ([]*gateway.Record, error) {
	all, err := t.near(Place{device, id, seq})
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(r *gateway.Record) bool { return r.ID == id }); i >= 0 { // seldom: it came before
		whole, err := t.Storage.Seqs(device, []uint64{all[i].Seq})
		if err != nil {
			return nil, err
		}
		all = append(slices.Delete(all, i, i+1), whole...)
	}
	return appendNear(all, t.of[device], id, seq), nil
}

// near finds the records in the database that are near a place.
func (t *tx) near(p Place) ([]*gateway.Record, error) {
	if t.places[p] {
		return appendNear(nil, t.stored[p.Device], p.ID, p.Seq), nil
	}
	return t.Storage.Near(p.Device, p.ID, p.Seq)
}

// appendNear appends those of a device's records that are near.
func appendNear(near, of []*gateway.Record, id request.ID, seq uint64) []*gateway.Record {
	for _, r := range of {
		if r.ID == id || r.Seq+1 >= seq && r.Seq <= seq+1 {
			near = append(near, r)
		}
	}
	return near
}

func (t *tx) Seqs(device string, seqs []uint64) ([]*gateway.Record, error) {
	stored, err := t.Storage.Seqs(device, seqs)
	if err != nil || len(t.of[device]) == 0 {
		return stored, err
	}
	var all []*gateway.Record
	for _, seq := range seqs {
		is := func(r *gateway.Record) bool { return r.Seq == seq }
		if r := t.waiting(device, is); r != nil {
			all = append(all, r)
		} else if i := slices.IndexFunc(stored, is); i >= 0 {
			all = append(all, stored[i])
		}
	}
	return all, nil
}

func (t *tx) Tail(device string, since int64, tail [6]byte) ([]*gateway.Record, error) {
	all, err := t.Storage.Tail(device, since, tail)
	if err != nil {
		return nil, err
	}
	for _, r := range t.of[device] {
		if r.ID.Time().UnixMilli() >= since && [6]byte(r.ID[10:]) == tail {
			all = append(all, r)
		}
	}
	return all, nil
}

func (t *tx) Record(device string, id request.ID) (*gateway.Record, error) {
	if r := t.waiting(device, func(r *gateway.Record) bool { return r.ID == id }); r != nil {
		return r, nil
	}
	return t.Storage.Record(device, id)
}

func (t *tx) Insert(r *gateway.Record, finish func(*gateway.Record) error) error {
	t.pending = append(t.pending, pending{r, finish})
	t.of[r.Device] = append(t.of[r.Device], r)
	return nil
}

// Settle changes what is in the database, so that has to be there.
func (t *tx) Settle(r *gateway.Record) error {
	if t.waiting(r.Device, func(w *gateway.Record) bool { return w.ID == r.ID }) != nil {
		if err := t.flush(); err != nil {
			return err
		}
	}
	return t.Storage.Settle(r)
}

func (t *tx) Position(device string) (gateway.Position, error) {
	if e, known := t.positions[device]; known {
		return e.value, nil
	}
	p, err := t.Storage.Position(device)
	if err == nil {
		t.positions[device] = entry[gateway.Position]{value: p}
	}
	return p, err
}

func (t *tx) SetPosition(device string, p gateway.Position) error {
	t.positions[device] = entry[gateway.Position]{value: p, dirty: true}
	return nil
}

func (t *tx) Claimed(service string, key request.Digest) (string, bool, error) {
	if e, known := t.claims[BusinessKey{service, key}]; known {
		return e.value, e.found, nil
	}
	return t.Storage.Claimed(service, key)
}

func (t *tx) Claim(service string, key request.Digest, no string) error {
	c := Claim{BusinessKey{service, key}, no}
	t.claims[c.BusinessKey] = entry[string]{value: no, found: true}
	t.changes.Claims = append(t.changes.Claims, c)
	return nil
}

func (t *tx) Get(key string) ([]byte, bool, error) {
	e, known := t.state[key]
	if !known {
		var err error
		if e.value, e.found, err = t.Storage.Get(key); err != nil {
			return nil, false, err
		}
		t.state[key] = e
	}
	return bytes.Clone(e.value), e.found, nil
}

func (t *tx) Set(key string, value []byte) error {
	t.state[key] = entry[[]byte]{value: append([]byte{}, value...), found: true, dirty: true}
	return nil
}

// forgotten is how many marks may be forgotten with each that is stored: more than
// one, so that fewer and fewer are left.
const forgotten = 2

func (t *tx) Marked(key string, now int64) (gateway.Mark, bool, error) {
	e, known := t.marks[key]
	if !known {
		var err error
		if e.value, e.found, err = t.Storage.Marked(key); err != nil {
			return gateway.Mark{}, false, err
		}
		t.marks[key] = e
	}
	if !e.found || e.value.Until < now {
		return gateway.Mark{Key: key}, false, nil
	}
	m := e.value
	m.Value = bytes.Clone(m.Value)
	return m, true, nil
}

func (t *tx) Mark(m gateway.Mark, now int64) error {
	m.Value = append([]byte{}, m.Value...)
	t.marks[m.Key] = entry[gateway.Mark]{value: m, found: true, dirty: true}
	t.changes.Forget += forgotten
	t.changes.Before = max(t.changes.Before, now)
	return nil
}

func (t *tx) Emit(e gateway.Event) error {
	t.changes.Events = append(t.changes.Events, e)
	return nil
}
