package tlv

import (
	"errors"
	"fmt"
)

// Tag is a tag as its bytes read, such as 0x30, 0x7F49 or 0x5F1F.
type Tag uint32

// MaxTagBytes and MaxLengthBytes bound a header.
const (
	MaxTagBytes    = 3
	MaxLengthBytes = 5 // 84 and four bytes
	MaxHeaderBytes = MaxTagBytes + MaxLengthBytes
)

var (
	// ErrMalformed is wrapped by every error about bytes that are no data object.
	ErrMalformed = errors.New("malformed TLV")
	// ErrTruncated is wrapped when the data object goes on beyond the bytes at
	// hand; it wraps [ErrMalformed].
	ErrTruncated = fmt.Errorf("truncated: %w", ErrMalformed)
)

// Constructed tells whether the tag's value is itself made of data objects.
func (t Tag) Constructed() bool {
	for t > 0xFF {
		t >>= 8
	}
	return t&0x20 != 0
}

func (t Tag) String() string { return fmt.Sprintf("%02X", uint32(t)) }

// Item is one data object. Its slices alias the bytes it was read from.
type Item struct {
	Tag   Tag
	Value []byte
	Raw   []byte // header and value
}

// Reader reads data objects one after the other. The zero Reader is at its end.
type Reader struct{ rest []byte }

// NewReader reads from b.
func NewReader(b []byte) *Reader { return &Reader{rest: b} }

// Items reads what is inside the data object.
func (i Item) Items() *Reader { return NewReader(i.Value) }

// More tells whether bytes are left.
func (r *Reader) More() bool { return len(r.rest) > 0 }

// Rest returns the bytes that are left.
func (r *Reader) Rest() []byte { return r.rest }

// Peek returns the next tag without moving on, and false at the end or when
// there is no tag.
func (r *Reader) Peek() (Tag, bool) {
	tag, _, err := readTag(r.rest)
	return tag, err == nil
}

// Next reads one data object; after an error the reader does not move.
func (r *Reader) Next() (Item, error) {
	h, err := ReadHeader(r.rest)
	if err != nil {
		return Item{}, err
	}
	total, ok := h.Total()
	if !ok || total > len(r.rest) {
		return Item{}, fmt.Errorf("data object %v of %d bytes, %d at hand: %w", h.Tag, h.Length, len(r.rest)-h.Size, ErrTruncated)
	}
	item := Item{Tag: h.Tag, Value: r.rest[h.Size:total:total], Raw: r.rest[:total:total]}
	r.rest = r.rest[total:]
	return item, nil
}

// Expect reads one data object and fails when it has another tag.
func (r *Reader) Expect(tag Tag) (Item, error) {
	if got, ok := r.Peek(); ok && got != tag {
		return Item{}, fmt.Errorf("data object %v where %v belongs: %w", got, tag, ErrMalformed)
	}
	return r.Next()
}

// Optional reads the next data object if it has this tag.
func (r *Reader) Optional(tag Tag) (item Item, present bool, err error) {
	if got, ok := r.Peek(); !ok || got != tag {
		return Item{}, false, nil
	}
	item, err = r.Next()
	return item, err == nil, err
}

// End fails when bytes are left.
func (r *Reader) End() error {
	if r.More() {
		return fmt.Errorf("%d bytes after the last data object: %w", len(r.rest), ErrMalformed)
	}
	return nil
}

// Parse reads exactly one data object of this tag from b, nothing after it.
func Parse(b []byte, tag Tag) (Item, error) {
	r := NewReader(b)
	item, err := r.Expect(tag)
	if err != nil {
		return Item{}, err
	}
	return item, r.End()
}

// Find returns the first data object of this tag among those in b, which must
// be well formed up to it.
func Find(b []byte, tag Tag) (item Item, found bool, err error) {
	for r := NewReader(b); r.More(); {
		if item, err = r.Next(); err != nil {
			return Item{}, false, err
		}
		if item.Tag == tag {
			return item, true, nil
		}
	}
	return Item{}, false, nil
}

// Header is the tag and length of a data object whose value may not be at hand.
type Header struct {
	Tag    Tag
	Size   int    // bytes of tag and length
	Length uint32 // bytes of the value
}

// Total is the length of the whole data object, and false when it does not fit
// an int of this machine.
func (h Header) Total() (int, bool) {
	const maxInt = int(^uint(0) >> 1)
	if uint64(h.Length) > uint64(maxInt-h.Size) {
		return 0, false
	}
	return h.Size + int(h.Length), true
}

// ReadHeader reads tag and length at the start of b. It fails with
// [ErrTruncated] when b ends before they do.
func ReadHeader(b []byte) (Header, error) {
	tag, n, err := readTag(b)
	if err != nil {
		return Header{}, err
	}
	length, m, err := readLength(b[n:])
	if err != nil {
		return Header{}, fmt.Errorf("data object %v: %w", tag, err)
	}
	return Header{Tag: tag, Size: n + m, Length: length}, nil
}

func readTag(b []byte) (Tag, int, error) {
	if len(b) == 0 {
		return 0, 0, fmt.Errorf("no tag: %w", ErrTruncated)
	}
	tag := Tag(b[0])
	if b[0]&0x1F != 0x1F {
		return tag, 1, nil
	}
	for n := 1; n < MaxTagBytes; n++ {
		if n >= len(b) {
			return 0, 0, fmt.Errorf("tag ends early: %w", ErrTruncated)
		}
		if n == 1 && b[n]&0x7F == 0 {
			return 0, 0, fmt.Errorf("tag number begins with zero: %w", ErrMalformed)
		}
		tag = tag<<8 | Tag(b[n])
		if b[n]&0x80 == 0 {
			return tag, n + 1, nil
		}
	}
	return 0, 0, fmt.Errorf("tag of more than %d bytes: %w", MaxTagBytes, ErrMalformed)
}

func readLength(b []byte) (uint32, int, error) {
	if len(b) == 0 {
		return 0, 0, fmt.Errorf("no length: %w", ErrTruncated)
	}
	if b[0] < 0x80 {
		return uint32(b[0]), 1, nil
	}
	n := int(b[0] & 0x7F)
	if n == 0 {
		return 0, 0, fmt.Errorf("indefinite length: %w", ErrMalformed)
	}
	if n > MaxLengthBytes-1 {
		return 0, 0, fmt.Errorf("length of %d bytes: %w", n, ErrMalformed)
	}
	if len(b) < 1+n {
		return 0, 0, fmt.Errorf("length ends early: %w", ErrTruncated)
	}
	var length uint32
	for _, x := range b[1 : 1+n] {
		length = length<<8 | uint32(x)
	}
	return length, 1 + n, nil
}
