package outbox

import (
	"context"
	"errors"
	"fmt"
	"os"

	"motcua/protocol/fault"
)

// logSize is how much is allocated to the WAL ahead, and to the database file:
// more than is written between two checkpoints, so that commits overwrite
// blocks that exist. That is faster, and goes on when the disk is full.
const logSize = 4 << 20

// recover brings a queue from its file into memory. Its errors carry fault codes.
func (s *Store) recover(ctx context.Context) error {
	steps := []func(context.Context) error{s.room, s.attach, s.read, s.settleDown}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return s.explain(err)
		}
	}
	return nil
}

// explain gives an error of opening its fault code and says what to do.
func (s *Store) explain(err error) error {
	if isDamage(err) {
		err = damage("%v", err)
	}
	if unread := readable(s.path); errors.Is(err, ErrCorrupt) && unread != nil {
		err = fmt.Errorf("the disk does not give all of the file: %w", unread) // not even SQLite always tells this from damage
	}
	if errors.Is(err, ErrCorrupt) {
		err = fmt.Errorf("%w; keep %s and %s for examination, and give kioskd a new queue file", err, s.path, walName(s.path))
	}
	return fault.Wrap(diskCode(err), fmt.Errorf("opening the queue: %w", err))
}

// room makes sure that opening has the space it may need.
func (s *Store) room(context.Context) error {
	if err := s.blank(); err != nil {
		return err
	}
	available, err := free(s.path)
	if err != nil {
		return err
	}
	if available < lowWater {
		s.reserve.give()
		s.short = true
		s.o.Log.Warn("disk full: the reserve was given up to open the queue", "fault", fault.DiskFull, "free", available)
	}
	if err := cold(s.path); err != nil {
		return err
	}
	if err := checkFormat(s.path); err != nil {
		return err
	}
	return checkLog(s.path)
}

// blank refuses a file that is empty though it was in use. SQLite would make a new
// database of it, and of one that is shorter than its header.
func (s *Store) blank() error {
	const least = 512 // bytes of the smallest page
	have := size(s.path)
	if have >= least {
		return nil
	}
	_, err := os.Stat(s.reserve.name)
	if err == nil || have > 0 || size(walName(s.path)) > 0 {
		return damage("the file has %d bytes, though it was in use", have)
	}
	return nil
}

// attach opens the database and makes sure that it is a queue.
func (s *Store) attach(ctx context.Context) (err error) {
	if s.db, err = openDatabase(ctx, s.path); err != nil {
		return err
	}
	tables, err := s.db.number(ctx, "select count(*) from sqlite_schema")
	if err != nil {
		return err
	}
	mark, err := s.db.number(ctx, "pragma application_id")
	if err != nil {
		return err
	}
	if tables == 0 && mark == 0 {
		return s.db.create(ctx)
	}
	if err := s.db.isQueue(ctx); err != nil {
		return err
	}
	return s.db.checkFile(ctx)
}

// read loads the open requests.
func (s *Store) read(ctx context.Context) error {
	if err := s.db.prepare(ctx); err != nil {
		return damage("%v", err)
	}
	l, err := s.db.load(ctx)
	if err != nil {
		return err
	}
	s.final, s.last, s.head = l.final, l.last, l.head
	for i, e := range l.open {
		s.insert(e, l.sizes[i])
	}
	return nil
}

// settleDown makes durable what recovery found: a process that was killed
// between a write and its fsync leaves records that only the page cache has, and
// those must not be sent before the disk has them. Then it allocates space.
func (s *Store) settleDown(ctx context.Context) error {
	if err := s.db.checkpoint(ctx, "restart"); err != nil {
		return err
	}
	// Before anything is saved, the file says that its log counts from now on.
	if !s.short && size(walName(s.path)) < logSize {
		if err := s.db.reserve(ctx, logSize); err != nil {
			return err
		}
	}
	if size(walName(s.path)) >= logSize {
		if err := s.db.restart(ctx, logNeeded); err != nil {
			return err
		}
	}
	if !s.short {
		if err := s.reserve.take(); err != nil {
			s.short = true
			s.o.Log.Warn("no room for the reserve", "fault", fault.DiskFull, "err", err)
		}
	}
	return syncDir(s.path)
}
