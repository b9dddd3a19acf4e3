package audit

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"motcua/protocol/request"
)

// load reads the end of the log: everything that is not signed yet, and at least
// the last segment. What comes before is checked by its root only; kioskctl audit
// verify checks all of it.
func (l *Log) load() error {
	all, good, err := readHeads(l.dir)
	if len(all) > 0 {
		l.head = all[len(all)-1] // for a link, when the log is damaged
	}
	if err != nil {
		return err
	}
	firsts, err := segments(l.dir)
	if err != nil {
		return err
	}
	if len(firsts) == 0 {
		return damage("its entries are gone")
	}
	if err := l.checkHead(); err != nil {
		return err
	}
	if l.hashes, err = os.OpenFile(filepath.Join(l.dir, hashesName), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	from := len(firsts) - 1
	for from > 0 && uint64(firsts[from]) > l.head.Size {
		from--
	}
	if l.tree, err = stackOf(firsts[from], hashes{l.hashes}); err != nil {
		return damage("the hashes before entry %d are gone", firsts[from])
	}
	for i := from; i < len(firsts); i++ {
		if err := l.loadSegment(firsts[i], i == len(firsts)-1); err != nil {
			return err
		}
	}
	if err := l.checkEnd(); err != nil {
		return err
	}
	return l.openHeads(all, good)
}

// checkHead holds the last checkpoint against the device's key.
func (l *Log) checkHead() error {
	if l.head.Size == 0 {
		return nil
	}
	c, err := l.o.Verify(l.head.Signed)
	switch {
	case err != nil:
		return damage("the last checkpoint: %v", err)
	case c.Size != l.head.Size || c.Root != l.head.Root || c.Log != l.head.Log || c.Device != l.o.Device:
		return damage("the last checkpoint says something else than what was signed")
	}
	return nil
}

// loadSegment reads a segment and brings the tree to its end.
func (l *Log) loadSegment(first int64, last bool) error {
	h, b, err := readSegment(l.dir, first)
	if err != nil {
		return err
	}
	if l.head.Size > 0 && h.Log != l.head.Log || l.id != (request.ID{}) && h.Log != l.id {
		return damage("%s belongs to another log", segmentName(first))
	}
	if first != l.tree.n {
		return damage("entries %d to %d are gone", l.tree.n, first-1)
	}
	l.id, l.prev, l.first = h.Log, h.Prev, first
	name := filepath.Join(l.dir, segmentName(first))
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	l.segEnd = info.Size() - int64(len(b))
	for len(b) > 0 {
		if err := l.checkRoot(); err != nil {
			return err
		}
		payload, rest, _, err := cutFrame(b, maxEntry)
		if err != nil {
			if err := l.mayCut(b, last); err != nil {
				return err
			}
			l.notice.Torn = int64(len(b))
			break
		}
		if err := l.replay(payload); err != nil {
			return err
		}
		l.segEnd += int64(len(b) - len(rest))
		b = rest
	}
	if !last {
		return nil
	}
	if l.seg, err = os.OpenFile(name, os.O_RDWR, 0); err != nil {
		return err
	}
	if l.notice.Torn > 0 {
		return errors.Join(l.seg.Truncate(l.segEnd), l.o.sync(l.seg))
	}
	return nil
}

// mayCut refuses to cut off anything that was durable once.
func (l *Log) mayCut(rest []byte, last bool) error {
	_, known := hashes{l.hashes}.at(tlog.StoredHashIndex(0, l.tree.n))
	if !last || known || uint64(l.tree.n) < l.head.Size || !torn(rest, maxEntry) {
		return damage("entry %d is not what was written", l.tree.n)
	}
	return nil
}

// replay takes one entry and holds it against its hashes; those that had not
// reached the disk are written.
func (l *Log) replay(payload []byte) error {
	n := l.tree.n
	e, err := DecodeEntry(payload)
	if err != nil || e.N != uint64(n) {
		return damage("entry %d is not what was written", n)
	}
	at := tlog.StoredHashCount(n)
	for i, h := range l.tree.add(tlog.RecordHash(payload)) {
		stored, known := hashes{l.hashes}.at(at + int64(i))
		switch {
		case known && stored != h, !known && uint64(n) < l.head.Size:
			return damage("entry %d is not what was hashed", n)
		case !known:
			if _, err := l.hashes.WriteAt(h[:], (at+int64(i))*tlog.HashSize); err != nil {
				return err
			}
			l.notice.Replays++
		}
	}
	return nil
}

// checkRoot holds the tree against the last checkpoint, when it is just as large.
func (l *Log) checkRoot() error {
	if l.head.Size > 0 && uint64(l.tree.n) == l.head.Size && request.Digest(l.tree.root()) != l.head.Root {
		return damage("the first %d entries are not what was signed", l.head.Size)
	}
	return nil
}

// checkEnd: nothing that was durable is missing at the end.
func (l *Log) checkEnd() error {
	if err := l.checkRoot(); err != nil {
		return err
	}
	if _, known := (hashes{l.hashes}).at(tlog.StoredHashIndex(0, l.tree.n)); known || uint64(l.tree.n) < l.head.Size {
		return damage("entries from %d on are gone", l.tree.n)
	}
	return nil
}

// openHeads opens the file of checkpoints, cut to what is whole and thinned out.
func (l *Log) openHeads(all []head, good int64) error {
	name := filepath.Join(l.dir, checkpointsName)
	if kept := thin(all, l.o.Now()); len(kept) < len(all) {
		b, err := frames(kept)
		if err == nil {
			err = place(name, b)
		}
		if err != nil {
			return err
		}
		good = int64(len(b))
	}
	var err error
	if l.heads, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	l.end = good
	return l.heads.Truncate(good)
}

// replace puts what is there aside and begins a new log. The new folder is whole
// before the old one moves, so that a power cut between leaves one of them.
func (l *Log) replace(why error) error {
	for _, f := range []*os.File{l.seg, l.hashes, l.heads} {
		if f != nil {
			_ = f.Close() // damaged
		}
	}
	l.seg, l.hashes, l.heads = nil, nil, nil
	l.notice = Notice{Damage: why}
	if why != nil {
		if link := l.link(); link != nil {
			l.prev = link
		}
		l.notice.Prev = l.prev
	}
	l.head, l.tree = head{}, &stack{}
	now := l.o.Now()
	var err error
	if l.id, err = request.NewID(now, l.o.Rand); err != nil {
		return err
	}
	fresh := l.dir + ".new"
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	if err := l.begin(fresh, 0); err != nil {
		return err
	}
	if exists(l.dir) {
		l.notice.Kept = l.dir + ".old-" + strconv.FormatInt(now.UnixMilli(), 10)
		if err := os.Rename(l.dir, l.notice.Kept); err != nil {
			return err
		}
	}
	if err := errors.Join(os.Rename(fresh, l.dir), syncDir(filepath.Dir(l.dir))); err != nil {
		return err
	}
	if l.hashes, err = os.OpenFile(filepath.Join(l.dir, hashesName), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if l.heads, err = os.OpenFile(filepath.Join(l.dir, checkpointsName), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	l.end = 0
	return syncDir(l.dir)
}

// link names the damaged log by its last checkpoint; nil when none is left. The log
// before it is named then, if any.
func (l *Log) link() *request.Link {
	if l.head.Size == 0 {
		return nil
	}
	return &request.Link{Log: l.head.Log, Size: l.head.Size, Root: l.head.Root}
}
