package detcbor

import "unicode/utf8"

// Major types of CBOR (RFC 8949, 3.1), in the place that they have in a head.
const (
	MajorUnsigned = 0 << 5
	MajorNegative = 1 << 5
	MajorBytes    = 2 << 5
	MajorText     = 3 << 5
	MajorArray    = 4 << 5
	MajorMap      = 5 << 5

	majorMask = 7 << 5
)

// Values of major type 7.
const (
	valueFalse = 0xf4
	valueTrue  = 0xf5
	valueNull  = 0xf6
)

// Reader takes data items one after the other. What it gives aliases the bytes it
// reads. After the first byte that does not fit it is bad and gives nothing more.
type Reader struct {
	rest []byte
	bad  bool
}

// NewReader reads b.
func NewReader(b []byte) *Reader { return &Reader{rest: b} }

// Literal takes these very bytes.
func (r *Reader) Literal(want string) {
	if !r.skip(want) {
		r.bad = true
	}
}

// skip takes these very bytes if they are there.
func (r *Reader) skip(want string) bool {
	if r.bad || len(r.rest) < len(want) || string(r.rest[:len(want)]) != want {
		return false
	}
	r.rest = r.rest[len(want):]
	return true
}

// Bytes takes a byte string.
func (r *Reader) Bytes() []byte { return r.Content(MajorBytes) }

// Content takes a byte string or a text, whose bytes need not be UTF-8.
func (r *Reader) Content(major byte) []byte {
	n := r.Head(major)
	if n > uint64(len(r.rest)) {
		r.bad = true
	}
	return r.Take(int(n))
}

// Text takes a text of valid UTF-8.
func (r *Reader) Text() []byte {
	b := r.Content(MajorText)
	r.bad = r.bad || !utf8.Valid(b)
	return b
}

// Take takes n bytes.
func (r *Reader) Take(n int) []byte {
	if r.bad || n > len(r.rest) {
		r.bad = true
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

// Item takes a byte string and gives it with its head, too.
func (r *Reader) Item() (raw, value []byte) {
	from := r.rest
	value = r.Bytes()
	if r.bad {
		return nil, nil
	}
	return from[:len(from)-len(r.rest)], value
}

// Head takes the head of a data item and gives its argument: a number, or the
// length of what follows.
func (r *Reader) Head(major byte) uint64 {
	if !r.Is(major) {
		r.bad = true
		return 0
	}
	info := r.rest[0] &^ majorMask
	if info < 24 {
		r.rest = r.rest[1:]
		return uint64(info)
	}
	size := 1 << (info - 24)
	if size > 8 || len(r.rest) < 1+size {
		r.bad = true
		return 0
	}
	var n uint64
	for _, b := range r.rest[1 : 1+size] {
		n = n<<8 | uint64(b)
	}
	r.rest = r.rest[1+size:]
	r.bad = n < 24 || size > 1 && n < 1<<(4*size) // would fit a shorter head
	return n
}

// Is tells whether a data item of this major type comes next.
func (r *Reader) Is(major byte) bool { return r.More() && r.rest[0]&majorMask == major }

// Rest are the bytes that are left.
func (r *Reader) Rest() []byte { return r.rest }

// More tells whether bytes are left.
func (r *Reader) More() bool { return !r.bad && len(r.rest) > 0 }

// Bad tells that something did not fit.
func (r *Reader) Bad() bool { return r.bad }

// End tells whether everything has been taken.
func (r *Reader) End() bool { return !r.bad && len(r.rest) == 0 }

// AppendHead writes what [Reader.Head] takes.
func AppendHead(dst []byte, major byte, n int) []byte {
	switch {
	case n < 24:
		return append(dst, major|byte(n))
	case n < 1<<8:
		return append(dst, major|24, byte(n))
	case n < 1<<16:
		return append(dst, major|25, byte(n>>8), byte(n))
	}
	return append(dst, major|26, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

// AppendBytes writes a byte string.
func AppendBytes(dst, b []byte) []byte { return append(AppendHead(dst, MajorBytes, len(b)), b...) }
