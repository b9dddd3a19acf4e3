package der

import (
	"motcua/protocol/tlv"
)

// Bounds of [Definite].
const (
	// MaxNesting is how deep data objects may lie in one another.
	MaxNesting = 24
	// maxObjects is how many data objects are looked at.
	maxObjects = 200_000
)

// tagSegments is an OCTET STRING that is made of segments (X.690, 8.7.3).
const tagSegments = TagOctetString | 0x20

// Definite turns BER, in which signed data may come, into the form that the
// readers of this package take: lengths of data objects are spelled out
// (X.690, 8.1.3.6) and OCTET STRINGs in segments become whole. Every data object
// that is neither keeps its bytes, so that what is signed inside stays as it was
// signed; b itself is returned when there is nothing to do. b is one data object
// and nothing after it.
func Definite(b []byte) ([]byte, error) {
	d := definiter{budget: maxObjects}
	if d.nothingIn(b, 0) && oneObject(b) {
		return b, nil
	}
	d.budget = maxObjects
	out, rest, err := d.object(b, 0)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, Malformed("bytes after the data object", nil)
	}
	return out, nil
}

type definiter struct{ budget int }

// nothingIn tells that there is nothing to convert in the data objects that b
// consists of, as in most. It does not say what is wrong with them.
func (d *definiter) nothingIn(b []byte, depth int) bool {
	for r := tlv.NewReader(b); r.More(); {
		item, err := r.Next()
		if d.budget--; err != nil || d.budget < 0 || depth > MaxNesting || item.Tag == tagSegments {
			return false
		}
		if item.Tag.Constructed() && !d.nothingIn(item.Value, depth+1) {
			return false
		}
	}
	return true
}

func oneObject(b []byte) bool {
	r := tlv.NewReader(b)
	_, err := r.Next()
	return err == nil && !r.More()
}

// object converts the data object at the start of b.
func (d *definiter) object(b []byte, depth int) (out, rest []byte, err error) {
	if d.budget--; d.budget < 0 || depth > MaxNesting {
		return nil, nil, Malformed("data objects too many or too deep", nil)
	}
	tag, size, open, err := header(b)
	if err != nil {
		return nil, nil, err
	}
	if open {
		return d.open(b, tag, size, depth)
	}
	r := tlv.NewReader(b)
	item, err := r.Next()
	if err != nil {
		return nil, nil, Malformed("data object", err)
	}
	rest = r.Rest()
	if !tag.Constructed() {
		return item.Raw, rest, nil
	}
	parts, changed, err := d.inside(item.Value, depth)
	switch {
	case err != nil:
		return nil, nil, err
	case tag == tagSegments:
		out, err = whole(parts)
		return out, rest, err
	case !changed:
		return item.Raw, rest, nil
	}
	return tlv.Encode(tag, parts...), rest, nil
}

// open converts a data object of indefinite length; size is that of its header.
func (d *definiter) open(b []byte, tag tlv.Tag, size, depth int) (out, rest []byte, err error) {
	if !tag.Constructed() {
		return nil, nil, Malformed("value without a length", nil)
	}
	var parts [][]byte
	for rest = b[size:]; ; {
		if len(rest) >= 2 && rest[0] == 0 && rest[1] == 0 { // end of contents
			rest = rest[2:]
			break
		}
		var part []byte
		if part, rest, err = d.object(rest, depth+1); err != nil {
			return nil, nil, err
		}
		parts = append(parts, part)
	}
	if tag == tagSegments {
		out, err = whole(parts)
		return out, rest, err
	}
	return tlv.Encode(tag, parts...), rest, nil
}

// inside converts what a data object of definite length holds.
func (d *definiter) inside(value []byte, depth int) (parts [][]byte, changed bool, err error) {
	for rest := value; len(rest) > 0; {
		before := rest
		var part []byte
		if part, rest, err = d.object(rest, depth+1); err != nil {
			return nil, false, err
		}
		changed = changed || len(part) != len(before)-len(rest) || &part[0] != &before[0]
		parts = append(parts, part)
	}
	return parts, changed, nil
}

// whole joins the segments of an OCTET STRING.
func whole(segments [][]byte) ([]byte, error) {
	var value [][]byte
	for _, s := range segments {
		item, err := tlv.Parse(s, TagOctetString)
		if err != nil {
			return nil, Malformed("segment of an octet string", err)
		}
		value = append(value, item.Value)
	}
	return tlv.Encode(TagOctetString, value...), nil
}

// header reads the tag, and tells whether the length is indefinite and how long
// tag and length are then.
func header(b []byte) (tag tlv.Tag, size int, open bool, err error) {
	tag, ok := tlv.NewReader(b).Peek()
	if !ok {
		return 0, 0, false, Malformed("data object without a tag", nil)
	}
	size = 1
	for t := tag; t > 0xFF; t >>= 8 {
		size++
	}
	if size < len(b) && b[size] == 0x80 {
		return tag, size + 1, true, nil
	}
	return tag, size, false, nil
}
