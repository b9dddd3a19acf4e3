package audit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"motcua/protocol/request"
)

// magic begins every segment.
const magic = "motcuaA1"

// maxHeader bounds a segment's header.
const maxHeader = 256

// header is the first frame of a segment.
type header struct {
	V     uint          `cbor:"v"`
	Log   request.ID    `cbor:"log"`
	First uint64        `cbor:"first"` // number of the segment's first entry
	Prev  *request.Link `cbor:"prev,omitempty"`
}

// Validate checks the bounds.
func (h header) Validate() error {
	if h.V != Version || h.First >= 1<<62 || h.Log == (request.ID{}) {
		return errors.New("not a segment's header")
	}
	return nil
}

// bytes is the beginning of a segment.
func (h header) bytes() ([]byte, error) {
	b, err := request.Encode(h)
	if err != nil {
		return nil, err
	}
	return appendFrame([]byte(magic), b, true), nil
}

// readHeader takes the header off a segment.
func readHeader(b []byte) (header, []byte, error) {
	rest, ok := strings.CutPrefix(string(b[:min(len(b), len(magic)+frameHead+maxHeader)]), magic)
	if !ok {
		return header{}, nil, errors.New("it does not begin as a segment")
	}
	payload, _, _, err := cutFrame([]byte(rest), maxHeader)
	if err != nil {
		return header{}, nil, errors.New("its header is damaged")
	}
	h, err := request.Decode[header](payload, maxHeader)
	return h, b[len(magic)+frameHead+len(payload):], err
}

// segmentSuffix ends the names of segments.
const segmentSuffix = ".log"

func segmentName(first int64) string { return fmt.Sprintf("%016d", first) + segmentSuffix }

// segments lists the numbers of the first entries of the segments in dir,
// ascending.
func segments(dir string) ([]int64, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*"+segmentSuffix))
	if err != nil {
		return nil, err
	}
	var firsts []int64
	for _, name := range names {
		n, err := strconv.ParseInt(strings.TrimSuffix(filepath.Base(name), segmentSuffix), 10, 62)
		if err != nil || segmentName(n) != filepath.Base(name) {
			return nil, damage("%s is no segment", filepath.Base(name))
		}
		firsts = append(firsts, n)
	}
	slices.Sort(firsts)
	return firsts, nil
}

// maxSegment bounds a segment's bytes: what is read into memory at a time.
const maxSegment = 64 << 20

// readSegment reads a segment and its header.
func readSegment(dir string, first int64) (header, []byte, error) {
	name := filepath.Join(dir, segmentName(first))
	info, err := os.Stat(name)
	if err != nil {
		return header{}, nil, err
	}
	if info.Size() > maxSegment {
		return header{}, nil, damage("%s: too long", segmentName(first))
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return header{}, nil, err
	}
	h, rest, err := readHeader(b)
	if err == nil && h.First != uint64(first) {
		err = errors.New("its header names another first entry")
	}
	if err != nil {
		return header{}, nil, damage("%s: %v", segmentName(first), err)
	}
	return h, rest, nil
}
