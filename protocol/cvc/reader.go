package cvc

import (
	"fmt"

	"motcua/protocol/tlv"
)

// reader reads data objects in the one order that the profile allows, each with
// the shortest form of its length.
type reader struct{ *tlv.Reader }

func newReader(b []byte) *reader { return &reader{tlv.NewReader(b)} }

// peek is the next tag, 0 where there is none.
func (r *reader) peek() tlv.Tag {
	tag, _ := r.Peek()
	return tag
}

// item reads one data object of this tag.
func (r *reader) item(tag tlv.Tag, what string) (tlv.Item, error) {
	item, err := r.Expect(tag)
	if err != nil {
		return item, malformed(what, err)
	}
	if len(item.Raw) != len(tlv.AppendHeader(nil, tag, len(item.Value)))+len(item.Value) {
		return item, malformed("length of the "+what, nil)
	}
	return item, nil
}

// value reads a data object that is not empty.
func (r *reader) value(tag tlv.Tag, what string) ([]byte, error) {
	item, err := r.item(tag, what)
	if err == nil && len(item.Value) == 0 {
		err = malformed("empty "+what, nil)
	}
	return item.Value, err
}

// inside reads a data object and returns a reader of its content.
func (r *reader) inside(tag tlv.Tag, what string) (*reader, error) {
	b, err := r.value(tag, what)
	return newReader(b), err
}

// unsigned reads an integer without leading zeros (TR-03110 part 3, D.2.1.1).
func (r *reader) unsigned(tag tlv.Tag, what string) ([]byte, error) {
	b, err := r.value(tag, what)
	if err == nil && len(b) > 1 && b[0] == 0 {
		err = malformed(what+" with leading zeros", nil)
	}
	return b, err
}

func (r *reader) end(what string) error {
	if r.More() {
		return malformed(fmt.Sprintf("%d bytes after the %s", len(r.Rest()), what), nil)
	}
	return nil
}
