package outbox

import (
	"cmp"
	"slices"
)

// item is what is kept in memory of an open request: everything but its bytes.
type item struct {
	Entry
	size  int    // bytes of the envelope
	peers *peers // those of the same subject, nil for nobody in particular

	// What is known about sendings since the start of the program.
	sent bool   // at least one
	seen uint64 // receipts of others at the latest one
	vain int    // sendings after which others got a receipt and this one did not
}

// peers are the open requests of one subject, by seq.
type peers struct{ items []*item }

// insert puts a durable request into memory; s.mu is held.
func (s *Store) insert(e Entry, size int) {
	it := &item{Entry: e, size: size}
	s.open = append(s.open, it)
	s.byID[e.ID] = it
	s.payload += int64(size)
	if e.Subject == [16]byte{} {
		return
	}
	it.peers = s.subjects[e.Subject]
	if it.peers == nil {
		it.peers = &peers{}
		s.subjects[e.Subject] = it.peers
	}
	it.peers.items = append(it.peers.items, it)
}

// remove takes a settled request out of memory; s.mu is held.
func (s *Store) remove(it *item, state State) {
	i, found := slices.BinarySearchFunc(s.open, it.Seq, func(it *item, seq uint64) int { return cmp.Compare(it.Seq, seq) })
	if !found {
		return
	}
	s.open = slices.Delete(s.open, i, i+1)
	delete(s.byID, it.ID)
	delete(s.touched, it.Seq)
	s.final[state]++
	s.receipts++
	s.payload -= int64(it.size)
	if it.peers == nil {
		return
	}
	it.peers.items = slices.DeleteFunc(it.peers.items, func(p *item) bool { return p == it })
	if len(it.peers.items) == 0 {
		delete(s.subjects, it.Subject)
	}
}
