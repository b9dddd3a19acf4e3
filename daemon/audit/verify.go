package audit

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"motcua/protocol/request"
)

// Report is what a verification found.
type Report struct {
	Log     request.ID     `json:"log"`
	Entries uint64         `json:"entries"`    // since the log began
	First   uint64         `json:"first_kept"` // the ones before were dropped after their time
	Root    request.Digest `json:"root"`
	// Signed is how many entries the last checkpoint covers; SignedAt is when that
	// was made.
	Signed      uint64 `json:"signed"`
	SignedAt    int64  `json:"signed_at,omitempty"`
	Checkpoints int    `json:"checkpoints"`
	// Torn is how many bytes behind the last entry are none: a kioskd that is
	// writing, or a power cut.
	Torn     int           `json:"torn"`
	Prev     *request.Link `json:"prev,omitempty"`
	Problems []Problem     `json:"problems"`
}

// maxProblems ends a verification: what is this wrong needs no longer list.
const maxProblems = 20

// Whole tells that nothing was found.
func (r *Report) Whole() bool { return len(r.Problems) == 0 }

func (r *Report) problem(where, format string, args ...any) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, Problem{where, fmt.Sprintf(format, args...)})
	}
}

// Verify reads everything: each entry against its hash, each hash against those it
// is made of, each checkpoint against the tree, and what is kept against what the
// log says was dropped. signed checks a checkpoint's signature; nil leaves the
// signatures out. others are checkpoints that came from elsewhere, such as the
// centre.
func (r *Reader) Verify(signed func([]byte) (request.Checkpoint, error), others ...request.Checkpoint) Report {
	v := verification{
		Report: Report{Problems: append([]Problem{}, r.faults...)},
		r:      r, tree: &stack{}, roots: map[uint64][]request.Digest{}, others: others,
	}
	v.wanted(signed)
	v.entries()
	v.end()
	return v.Report
}

// verification is one pass over a log.
type verification struct {
	Report
	r       *Reader
	tree    *stack
	roots   map[uint64][]request.Digest // demanded at a size
	others  []request.Checkpoint
	dropped uint64 // entries before it are declared as dropped
}

// wanted gathers the roots that the tree must have, from checkpoints of its own
// and from elsewhere.
func (v *verification) wanted(signed func([]byte) (request.Checkpoint, error)) {
	for _, h := range v.r.heads {
		v.Log, v.Signed, v.SignedAt = h.Log, h.Size, h.At
		v.Checkpoints++
		v.roots[h.Size] = append(v.roots[h.Size], h.Root)
		if signed == nil {
			continue
		}
		where := fmt.Sprintf("checkpoint at %d", h.Size)
		switch c, err := signed(h.Signed); {
		case err != nil:
			v.problem(where, "%v", err)
		case c.Log != h.Log || c.Size != h.Size || c.Root != h.Root || c.At != h.At:
			v.problem(where, "it says something else than what was signed")
		}
	}
	for _, c := range v.others {
		v.roots[c.Size] = append(v.roots[c.Size], c.Root)
	}
}

// entries walks along the segments.
func (v *verification) entries() {
	firsts, err := segments(v.r.dir)
	if err != nil {
		v.problem("the folder", "%v", err)
		return
	}
	if len(firsts) == 0 {
		v.problem("the folder", "the entries are gone")
		return
	}
	v.First = uint64(firsts[0])
	if !v.leaves(firsts[0]) {
		return
	}
	for i, first := range firsts {
		if first != v.tree.n {
			v.problem(segmentName(first), "entries %d to %d are gone", v.tree.n, first-1)
			return
		}
		if !v.segment(first, i == len(firsts)-1) {
			return
		}
	}
}

// leaves takes the hashes of entries that are not kept any more.
func (v *verification) leaves(until int64) bool {
	for n := range until {
		leaf, known := v.r.stored(tlog.StoredHashIndex(0, n))
		if !known {
			v.problem(hashesName, "that of entry %d is gone", n)
			return false
		}
		v.grow(leaf)
	}
	return true
}

// segment takes the entries of one file; false when there is no going on.
func (v *verification) segment(first int64, last bool) bool {
	where := segmentName(first)
	h, b, err := readSegment(v.r.dir, first)
	if err != nil {
		v.problem(where, "%v", err)
		return false
	}
	if v.Log == (request.ID{}) {
		v.Log = h.Log
	}
	if h.Log != v.Log || first > int64(v.First) && !same(h.Prev, v.Prev) {
		v.problem(where, "it belongs to another log")
	}
	v.Prev = h.Prev
	for len(b) > 0 {
		payload, rest, _, err := cutFrame(b, maxEntry)
		if err != nil {
			if last && v.r.unsigned(v.tree.n) && torn(b, maxEntry) {
				v.Torn = len(b)
				return true
			}
			v.problem(where, "entry %d is damaged", v.tree.n)
			return false
		}
		v.entry(where, payload)
		b = rest
	}
	return true
}

// entry takes one entry.
func (v *verification) entry(where string, payload []byte) {
	n := v.tree.n
	e, err := DecodeEntry(payload)
	switch {
	case err != nil:
		v.problem(where, "entry %d: %v", n, err)
	case e.N != uint64(n):
		v.problem(where, "entry %d stands in the place of %d", e.N, n)
	case e.Kind == Begin != (n == 0):
		v.problem(where, "entry %d: a log begins once", n)
	}
	if n == 0 {
		if !same(e.Prev, v.Prev) {
			v.problem(where, "it names another log before this one than its first entry does")
		}
	}
	if e.Kind == Drop {
		v.dropped = max(v.dropped, e.Seq)
	}
	v.grow(tlog.RecordHash(payload))
}

// grow puts a leaf into the tree and holds what follows from it against what is
// stored and signed.
func (v *verification) grow(leaf tlog.Hash) {
	n := v.tree.n
	at := tlog.StoredHashCount(n)
	for i, h := range v.tree.add(leaf) {
		stored, known := v.r.stored(at + int64(i))
		if known && stored != h || !known && uint64(n) < v.Signed {
			v.problem(hashesName, "entry %d is not what was hashed", n)
		}
	}
	size, root := uint64(v.tree.n), request.Digest(v.tree.root())
	for _, want := range v.roots[size] {
		if want != root {
			v.problem(fmt.Sprintf("checkpoint at %d", size), "the entries are not those that were signed")
		}
	}
	v.Entries, v.Root = size, root
}

// end looks at what should have come and did not.
func (v *verification) end() {
	for _, c := range v.others {
		if v.Log != c.Log {
			v.problem("checkpoint given", "it is of another log, %s", c.Log)
		}
		if c.Size > v.Entries {
			v.problem("checkpoint given", "it covers %d entries, here are %d: the log was cut or set back", c.Size, v.Entries)
		}
	}
	if v.Signed > v.Entries {
		v.problem("the end", "%d entries were signed, here are %d", v.Signed, v.Entries)
	} else if _, known := v.r.stored(tlog.StoredHashIndex(0, int64(v.Entries))); known && v.settled() {
		v.problem("the end", "entries from %d on are gone", v.Entries)
	}
	if v.First > v.dropped {
		v.problem("the beginning", "entries before %d are gone, and the log does not say that they were dropped", v.First)
	}
}

// settled tells whether the last segment still is as long as it was read, so that
// a kioskd that goes on writing is not taken for one that lost something.
func (v *verification) settled() bool {
	firsts, err := segments(v.r.dir)
	if err != nil || len(firsts) == 0 {
		return true
	}
	_, b, err := readSegment(v.r.dir, firsts[len(firsts)-1])
	if err != nil {
		return true
	}
	n := firsts[len(firsts)-1]
	for len(b) > 0 {
		_, rest, _, err := cutFrame(b, maxEntry)
		if err != nil {
			break
		}
		b = rest
		n++
	}
	return uint64(n) <= v.Entries
}

func same(a, b *request.Link) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
