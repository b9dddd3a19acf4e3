package drivers

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

var (
	_ encoding.BinaryAppender    = Template{}
	_ encoding.BinaryMarshaler   = Template{}
	_ encoding.BinaryUnmarshaler = (*Template)(nil)
)

// The binary form of a [Template], for a host that seals and keeps it:
//
//	4  "MTFT"
//	1  version, 1
//	1  length of the kind, 1 to MaxTemplateKind
//	n  kind
//	4  length of the data, big-endian, 1 to MaxTemplate
//	n  data
//	4  CRC-32 (IEEE) of everything before, big-endian
//
// The checksum finds damage. It keeps out nobody who means harm, and nothing here
// is secret: that is the seal's.
const (
	templateMagic   = "MTFT"
	templateVersion = 1
	// MaxTemplate is the most bytes that a template may have.
	MaxTemplate = 8192
	// MaxTemplateKind is the most letters that the name of its kind may have.
	MaxTemplateKind = 32
)

// AppendBinary adds the binary form to b. A template that has none fails with
// [ErrTemplate].
func (t Template) AppendBinary(b []byte) ([]byte, error) {
	if err := t.check(); err != nil {
		return b, err
	}
	from := len(b)
	b = append(b, templateMagic...)
	b = append(b, templateVersion, byte(len(t.Kind)))
	b = append(b, t.Kind...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(t.Data)))
	b = append(b, t.Data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[from:])), nil
}

// MarshalBinary is the binary form.
func (t Template) MarshalBinary() ([]byte, error) {
	return t.AppendBinary(make([]byte, 0, len(templateMagic)+10+len(t.Kind)+len(t.Data)))
}

// UnmarshalBinary reads a binary form, and copies what it keeps. Whatever is wrong
// with it is [ErrTemplate].
func (t *Template) UnmarshalBinary(b []byte) error {
	rest, ok := bytes.CutPrefix(b, []byte(templateMagic))
	if !ok || len(rest) < 2 {
		return fmt.Errorf("%w: not the binary form of one", ErrTemplate)
	}
	if rest[0] != templateVersion {
		return fmt.Errorf("%w: version %d of the binary form, want %d", ErrTemplate, rest[0], templateVersion)
	}
	kind, rest, ok := cut(rest[2:], uint64(rest[1]))
	if !ok || len(rest) < 4 {
		return fmt.Errorf("%w: cut short", ErrTemplate)
	}
	data, rest, ok := cut(rest[4:], uint64(binary.BigEndian.Uint32(rest)))
	if !ok || len(rest) != 4 {
		return fmt.Errorf("%w: cut short, or longer than it says", ErrTemplate)
	}
	if binary.BigEndian.Uint32(rest) != crc32.ChecksumIEEE(b[:len(b)-4]) {
		return fmt.Errorf("%w: checksum is wrong", ErrTemplate)
	}
	read := Template{Kind: string(kind), Data: data}
	if err := read.check(); err != nil {
		return err
	}
	read.Data = bytes.Clone(data)
	*t = read
	return nil
}

func cut(b []byte, n uint64) (first, rest []byte, ok bool) {
	if uint64(len(b)) < n {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// check tells whether the template has a binary form.
func (t Template) check() error {
	if len(t.Kind) < 1 || len(t.Kind) > MaxTemplateKind || len(t.Data) < 1 || len(t.Data) > MaxTemplate {
		return fmt.Errorf("%w: kind of %d letters and %d bytes, want 1 to %d and 1 to %d", ErrTemplate, len(t.Kind), len(t.Data), MaxTemplateKind, MaxTemplate)
	}
	for _, c := range []byte(t.Kind) {
		if c <= ' ' || c > '~' {
			return fmt.Errorf("%w: the name of its kind is no name", ErrTemplate)
		}
	}
	return nil
}
