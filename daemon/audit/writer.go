package audit

import (
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"motcua/protocol/request"
)

// maxBatch is how many entries one sync makes durable; with their frames they stay
// below [maxTail].
const maxBatch = 256

// run is the writer.
func (l *Log) run() {
	defer close(l.stopped)
	lazy := time.NewTicker(lazily)
	defer lazy.Stop()
	for {
		select {
		case <-l.wake:
		case <-lazy.C:
		case <-l.stop:
			if l.drain() && l.tree.n > int64(l.head.Size) {
				l.sign()
			}
			return
		}
		if !l.drain() {
			continue
		}
		if l.due() {
			l.sign()
		}
	}
}

// drain writes everything that waits; false when the log does not work.
func (l *Log) drain() bool {
	for {
		l.mu.Lock()
		n := min(len(l.pending), maxBatch)
		batch := l.pending[:n:n]
		l.pending = l.pending[n:]
		broken := l.broken
		l.mu.Unlock()
		if n == 0 || broken != nil {
			return broken == nil
		}
		if err := l.write(batch); err != nil {
			_ = l.fail(err)
			return false
		}
		l.mu.Lock()
		l.durable += uint64(n)
		l.size = l.tree.n
		l.tellLocked()
		l.mu.Unlock()
	}
}

// write makes a batch durable: entries first, then their hashes. That there is a
// hash means that its entry had reached the disk; the hashes themselves are synced
// before they are signed, and until then follow from the entries.
func (l *Log) write(batch []Entry) error {
	if err := l.turn(); err != nil {
		return err
	}
	start := l.tree.n
	var out, sums []byte
	for i, e := range batch {
		e.N = uint64(start) + uint64(i)
		b, err := request.Encode(e)
		if err != nil {
			return err
		}
		out = appendFrame(out, b, i == len(batch)-1)
		for _, h := range l.tree.add(tlog.RecordHash(b)) {
			sums = append(sums, h[:]...)
		}
	}
	if _, err := l.seg.WriteAt(out, l.segEnd); err != nil {
		return err
	}
	if err := l.o.sync(l.seg); err != nil {
		return err
	}
	l.segEnd += int64(len(out))
	_, err := l.hashes.WriteAt(sums, tlog.StoredHashCount(start)*tlog.HashSize)
	return err
}

// turn begins a new segment when the old one is full, and drops old ones.
func (l *Log) turn() error {
	if l.tree.n-l.first < int64(l.o.Segment) {
		return nil
	}
	if err := l.seg.Close(); err != nil {
		return err
	}
	l.seg = nil
	if err := l.begin(l.dir, l.tree.n); err != nil {
		return err
	}
	return l.retain()
}

// begin makes a segment and opens it.
func (l *Log) begin(dir string, first int64) error {
	b, err := header{V: Version, Log: l.id, First: uint64(first), Prev: l.prev}.bytes()
	if err != nil {
		return err
	}
	name := filepath.Join(dir, segmentName(first))
	if err := place(name, b); err != nil {
		return err
	}
	l.first, l.segEnd = first, int64(len(b))
	l.seg, err = os.OpenFile(name, os.O_RDWR, 0)
	return err
}

// retain says which segments are old and signed. They are dropped once the log
// says so under a signature ([Log.drop]); the hashes of their entries stay, so
// that proofs do.
func (l *Log) retain() error {
	firsts, err := segments(l.dir)
	if err != nil {
		return err
	}
	edge := l.o.Now().Add(-l.o.Keep)
	upTo := firsts[0]
	for i := 0; i+1 < len(firsts) && uint64(firsts[i+1]) <= l.head.Size; i++ {
		at, err := l.begunAt(firsts[i+1])
		if err != nil {
			return err
		}
		if at.After(edge) {
			break
		}
		upTo = firsts[i+1]
	}
	if upTo == firsts[0] {
		return nil
	}
	l.dropTo = upTo
	return l.Add(Entry{Kind: Drop, Seq: uint64(upTo)})
}

// begunAt is the time of a segment's first entry; that of an empty one is now.
func (l *Log) begunAt(first int64) (time.Time, error) {
	_, b, err := readSegment(l.dir, first)
	if err != nil || len(b) == 0 {
		return l.o.Now(), err
	}
	payload, _, _, err := cutFrame(b, maxEntry)
	if err != nil {
		return time.Time{}, damage("entry %d is not what was written", first)
	}
	e, err := DecodeEntry(payload)
	return time.UnixMilli(e.At), err
}

// drop removes the segments that the log says are dropped.
func (l *Log) drop() error {
	firsts, err := segments(l.dir)
	if err != nil {
		return err
	}
	for _, first := range firsts {
		if first >= l.dropTo {
			break
		}
		if err := os.Remove(filepath.Join(l.dir, segmentName(first))); err != nil {
			return err
		}
	}
	l.o.Log.Info("audit: entries dropped after their time", "before", l.dropTo)
	l.dropTo = 0
	return nil
}

// due tells whether the head has to be signed.
func (l *Log) due() bool {
	fresh := l.tree.n - int64(l.head.Size)
	l.mu.Lock()
	soon := l.soon
	l.soon = false
	l.mu.Unlock()
	return fresh > 0 && soon || fresh >= int64(l.o.Entries) || fresh > 0 && l.o.Now().Sub(l.since) >= l.o.Every
}

// sign makes a checkpoint. Hashes are durable before they are signed.
func (l *Log) sign() {
	if err := l.trySign(); err != nil {
		_ = l.fail(err)
	}
}

func (l *Log) trySign() error {
	if err := l.o.sync(l.hashes); err != nil {
		return err
	}
	c, signed, err := l.checkpoint(l.tree.n, int64(l.head.Size))
	if err != nil {
		return err
	}
	h := head{Log: l.id, Size: c.Size, Root: c.Root, At: c.At, Signed: signed}
	b, err := frames([]head{h})
	if err != nil {
		return err
	}
	if _, err := l.heads.WriteAt(b, l.end); err != nil {
		return err
	}
	if err := l.o.sync(l.heads); err != nil {
		return err
	}
	l.end += int64(len(b))
	l.mu.Lock()
	l.head, l.since = h, l.o.Now()
	l.tellLocked()
	l.mu.Unlock()
	if l.dropTo > 0 { // everything that was added before is signed now
		return l.drop()
	}
	return nil
}

// checkpoint states and signs the tree of size entries, and proves that it
// continues that of from.
func (l *Log) checkpoint(size, from int64) (request.Checkpoint, []byte, error) {
	c := request.Checkpoint{
		V: request.Version, Type: request.TypeCheckpoint, Device: l.o.Device, Log: l.id,
		Size: uint64(size), At: l.o.Now().UnixMilli(), From: uint64(from), Prev: l.prev,
	}
	root, err := tlog.TreeHash(size, hashes{l.hashes})
	if err != nil {
		return c, nil, err
	}
	c.Root = request.Digest(root)
	if from > 0 && from < size {
		proof, err := tlog.ProveTree(size, from, hashes{l.hashes})
		if err != nil {
			return c, nil, err
		}
		for _, h := range proof {
			c.Proof = append(c.Proof, request.Digest(h))
		}
	}
	if c.Seq, c.Head, err = l.o.Position(); err != nil {
		return c, nil, err
	}
	signed, err := l.o.Sign(c)
	return c, signed, err
}
