package outbox

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"math/bits"
	"os"
	"slices"
)

// SQLite takes a WAL up to the first frame whose checksum is wrong and forgets the
// rest: right for a transaction that a power cut tore, wrong for a bit that
// flipped. Here is the difference: every transaction of this queue is synced before
// the next begins, so that behind a torn one nothing can follow; and where sectors
// were not written a frame is wrong in more than one bit.
// The format is that of https://www.sqlite.org/fileformat2.html#walformat.
const (
	walHeader   = 32
	frameHeader = 24
	walMagic    = 0x377f0682 // its lowest bit tells the byte order of the checksums
)

// checkLog refuses a WAL in which something is damaged in the middle.
func checkLog(path string) error {
	needed, err := logCounts(path)
	if err != nil {
		return err
	}
	if have := size(walName(path)); needed && have < logSize {
		return damage("its log (WAL) is cut off: %d bytes of at least %d", have, logSize)
	}
	f, err := os.Open(walName(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	head := make([]byte, walHeader)
	if _, err := io.ReadFull(in, head); err != nil || allZero(head) {
		if needed {
			return damage("its log (WAL) is empty")
		}
		return nil // never written
	}
	w := walScan{order: binary.LittleEndian}
	if err := w.begin(head); err != nil {
		return err
	}
	return w.rest(in)
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// walScan walks along the frames of a WAL.
type walScan struct {
	order   binary.ByteOrder
	salts   [8]byte
	sum     [2]uint32 // checksum so far, as the frame before states it
	page    []byte
	index   int
	broken  int  // index of the first frame that is damaged, from 1
	commits int  // ends of transactions from there on; a torn one has one at most
	flipped bool // that frame is whole but for one bit
}

func (w *walScan) begin(head []byte) error {
	magic := binary.BigEndian.Uint32(head)
	if magic&^1 != walMagic {
		return damage("its log (WAL) has no beginning")
	}
	if magic&1 != 0 {
		w.order = binary.BigEndian
	}
	size := binary.BigEndian.Uint32(head[8:])
	w.sum = w.add(w.sum, head[:24])
	if w.sum != stated(head[24:]) || size < 512 || size > 65536 {
		return damage("the beginning of its log (WAL) is damaged")
	}
	w.salts = [8]byte(head[16:24])
	w.page = make([]byte, frameHeader+int(size))
	return nil
}

// rest looks at all frames that follow.
func (w *walScan) rest(in io.Reader) error {
	for {
		err := w.frame(in)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if w.flipped {
		return damage("a bit of its log (WAL) is wrong at frame %d", w.broken)
	}
	return nil
}

// frame looks at the next frame. Behind a damaged one, each is judged by the
// checksum that the one before it states.
func (w *walScan) frame(in io.Reader) error {
	if _, err := io.ReadFull(in, w.page); err != nil {
		return err
	}
	w.index++
	sum := w.add(w.add(w.sum, w.page[:8]), w.page[frameHeader:])
	w.sum = stated(w.page[16:])
	current := [8]byte(w.page[8:16]) == w.salts
	good := current && sum == w.sum
	// The last of its transaction. Salts are not in the sum: a frame may be whole but
	// for them.
	commit := (current || sum == w.sum) && binary.BigEndian.Uint32(w.page[4:]) != 0
	switch {
	case !good && w.broken == 0:
		w.broken, w.flipped = w.index, w.oneBit(sum)
		if commit {
			w.commits++
		}
	case good && w.broken != 0 && commit:
		w.commits++
	}
	if w.commits > 1 {
		return damage("its log (WAL) is damaged at frame %d, and more follows", w.broken)
	}
	return nil
}

// oneBit tells whether the frame, whose checksum should be sum, is whole but for
// one bit.
func (w *walScan) oneBit(sum [2]uint32) bool {
	salts := binary.BigEndian.Uint64(w.page[8:]) ^ binary.BigEndian.Uint64(w.salts[:])
	sums := (uint64(sum[0])<<32 | uint64(sum[1])) ^ (uint64(w.sum[0])<<32 | uint64(w.sum[1]))
	if bits.OnesCount64(salts)+bits.OnesCount64(sums) == 1 {
		return true // in salts or checksum
	}
	if salts != 0 {
		return false
	}
	// How much one more in the first and in the second word of a pair adds to the
	// checksum, from the last pair to the first: the checksum is linear.
	first, second := [2]uint32{1, 1}, [2]uint32{0, 1}
	missing := [2]uint32{w.sum[0] - sum[0], w.sum[1] - sum[1]}
	content := slices.Concat(w.page[:8], w.page[frameHeader:])
	for at := len(content) - 8; at >= 0; at -= 8 {
		if mends(w.order.Uint32(content[at:]), first, missing) || mends(w.order.Uint32(content[at+4:]), second, missing) {
			return true
		}
		first, second = pairLater(first), pairLater(second)
	}
	return false
}

// mends tells whether another bit in a word adds to a checksum what is missing.
func mends(word uint32, each, missing [2]uint32) bool {
	for bit := uint32(1); bit != 0; bit <<= 1 {
		more := bit
		if word&bit != 0 {
			more = -bit
		}
		if each[0]*more == missing[0] && each[1]*more == missing[1] {
			return true
		}
	}
	return false
}

// pairLater is what a difference in the checksum has become a pair of words later.
func pairLater(d [2]uint32) [2]uint32 { return [2]uint32{d[0] + d[1], d[0] + 2*d[1]} }

// stated reads a checksum.
func stated(b []byte) [2]uint32 {
	return [2]uint32{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// add is SQLite's checksum over b, whose length is a multiple of eight.
func (w *walScan) add(sum [2]uint32, b []byte) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		sum[0] += w.order.Uint32(b) + sum[1]
		sum[1] += w.order.Uint32(b[4:]) + sum[0]
	}
	return sum
}
