package signedlist

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/fxamacker/cbor/v2"
)

// MaxElements is the most elements of an array in a payload.
const MaxElements = 4096

// payload knows its own bounds; it embeds [Preamble].
type payload interface{ Fault() string }

// encMode is RFC 8949 core deterministic encoding.
var encMode = sync.OnceValues(func() (cbor.EncMode, error) { return cbor.CoreDetEncOptions().EncMode() })

var decMode = sync.OnceValues(func() (cbor.DecMode, error) {
	return cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxNestedLevels:   4,
		MaxArrayElements:  MaxElements,
		MaxMapPairs:       16,
	}.DecMode()
})

// Encode writes a payload. It fails with [ErrContent] for one that is out of
// bounds.
func Encode(p payload) ([]byte, error) {
	if text := p.Fault(); text != "" {
		return nil, fmt.Errorf("%w: %s", ErrContent, text)
	}
	return canonical(p)
}

func canonical(p payload) ([]byte, error) {
	mode, err := encMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(p)
}

// Decode reads the canonical bytes of a payload of this version, and nothing else.
// Errors: [ErrMalformed], [ErrVersion].
func Decode[T payload](b []byte, version uint64) (T, error) {
	var p, none T
	if err := checkVersion(b, version); err != nil {
		return none, err
	}
	mode, err := decMode()
	if err != nil {
		return none, err
	}
	if err := mode.Unmarshal(b, &p); err != nil {
		return none, fmt.Errorf("%w: its content", ErrMalformed)
	}
	if again, err := canonical(p); err != nil || !bytes.Equal(again, b) {
		return none, fmt.Errorf("%w: its content is not in canonical form", ErrMalformed)
	}
	if text := p.Fault(); text != "" {
		return none, fmt.Errorf("%w: %s", ErrMalformed, text)
	}
	return p, nil
}

// checkVersion tells another version from broken bytes.
func checkVersion(b []byte, version uint64) error {
	var p struct {
		Version uint64 `cbor:"1,keyasint"`
	}
	if err := cbor.Unmarshal(b, &p); err != nil {
		return fmt.Errorf("%w: its content", ErrMalformed)
	}
	if p.Version != version {
		return fmt.Errorf("%w: it is %d, this program knows %d", ErrVersion, p.Version, version)
	}
	return nil
}
