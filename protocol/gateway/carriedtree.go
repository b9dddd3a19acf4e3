package gateway

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"motcua/protocol/request"
)

// carriedTree is the Merkle tree of a log that was carried here.
type carriedTree struct {
	stored []tlog.Hash // in the order of tlog.StoredHashIndex
	// proven is how many entries the device has signed for with this very tree; what
	// the tree says beyond is nobody's word.
	proven uint64
}

// newCarriedTree builds the tree and finds the newest checkpoint that it leads to.
func newCarriedTree(leaves []request.Digest, all []signedCheckpoint) (*carriedTree, error) {
	if len(leaves) > request.MaxLeaves {
		return nil, errors.New("a log of too many entries")
	}
	t := &carriedTree{stored: make([]tlog.Hash, 0, 2*len(leaves))}
	for n, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(n), tlog.Hash(leaf), t)
		if err != nil {
			return nil, err
		}
		t.stored = append(t.stored, hashes...)
	}
	for _, s := range all {
		if s.Size > 0 && s.Size <= uint64(len(leaves)) && t.root(s.Size) == s.Root {
			t.proven = s.Size
		}
	}
	return t, nil
}

// ReadHashes is that of tlog.HashReader.
func (t *carriedTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(t.stored)) {
			return nil, errors.New("no such hash")
		}
		out[i] = t.stored[x]
	}
	return out, nil
}

// root is that of the first size entries; zero, which is no root, when there are
// fewer.
func (t *carriedTree) root(size uint64) request.Digest {
	root, err := tlog.TreeHash(int64(size), t)
	if err != nil {
		return request.Digest{}
	}
	return request.Digest(root)
}

// proof shows that the tree of size entries continues that of from, which is more
// than 0 and less; nil when there are fewer entries.
func (t *carriedTree) proof(size, from uint64) []request.Digest {
	p, err := tlog.ProveTree(int64(size), int64(from), t)
	if err != nil {
		return nil
	}
	proof := make([]request.Digest, len(p))
	for i, h := range p {
		proof[i] = request.Digest(h)
	}
	return proof
}
