package outbox

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
)

// SQLite takes a WAL up to the first frame whose checksum is wrong and forgets the
// rest: right for a transaction that a power cut tore, wrong for a bit that
// flipped in the middle. Here is the difference: every transaction of this queue
// is synced before the next begins, so that behind a torn one nothing can follow.
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
	for {
		err := w.frame(in)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// logCounts reads from the database's header whether its log may hold requests. A
// queue in use keeps a log of the same size: SQLite takes one that was cut off for
// a shorter one.
func logCounts(path string) (bool, error) {
	const userVersion = 60 // offset in the header of SQLite's format
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, userVersion+4)
	if _, err := io.ReadFull(f, head); err != nil {
		return false, nil //nolint:nilerr // too short for a database: told by whoever opens it
	}
	return binary.BigEndian.Uint32(head[userVersion:]) == logNeeded, nil
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
	broken  int // index of the first frame that is damaged, from 1
	commits int // ends of transactions from there on; a torn one has one at most
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
	commit := current && binary.BigEndian.Uint32(w.page[4:]) != 0 // the last of its transaction
	switch {
	case !good && w.broken == 0:
		w.broken = w.index
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
