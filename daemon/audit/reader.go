package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"motcua/protocol/request"
)

// Reader looks at a log without taking it from the kioskd that writes it, and
// changes nothing. It holds nothing but the checkpoints in memory.
type Reader struct {
	dir    string
	heads  []head
	hashes *os.File
	faults []Problem // found while opening
}

// Problem is something that is not as it was written.
type Problem struct {
	Where string `json:"where"`
	What  string `json:"what"`
}

func (p Problem) String() string { return p.Where + ": " + p.What }

// OpenReader opens the log in a folder; the error wraps fs.ErrNotExist when there
// is none.
func OpenReader(dir string) (*Reader, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}
	r := &Reader{dir: dir}
	// What is written last is read first, so that what it rests on is there.
	var err error
	if r.heads, _, err = readHeads(dir); errors.Is(err, ErrDamaged) {
		r.faults = append(r.faults, Problem{checkpointsName, err.Error()})
	} else if err != nil {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}
	r.hashes, err = os.Open(filepath.Join(dir, hashesName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}
	return r, nil
}

// Close closes the files.
func (r *Reader) Close() error {
	if r.hashes == nil {
		return nil
	}
	return r.hashes.Close()
}

// stored gives one stored hash.
func (r *Reader) stored(index int64) (tlog.Hash, bool) {
	if r.hashes == nil {
		return tlog.Hash{}, false
	}
	return hashes{r.hashes}.at(index)
}

// Entries goes through the entries that are kept, in their order, and ends with
// the first that cannot be read; its error wraps [ErrDamaged] then. What a running
// kioskd is just writing is left out.
func (r *Reader) Entries(yield func(Entry, error) bool) {
	firsts, err := segments(r.dir)
	if err != nil {
		yield(Entry{}, err)
		return
	}
	for i, first := range firsts {
		_, b, err := readSegment(r.dir, first)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		for n := first; len(b) > 0; n++ {
			payload, rest, _, err := cutFrame(b, maxEntry)
			if err != nil && i == len(firsts)-1 && r.unsigned(n) && torn(b, maxEntry) {
				return
			}
			var e Entry
			if err == nil {
				e, err = DecodeEntry(payload)
			}
			if err != nil || e.N != uint64(n) {
				err = damage("entry %d is not what was written", n)
			}
			if !yield(e, err) || err != nil {
				return
			}
			b = rest
		}
	}
}

// unsigned tells whether nothing says that entry n had reached the disk.
func (r *Reader) unsigned(n int64) bool {
	_, known := r.stored(tlog.StoredHashIndex(0, n))
	return !known && (len(r.heads) == 0 || uint64(n) >= r.heads[len(r.heads)-1].Size)
}

// Checkpoint is the last one that the log holds, as signed; nil when there is
// none.
func (r *Reader) Checkpoint() (signed []byte, size uint64, root request.Digest) {
	if len(r.heads) == 0 {
		return nil, 0, request.Digest{}
	}
	h := r.heads[len(r.heads)-1]
	return h.Signed, h.Size, h.Root
}

// Checkpoints goes through all signed checkpoints that the log holds, the smallest
// first, with what they sign.
func (r *Reader) Checkpoints(yield func(request.Link, []byte) bool) {
	for _, h := range r.heads {
		if !yield(request.Link{Log: h.Log, Size: h.Size, Root: h.Root}, h.Signed) {
			return
		}
	}
}

// Leaves goes through the hashes of the entries that the last checkpoint covers.
// It ends with an error that wraps [ErrDamaged] when one is gone, or when they do
// not lead to what was signed.
func (r *Reader) Leaves(yield func(request.Digest, error) bool) {
	tree := &stack{}
	for _, h := range r.heads {
		for uint64(tree.n) < h.Size {
			leaf, known := r.stored(tlog.StoredHashIndex(0, tree.n))
			if !known {
				yield(request.Digest{}, damage("the hash of entry %d is gone", tree.n))
				return
			}
			tree.add(leaf)
			if !yield(request.Digest(leaf), nil) {
				return
			}
		}
		if request.Digest(tree.root()) != h.Root {
			yield(request.Digest{}, damage("the hashes of the first %d entries are not those that were signed", h.Size))
			return
		}
	}
}

// Proof shows that an entry is in a log of which somebody holds a checkpoint
// (RFC 6962, 2.1.1).
type Proof struct {
	Log   request.ID       `json:"log"`
	N     uint64           `json:"n"`
	Leaf  request.Digest   `json:"leaf"`            // hash of the entry
	Entry []byte           `json:"entry,omitempty"` // canonical CBOR; absent when it was dropped after its time
	Size  uint64           `json:"size"`            // of the checkpoint
	Root  request.Digest   `json:"root"`
	Path  []request.Digest `json:"path"`
	// Checkpoint is the signed head that the proof leads to.
	Checkpoint []byte `json:"checkpoint"`
}

// Prove makes the proof of entry n under the last checkpoint. Errors: one that
// wraps [ErrUnknown] when no checkpoint covers it yet, [ErrDamaged] when the
// hashes do not lead there.
func (r *Reader) Prove(n uint64) (Proof, error) {
	signed, size, root := r.Checkpoint()
	if n >= size {
		return Proof{}, fmt.Errorf("%w: %d; the last checkpoint covers %d", ErrUnknown, n, size)
	}
	if r.hashes == nil {
		return Proof{}, damage("the hashes are gone")
	}
	p := Proof{Log: r.heads[0].Log, N: n, Size: size, Root: root, Checkpoint: signed}
	path, err := tlog.ProveRecord(int64(size), int64(n), hashes{r.hashes})
	if err != nil {
		return Proof{}, damage("%v", err)
	}
	leaf, _ := r.stored(tlog.StoredHashIndex(0, int64(n)))
	p.Leaf = request.Digest(leaf)
	for _, h := range path {
		p.Path = append(p.Path, request.Digest(h))
	}
	if p.Entry, err = r.payload(int64(n)); err != nil {
		return Proof{}, err
	}
	return p, p.Check()
}

// Check follows the proof from the entry to the root. That the checkpoint is the
// device's is for the caller to check.
func (p Proof) Check() error {
	if p.Entry != nil && request.Digest(tlog.RecordHash(p.Entry)) != p.Leaf {
		return damage("entry %d is not what was hashed", p.N)
	}
	path := make(tlog.RecordProof, len(p.Path))
	for i, h := range p.Path {
		path[i] = tlog.Hash(h)
	}
	if p.N >= p.Size || p.Size >= 1<<62 {
		return damage("entry %d is not in a log of %d", p.N, p.Size)
	}
	if err := tlog.CheckRecord(path, int64(p.Size), tlog.Hash(p.Root), int64(p.N), tlog.Hash(p.Leaf)); err != nil {
		return damage("entry %d: the proof does not lead to the checkpoint", p.N)
	}
	return nil
}

// payload is an entry's bytes; nil when it was dropped.
func (r *Reader) payload(n int64) ([]byte, error) {
	firsts, err := segments(r.dir)
	if err != nil {
		return nil, err
	}
	at := -1
	for i, first := range firsts {
		if first <= n {
			at = i
		}
	}
	if at < 0 {
		return nil, nil
	}
	_, b, err := readSegment(r.dir, firsts[at])
	if err != nil {
		return nil, err
	}
	for i := firsts[at]; ; i++ {
		payload, rest, _, err := cutFrame(b, maxEntry)
		if err != nil {
			return nil, damage("entry %d is not what was written", i)
		}
		if i == n {
			return payload, nil
		}
		b = rest
	}
}
