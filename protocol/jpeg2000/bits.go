package jpeg2000

import "encoding/binary"

// headerBits reads the bits of packet headers: after a byte of ones the next
// begins with a stuffed zero (ISO/IEC 15444-1, B.10.1).
type headerBits struct {
	data []byte
	at   int
	held uint
	left uint // bits of held that are not read yet
	over bool // read beyond the end
}

func (r *headerBits) bit() uint {
	if r.left == 0 {
		last := r.held
		if r.at >= len(r.data) {
			r.over = true
			return 0
		}
		r.held, r.left = uint(r.data[r.at]), 8
		r.at++
		if last == 0xFF {
			r.left = 7
		}
	}
	r.left--
	return r.held >> r.left & 1
}

func (r *headerBits) bits(n uint) (v uint) {
	for range n {
		v = v<<1 | r.bit()
	}
	return v
}

// align ends a header at a byte; one more is skipped after a byte of ones.
func (r *headerBits) align() {
	if r.held == 0xFF {
		if r.at >= len(r.data) {
			r.over = true
		} else {
			r.at++
		}
	}
	r.held, r.left = 0, 0
}

// marker skips a marker and n bytes after it, if it stands here.
func (r *headerBits) marker(mark, n int) {
	if len(r.data)-r.at >= 2+n && int(binary.BigEndian.Uint16(r.data[r.at:])) == mark {
		r.at += 2 + n
	}
}

// tagTree codes a small two-dimensional array of numbers by the minima of ever
// larger parts of it (B.10.2).
type tagTree struct {
	widths []int // of each level, leaves first
	starts []int // of each level among nodes
	nodes  []treeNode
}

type treeNode struct {
	low   int  // the value is at least this
	known bool // and is this
}

func newTagTree(w, h int) *tagTree {
	t := &tagTree{}
	n := 0
	for {
		t.widths, t.starts = append(t.widths, w), append(t.starts, n)
		n += w * h
		if w*h <= 1 {
			break
		}
		w, h = (w+1)/2, (h+1)/2
	}
	t.nodes = make([]treeNode, n)
	return t
}

// below tells whether the value at x, y is less than limit, reading as many bits
// as that takes.
func (t *tagTree) below(r *headerBits, x, y, limit int) bool {
	low := 0
	var n *treeNode
	for level := len(t.widths) - 1; level >= 0; level-- {
		n = &t.nodes[t.starts[level]+(y>>uint(level))*t.widths[level]+x>>uint(level)]
		n.low = max(n.low, low)
		for n.low < limit && !n.known && !r.over {
			if r.bit() == 1 {
				n.known = true
			} else {
				n.low++
			}
		}
		low = n.low
	}
	return n.known && n.low < limit
}
