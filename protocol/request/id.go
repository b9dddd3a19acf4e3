package request

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// ID names a request: a UUIDv7 (RFC 9562 section 5.7), made and stored on disk
// before anything is sent.
type ID [16]byte

// NewID makes an ID from the time and ten random bytes.
func NewID(now time.Time, rand io.Reader) (ID, error) {
	var id ID
	if _, err := io.ReadFull(rand, id[6:]); err != nil {
		return ID{}, fmt.Errorf("reading randomness for an id: %w", err)
	}
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(id[:6], ms[2:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id, nil
}

// ParseID reads the text form of an ID.
func ParseID(text string) (ID, error) {
	var id ID
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return ID{}, fmt.Errorf("reading an id: not in the form 8-4-4-4-12")
	}
	digits := text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil {
		return ID{}, fmt.Errorf("reading an id: %w", err)
	}
	return id, nil
}

// String is the usual text form, 8-4-4-4-12 hexadecimal digits.
func (id ID) String() string {
	x := hex.EncodeToString(id[:])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// MarshalText writes the text form, for JSON.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalCBOR takes a byte string of exactly 16 bytes.
func (id *ID) UnmarshalCBOR(data []byte) error { return fixed(data, id[:]) }

// Time is when id was made, by the clock of whoever made it.
func (id ID) Time() time.Time {
	var ms [8]byte
	copy(ms[2:], id[:6])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(ms[:])))
}

// FirstID is the least id of a moment in unix milliseconds.
func FirstID(at int64) (id ID) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(max(at, 0)))
	copy(id[:6], ms[2:])
	return id
}

// valid reports whether id is a UUIDv7.
func (id ID) valid() bool { return id[6]>>4 == 7 && id[8]>>6 == 2 }

// Digest is a SHA-256 value.
type Digest [32]byte

// String is the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes the hexadecimal form, for JSON.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalCBOR takes a byte string of exactly 32 bytes.
func (d *Digest) UnmarshalCBOR(data []byte) error { return fixed(data, d[:]) }

// Bytes8 is eight bytes: a challenge, or the name of a key.
type Bytes8 [8]byte

// UnmarshalCBOR takes a byte string of exactly 8 bytes.
func (b *Bytes8) UnmarshalCBOR(data []byte) error { return fixed(data, b[:]) }

// fixed decodes a byte string that must fill into exactly, in the shortest form.
func fixed(data, into []byte) error {
	const bytes, oneMore = 2 << 5, 24 // major type, and a length in the byte after it (RFC 8949, 3)
	head := []byte{bytes | byte(len(into))}
	if len(into) >= oneMore {
		head = []byte{bytes | oneMore, byte(len(into))}
	}
	if len(data) != len(head)+len(into) || string(data[:len(head)]) != string(head) {
		return fmt.Errorf("not a byte string of %d bytes", len(into))
	}
	copy(into, data[len(head):])
	return nil
}
