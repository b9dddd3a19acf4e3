package finger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Alike is the least score of two prints of one finger.
const Alike = 50

// Score tells how alike two sets of minutiae are: the share, in hundredths, of the
// smaller set that finds a partner in the other one, after the best move.
func Score(a, b []Minutia) int {
	if len(a) < 8 || len(b) < 8 {
		return 0
	}
	best := 0
	for _, p := range a {
		for _, q := range b {
			if near(p.Angle, q.Angle, 3*maxJitter) {
				best = max(best, paired(a, b, int(q.X)-int(p.X), int(q.Y)-int(p.Y)))
			}
		}
	}
	return 100 * best / min(len(a), len(b))
}

// paired counts minutiae of a that lie on one of b after the move.
func paired(a, b []Minutia, dx, dy int) (n int) {
	for _, p := range a {
		x, y := int(p.X)+dx, int(p.Y)+dy
		for _, q := range b {
			if apart(x, int(q.X)) <= 3*maxJitter && apart(y, int(q.Y)) <= 3*maxJitter && near(p.Angle, q.Angle, 3*maxJitter) {
				n++
				break
			}
		}
	}
	return n
}

func apart(a, b int) int { return max(a-b, b-a) }

func near(a, b uint8, by int) bool {
	d := int(int8(a - b))
	return max(d, -d) <= by
}

// Merge makes one set out of several prints of one finger, and reports false when
// they are not of one.
func Merge(prints [][]Minutia) ([]Minutia, bool) {
	if len(prints) == 0 {
		return nil, false
	}
	for _, p := range prints[1:] {
		if Score(prints[0], p) < Alike {
			return nil, false
		}
	}
	return prints[0], true
}

// mark begins the bytes of a set. It is no maker's.
var mark = []byte("EMU1")

// Encode writes a set into size bytes: mark, checksum, number, then three bytes
// each, filled up with a pattern. Size must hold 40 minutiae: 129 bytes.
func Encode(m []Minutia, size int) []byte {
	b := append(bytes.Clone(mark), 0, 0, 0, 0, byte(len(m)))
	for _, v := range m {
		b = append(b, v.X, v.Y, v.Angle)
	}
	for i := len(b); i < size; i++ {
		b = append(b, byte(i))
	}
	binary.BigEndian.PutUint32(b[4:], crc32.ChecksumIEEE(b[8:]))
	return b
}

// ErrDamaged: the bytes are no set that [Encode] wrote.
var ErrDamaged = errors.New("no template, or a damaged one")

// Decode reads what [Encode] wrote.
func Decode(b []byte) ([]Minutia, error) {
	if len(b) < 9 || !bytes.Equal(b[:4], mark) || binary.BigEndian.Uint32(b[4:]) != crc32.ChecksumIEEE(b[8:]) || len(b) < 9+3*int(b[8]) {
		return nil, ErrDamaged
	}
	m := make([]Minutia, b[8])
	for i := range m {
		m[i] = Minutia{X: b[9+3*i], Y: b[10+3*i], Angle: b[11+3*i]}
	}
	return m, nil
}
