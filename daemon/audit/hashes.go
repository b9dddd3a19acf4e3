package audit

import (
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// hashes reads and writes the tree's hashes in the order of tlog.StoredHashIndex.
type hashes struct{ f io.ReaderAt }

// ReadHashes is that of tlog.HashReader.
func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if _, err := h.f.ReadAt(out[i][:], x*tlog.HashSize); err != nil {
			return nil, fmt.Errorf("reading hash %d: %w", x, err)
		}
	}
	return out, nil
}

// at gives one hash, and false when there is none: the file ends before it, or
// was never written there.
func (h hashes) at(index int64) (tlog.Hash, bool) {
	var x tlog.Hash
	if _, err := h.f.ReadAt(x[:], index*tlog.HashSize); err != nil {
		return tlog.Hash{}, false
	}
	return x, x != tlog.Hash{}
}

// stack is the tree's complete subtrees, the largest first: what adding a leaf
// and stating the root need, and nothing else.
type stack struct {
	n    int64
	tops []tlog.Hash
}

// stackOf is the stack of the first n entries.
func stackOf(n int64, h tlog.HashReader) (*stack, error) {
	s := &stack{n: n}
	var indexes []int64
	var done int64
	for level := 62; level >= 0; level-- {
		if n&(1<<level) != 0 {
			indexes = append(indexes, tlog.StoredHashIndex(level, done>>level))
			done += 1 << level
		}
	}
	var err error
	s.tops, err = h.ReadHashes(indexes)
	return s, err
}

// add puts a leaf behind the others and returns the hashes to store for it.
func (s *stack) add(leaf tlog.Hash) []tlog.Hash {
	stored := []tlog.Hash{leaf}
	for n := s.n; n&1 != 0; n >>= 1 {
		leaf = tlog.NodeHash(s.tops[len(s.tops)-1], leaf)
		s.tops = s.tops[:len(s.tops)-1]
		stored = append(stored, leaf)
	}
	s.tops = append(s.tops, leaf)
	s.n++
	return stored
}

// root is the tree's hash; that of the empty tree is of no use here.
func (s *stack) root() tlog.Hash {
	if len(s.tops) == 0 {
		return tlog.Hash{}
	}
	root := s.tops[len(s.tops)-1]
	for i := len(s.tops) - 2; i >= 0; i-- {
		root = tlog.NodeHash(s.tops[i], root)
	}
	return root
}
