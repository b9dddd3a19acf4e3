package envelope

// Major types of CBOR (RFC 8949, 3.1), in the place that they have in a head.
const (
	majorBytes = 2 << 5
	majorText  = 3 << 5
	majorArray = 4 << 5
	majorMask  = 7 << 5
)

// reader takes apart CBOR of a known shape, in the one form that deterministic
// encoding allows (RFC 8949, 4.2.1). What it gives aliases the bytes it reads.
// After the first byte that does not fit it is bad and gives nothing more.
type reader struct {
	rest []byte
	bad  bool
}

// literal takes these very bytes.
func (r *reader) literal(want string) {
	if r.bad || len(r.rest) < len(want) || string(r.rest[:len(want)]) != want {
		r.bad = true
		return
	}
	r.rest = r.rest[len(want):]
}

// bytes takes a byte string.
func (r *reader) bytes() []byte { return r.string(majorBytes) }

// string takes a byte string or a text.
func (r *reader) string(major byte) []byte {
	n := r.head(major)
	if n > uint64(len(r.rest)) {
		r.bad = true
	}
	return r.take(int(n))
}

// take takes n bytes.
func (r *reader) take(n int) []byte {
	if r.bad || n > len(r.rest) {
		r.bad = true
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

// item takes a byte string and gives it with its head, too.
func (r *reader) item() (raw, value []byte) {
	from := r.rest
	value = r.bytes()
	if r.bad {
		return nil, nil
	}
	return from[:len(from)-len(r.rest)], value
}

// head takes the head of a data item and gives its argument, the length of what
// follows. Nothing here is as long as an argument of eight bytes says.
func (r *reader) head(major byte) uint64 {
	if r.bad || len(r.rest) == 0 || r.rest[0]&majorMask != major {
		r.bad = true
		return 0
	}
	info := r.rest[0] &^ majorMask
	if info < 24 {
		r.rest = r.rest[1:]
		return uint64(info)
	}
	size := 1 << (info - 24)
	if size > 4 || len(r.rest) < 1+size {
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

// more tells whether bytes are left.
func (r *reader) more() bool { return !r.bad && len(r.rest) > 0 }

// end tells whether everything has been taken.
func (r *reader) end() bool { return !r.bad && len(r.rest) == 0 }

// appendHead writes what head takes.
func appendHead(dst []byte, major byte, n int) []byte {
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

func appendBytes(dst, b []byte) []byte { return append(appendHead(dst, majorBytes, len(b)), b...) }
