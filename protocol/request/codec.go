package request

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/detcbor"
)

// ErrNotCanonical means that bytes decode, but are not the canonical bytes of
// what they decode to: another order, a longer form, an unknown field.
var ErrNotCanonical = errors.New("not in canonical form")

// ErrVersion means that a message is of a version this program does not speak.
var ErrVersion = errors.New("unknown version")

// encMode is RFC 8949 core deterministic encoding.
var encMode = sync.OnceValues(func() (cbor.EncMode, error) {
	return cbor.CoreDetEncOptions().EncMode()
})

// decMode refuses duplicate and unknown keys, tags, indefinite lengths and
// anything deeper or longer than a message can be.
var decMode = sync.OnceValues(func() (cbor.DecMode, error) {
	return cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		UTF8:              cbor.UTF8RejectInvalid,
		MaxNestedLevels:   8,
		MaxArrayElements:  MaxExported, // the longest list; every other one is checked by its own message
		MaxMapPairs:       64,
	}.DecMode()
})

// peekMode decodes the one field it is asked for and ignores the others.
var peekMode = sync.OnceValues(func() (cbor.DecMode, error) {
	return cbor.DecOptions{
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxNestedLevels:  8,
		MaxArrayElements: MaxExported,
		MaxMapPairs:      64,
	}.DecMode()
})

// Encode writes the canonical bytes of one of this package's messages.
func Encode(v any) ([]byte, error) {
	mode, err := encMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(v)
}

// message is what can be decoded: something that knows its own bounds.
type message interface{ Validate() error }

// Decode reads the canonical bytes of a message, and nothing else: bytes that
// are longer than max, that hold an unknown or a doubled key, or that are not
// exactly what [Encode] would write are refused, and so is a value outside its
// bounds.
func Decode[T message](b []byte, max int) (T, error) {
	var zero T
	if len(b) > max {
		return zero, fmt.Errorf("decoding: %d bytes, %d are allowed", len(b), max)
	}
	v, ok := detcbor.Read[T](b)
	if !ok {
		var err error
		if v, err = decodeSlowly[T](b); err != nil {
			return zero, fmt.Errorf("decoding: %w", err)
		}
	}
	if err := v.Validate(); err != nil {
		return zero, err
	}
	return v, nil
}

// decodeSlowly decodes, encodes again and compares. It says what is wrong with bytes
// that are not in the one form, and takes what [detcbor.Read] does not know.
func decodeSlowly[T message](b []byte) (T, error) {
	var v T
	mode, err := decMode()
	if err != nil {
		return v, err
	}
	if err := mode.Unmarshal(b, &v); err != nil {
		return v, clean(err)
	}
	again, err := Encode(v)
	if err != nil {
		return v, clean(err)
	}
	if !bytes.Equal(again, b) {
		return v, ErrNotCanonical
	}
	return v, nil
}

// PeekVersion finds the version of a message without reading the rest, so that a
// newer message is told apart from a broken one.
func PeekVersion(b []byte) (uint, error) {
	var v struct {
		V uint `cbor:"v"`
	}
	mode, err := peekMode()
	if err != nil {
		return 0, err
	}
	if err := mode.Unmarshal(b, &v); err != nil {
		return 0, fmt.Errorf("decoding: %w", clean(err))
	}
	return v.V, nil
}

// clean keeps values out of the text of a decoding error: the library quotes map
// keys, which a sender chooses.
func clean(err error) error {
	if dup, ok := errors.AsType[*cbor.DupMapKeyError](err); ok {
		return fmt.Errorf("a key occurs twice at position %d", dup.Index)
	}
	if unknown, ok := errors.AsType[*cbor.UnknownFieldError](err); ok {
		return fmt.Errorf("unknown key at position %d", unknown.Index)
	}
	return err
}
