package outbox

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"time"

	"motcua/protocol/fault"
)

// Reader is a queue as it was at one moment, to be looked at and copied. It takes
// no lock, writes nothing, and works beside the kioskd that uses the queue as well
// as on a file that kioskd refuses.
type Reader struct{ db *database }

// OpenReader reads the queue at path into memory. Errors: one that wraps
// fs.ErrNotExist when there is no queue, [ErrCorrupt] when nothing can be read.
func OpenReader(ctx context.Context, path string) (*Reader, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("reading the queue: %w", err)
	}
	image, err := snapshot(ctx, path)
	if err != nil {
		return nil, readError(err)
	}
	return openImage(ctx, image)
}

// openImage reads a database in memory.
func openImage(ctx context.Context, image []byte) (*Reader, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	d := &database{db: db}
	if d.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := errors.Join(d.conn.Raw(into(image)), d.isQueue(ctx)); err != nil {
		return nil, errors.Join(readError(err), d.close())
	}
	return &Reader{d}, nil
}

func readError(err error) error {
	if isDamage(err) {
		err = damage("%v", err)
	}
	return fault.Wrap(fault.QueueBroken, fmt.Errorf("reading the queue: %w", err))
}

// isQueue refuses files that are something else.
func (d *database) isQueue(ctx context.Context) error {
	mark, err := d.number(ctx, "pragma application_id")
	if err != nil {
		return err
	}
	if mark != fileMark {
		return damage("this is not a queue")
	}
	version, err := d.number(ctx, "pragma user_version")
	if err == nil && version != logless && version != logNeeded {
		err = damage("it has version %d, this program knows %d and %d", version, logless, logNeeded)
	}
	return err
}

// Close forgets the copy.
func (r *Reader) Close() error { return r.db.close() }

// Entries goes through all requests by seq, with envelopes and receipts. A request
// that is not what was written comes with an error that wraps [ErrCorrupt] and
// with what can be read of it; the others come all the same, as far as SQLite can
// read on.
func (r *Reader) Entries(ctx context.Context) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		rows, err := r.db.conn.QueryContext(ctx, `select `+columns+` from `+joined+` order by item.seq`)
		if err != nil {
			yield(Entry{}, readError(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			e, err := scan(rows)
			if err == nil && e.Envelope != nil && sha256.Sum256(e.Envelope) != e.Digest {
				err = damage("request %d: its envelope has changed", e.Seq)
			}
			if !yield(e, err) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Entry{}, readError(err))
		}
	}
}

// Summary is a queue in numbers, as a reader finds it.
type Summary struct {
	Stats
	Damaged int // requests that are not what was written
	Alarms  []Alarm
}

// Summary counts everything at a time, and checks every line as an opening does:
// its error wraps [ErrCorrupt] when kioskd would refuse the file, with the first
// reason.
func (r *Reader) Summary(ctx context.Context, now time.Time) (Summary, error) {
	var s Summary
	var alarms alarmCount
	var chain loaded
	reason := r.db.checkFile(ctx)
	for e, err := range r.Entries(ctx) {
		if err == nil {
			err = chain.follow(&e)
		}
		chain.place(&e)
		if err != nil {
			s.Damaged++
			if reason == nil {
				reason = err
			}
			continue
		}
		s.add(&e, now)
		alarms.add(&e, now)
	}
	s.Alarms = alarms.alarms
	return s, reason
}

// add counts one request.
func (s *Stats) add(e *Entry, now time.Time) {
	s.Seq, s.Head = e.Seq, e.Digest
	switch e.State {
	case Queued:
		s.Queued++
	case Sent:
		s.Sent++
	case Poison:
		s.Poison++
	case Receipted:
		s.Receipted++
	case Refused:
		s.Refused++
	case Expired:
		s.Expired++
	}
	if e.State.Final() {
		return
	}
	s.Bytes += int64(len(e.Envelope))
	if s.Oldest.IsZero() {
		s.Oldest = e.CreatedAt
	}
	if e.ExpiresAt.Before(now) {
		s.Overdue++
	}
}
