package audit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// A frame is a length, a checksum and the bytes. The length stands in 15 bits
// beside its complement, so that a changed one is told from a frame that was cut
// off. The bit above marks the last frame of what was written and synced together:
// a power cut can only tear frames that no such mark follows with more behind it.
const (
	frameHead = 8
	lastMark  = 1 << 15
)

// errFrame means that no whole frame begins here.
var errFrame = errors.New("no whole frame")

// castagnoli is CRC-32C; a table is made once per use, crc32 keeps it.
func checksum(parts ...[]byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	var sum uint32
	for _, p := range parts {
		sum = crc32.Update(sum, table, p)
	}
	return sum
}

// appendFrame puts payload, which is shorter than 32 KiB, behind b.
func appendFrame(b, payload []byte, last bool) []byte {
	length := uint16(len(payload))
	if last {
		length |= lastMark
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(^length)<<16|uint32(length))
	b = append(b, head...)
	b = binary.BigEndian.AppendUint32(b, checksum(head, payload))
	return append(b, payload...)
}

// frameLength reads a frame's length; false when that is none.
func frameLength(b []byte, most int) (n int, last, ok bool) {
	w := binary.BigEndian.Uint32(b)
	n = int(w & (lastMark - 1))
	return n, w&lastMark != 0, uint16(w>>16) == ^uint16(w) && n > 0 && n <= most
}

// cutFrame takes the first frame off b; the payload is a part of b.
func cutFrame(b []byte, most int) (payload, rest []byte, last bool, err error) {
	if len(b) < frameHead {
		return nil, b, false, errFrame
	}
	n, last, ok := frameLength(b, most)
	if !ok || n > len(b)-frameHead {
		return nil, b, false, errFrame
	}
	payload = b[frameHead : frameHead+n]
	if binary.BigEndian.Uint32(b[4:]) != checksum(b[:4], payload) {
		return nil, b, false, errFrame
	}
	return payload, b[frameHead+n:], last, nil
}

// Bounds of what a power cut leaves.
const (
	maxTail = 1 << 20 // what one batch writes
	// hole is a run of zeros that no frame holds: a sector that was never written.
	hole = 128
)

// torn tells whether b, which begins with no whole frame, can be what a power cut
// left of the last batch: it was cut off, or a part of it was never written, and
// no batch ended in it with anything behind. Anything else was changed.
func torn(b []byte, most int) bool {
	if len(b) > maxTail {
		return false
	}
	if len(b) >= frameHead && !bytes.Contains(b, make([]byte, hole)) {
		if n, _, ok := frameLength(b, most); !ok || n <= len(b)-frameHead {
			return false
		}
	}
	for i := 1; i < len(b); i++ {
		_, rest, last, err := cutFrame(b[i:], most)
		if err == nil && last && len(rest) > 0 {
			return false
		}
	}
	return true
}
