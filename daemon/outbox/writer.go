package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/fault"
)

// Limits of one commit and of what is left to a checkpoint, in requests, bytes
// and pages of 4 KiB. Together they stay below what is allocated ([logSize]).
const (
	maxBatch      = 64
	maxBatchBytes = 1 << 20
	maxPages      = 512
)

// Intervals of what the writer does by itself.
const (
	markAfter = time.Second // sendings reach the disk at the latest
	keepEvery = time.Hour   // retention
	tellEvery = time.Minute // alarms
)

// job is one call that waits for the writer. Exactly one of write and read is
// set.
type job struct {
	ctx context.Context
	// write runs inside the batch's transaction. A [caller] error concerns this
	// job alone, which must not have changed anything; every other error breaks the
	// store.
	write func(*batch) error
	read  func() error
	done  chan error
}

// caller marks an error that is the caller's and leaves the store whole; around
// nil it means that there was nothing to write.
type caller struct{ error }

func (c caller) Unwrap() error { return c.error }

// batch is one transaction: the chain as it will be after it, and what is to be
// done in memory once it is durable.
type batch struct {
	ctx   context.Context
	db    *database
	last  uint64
	head  [32]byte
	fresh int               // requests written in this batch
	ended map[[16]byte]bool // ids settled in this batch
	after []func()          // run with the store's mutex held
	bytes int
	pages int
}

// do hands a job to the writer and waits for its end. Once the writer has taken
// it, its end is waited for whatever the context says: it may have become
// durable.
func (s *Store) do(j *job) error {
	if err := s.Err(); err != nil {
		return err
	}
	j.done = make(chan error, 1)
	select {
	case s.jobs <- j:
	case <-j.ctx.Done():
		return j.ctx.Err()
	case <-s.stop:
		return ErrClosed
	}
	select {
	case err := <-j.done:
		return err
	case <-s.stopped:
	}
	select {
	case err := <-j.done:
		return err
	default:
		return ErrClosed
	}
}

// run is the writer.
func (s *Store) run() {
	defer close(s.stopped)
	keep := time.NewTicker(keepEvery)
	defer keep.Stop()
	tell := time.NewTicker(tellEvery)
	defer tell.Stop()
	var mark <-chan time.Time
	for {
		select {
		case j := <-s.jobs:
			s.serve(s.collect(j))
		case <-s.noted:
			mark = time.After(markAfter)
		case <-mark:
			s.serve(nil)
		case <-keep.C:
			s.retain()
		case <-tell.C:
			s.tell()
		case <-s.stop:
			s.serve(s.collect(nil))
			return
		}
	}
}

// collect takes what waits behind j.
func (s *Store) collect(j *job) []*job {
	var all []*job
	if j != nil {
		all = append(all, j)
	}
	for len(all) < maxBatch {
		select {
		case j := <-s.jobs:
			all = append(all, j)
		default:
			return all
		}
	}
	return all
}

// serve works through jobs: one transaction for those that write, then those
// that read.
func (s *Store) serve(jobs []*job) {
	var writes, reads []*job
	for _, j := range jobs {
		if err := j.ctx.Err(); err != nil {
			j.done <- err
		} else if j.write != nil {
			writes = append(writes, j)
		} else {
			reads = append(reads, j)
		}
	}
	for once := s.behind(); len(writes) > 0 || once; once = false {
		writes = s.commit(writes)
	}
	for _, j := range reads {
		j.done <- s.answer(j)
	}
	s.checkpoint()
}

func (s *Store) answer(j *job) error {
	if err := s.Err(); err != nil {
		return err
	}
	err := j.read()
	if c, ok := errors.AsType[caller](err); ok {
		return c.error
	}
	if err != nil {
		return s.fail(err)
	}
	return nil
}

// commit makes as many jobs durable as one transaction takes, answers them and
// returns the rest.
func (s *Store) commit(jobs []*job) []*job {
	if err := s.Err(); err != nil {
		return refuse(jobs, err)
	}
	s.look()
	b := &batch{ctx: context.Background(), db: s.db, last: s.last, head: s.head, ended: map[[16]byte]bool{}}
	if _, err := s.db.stmt.begin.Exec(); err != nil {
		return refuse(jobs, s.fail(err))
	}
	if err := s.marks(b); err != nil {
		return refuse(jobs, s.fail(err))
	}
	var written []*job
	for len(jobs) > 0 && b.bytes < maxBatchBytes {
		j := jobs[0]
		jobs = jobs[1:]
		err := j.write(b)
		if c, ok := errors.AsType[caller](err); ok {
			j.done <- c.error
			continue
		}
		written = append(written, j)
		if err != nil {
			return refuse(append(written, jobs...), s.fail(err))
		}
	}
	if err := s.end(b); err != nil {
		return refuse(append(written, jobs...), s.fail(err))
	}
	for _, j := range written {
		j.done <- nil
	}
	return jobs
}

// end commits b and then brings memory to the same state.
func (s *Store) end(b *batch) error {
	if b.pages == 0 {
		_, err := s.db.stmt.rollback.Exec()
		return err
	}
	begun := time.Now()
	if _, err := s.db.stmt.commit.Exec(); err != nil {
		return err
	}
	s.o.Committed(time.Since(begun))
	s.pages += b.pages
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last, s.head = b.last, b.head
	for _, f := range b.after {
		f()
	}
	s.changed()
	return nil
}

// wrote counts what a statement may add to the WAL.
func (b *batch) wrote(bytes int) {
	b.bytes += bytes
	b.pages += bytes/4096 + 3
}

// checkpoint empties the WAL when it has grown; on a full disk it must not grow at
// all.
func (s *Store) checkpoint() {
	if s.pages < maxPages && !s.tight || s.pages == 0 || s.Err() != nil {
		return
	}
	if err := s.db.checkpoint(context.Background(), "passive"); err != nil {
		_ = s.fail(err)
		return
	}
	s.pages = 0
}

// fail ends the store: nothing is written any more.
func (s *Store) fail(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		code := diskCode(err)
		s.broken = fault.Wrap(code, fmt.Errorf("%w, nothing more is written: %w", ErrBroken, err))
		s.o.Log.Error("the queue stops", "fault", code, "err", err)
		s.changed()
	}
	return s.broken
}

// refuse answers jobs with err and leaves none.
func refuse(jobs []*job, err error) []*job {
	for _, j := range jobs {
		j.done <- err
	}
	return nil
}
