package outbox

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// A kioskd that runs has its queue for itself: SQLite lets nobody else in. A
// reader therefore takes no part in SQLite's locking. It copies the database and
// then its log (WAL) into memory. When the log has the same beginning before and
// after, it was only appended to meanwhile, and every page that a checkpoint may
// have moved during the copy is in the log too: database and log together are the
// queue at one moment, between two commits.

const (
	// snapshotTries is how often a copy is begun again because the log was: a second
	// or two of trying beside a writer that never rests.
	snapshotTries = 200
	// maxSnapshot bounds what is copied into memory, in bytes.
	maxSnapshot = 1 << 30
)

// errMoving means that the log began anew during a copy.
var errMoving = errors.New("the queue changes too fast to be read")

// snapshot is the database as of the last commit in its log.
func snapshot(ctx context.Context, path string) ([]byte, error) {
	for range snapshotTries {
		b, err := snapshotOnce(path)
		if !errors.Is(err, errMoving) {
			return b, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return nil, errMoving
}

func snapshotOnce(path string) ([]byte, error) {
	before, err := logHeader(path)
	if err != nil {
		return nil, err
	}
	db, err := readFile(path)
	if err != nil {
		return nil, err
	}
	log, err := readFile(walName(path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	after, err := logHeader(path)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(before, after) || len(log) >= walHeader && !bytes.Equal(before, log[:walHeader]) {
		return nil, errMoving
	}
	return overlay(db, log)
}

// logHeader is the beginning of the log, nil when there is none yet.
func logHeader(path string) ([]byte, error) {
	f, err := os.Open(walName(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, walHeader)
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, nil //nolint:nilerr // shorter than a header: nothing is in it
	}
	return b, nil
}

// readFile reads what a file holds now, in one go: the queue may change meanwhile.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > maxSnapshot {
		return nil, fmt.Errorf("%s: more than %d MiB", name, maxSnapshot>>20)
	}
	b := make([]byte, info.Size())
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // it became shorter
	}
	return b[:n], err
}

// overlay lays the committed frames of a log over a database, as SQLite does: up
// to the first frame that is not whole, and not beyond the last commit.
func overlay(db, log []byte) ([]byte, error) {
	if len(log) >= walHeader && !allZero(log[:walHeader]) {
		w := walScan{order: binary.LittleEndian}
		if err := w.begin(log[:walHeader]); err != nil {
			return nil, err
		}
		db = w.apply(db, log[walHeader:])
	}
	if len(db) < headerSize {
		return nil, damage("the file is empty")
	}
	db[formatAt], db[formatAt+1] = formatJournal, formatJournal // the log is in it
	return db, nil
}

// apply writes the pages of whole transactions over those of the database.
func (w *walScan) apply(db, frames []byte) []byte {
	var pending [][]byte
	for in := bytes.NewReader(frames); ; {
		if _, err := io.ReadFull(in, w.page); err != nil {
			return db
		}
		sum := w.add(w.add(w.sum, w.page[:8]), w.page[frameHeader:])
		w.sum = stated(w.page[16:])
		if [8]byte(w.page[8:16]) != w.salts || sum != w.sum {
			return db
		}
		pending = append(pending, bytes.Clone(w.page))
		pages := binary.BigEndian.Uint32(w.page[4:])
		if pages == 0 {
			continue
		}
		size := int64(len(w.page) - frameHeader)
		if int64(pages)*size > maxSnapshot {
			return db // its checksum is right, its content is not: the check of the file will tell
		}
		db = grown(db, int64(pages)*size)
		for _, p := range pending {
			at := (int64(binary.BigEndian.Uint32(p)) - 1) * size
			if at >= 0 && at+size <= int64(len(db)) {
				copy(db[at:], p[frameHeader:])
			}
		}
		pending = pending[:0]
	}
}

// grown is b with another length.
func grown(b []byte, n int64) []byte {
	if n <= int64(len(b)) {
		return b[:n]
	}
	return append(b, make([]byte, n-int64(len(b)))...)
}

// into makes an image the content of a database in memory.
func into(image []byte) func(any) error {
	return func(c any) error {
		d, ok := c.(interface{ Deserialize([]byte) error })
		if !ok {
			return driver.ErrBadConn
		}
		return d.Deserialize(image)
	}
}
