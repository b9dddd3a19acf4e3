package emrtd

import (
	"errors"
	"fmt"

	"motcua/protocol/der"
	"motcua/protocol/pki"
	"motcua/protocol/tlv"
)

// Tags of ASN.1 that the files and messages of a chip use.
const (
	tagInteger     = der.TagInteger
	tagOctetString = der.TagOctetString
	tagOID         = der.TagOID
	tagSequence    = der.TagSequence
	tagSet         = der.TagSet
)

// readSmallInt is [der.SmallInt] with this package's errors.
func readSmallInt(r *tlv.Reader) (int, error) { return translated(der.SmallInt(r)) }

// inside is [der.Inside] with this package's errors.
func inside(r *tlv.Reader, tag tlv.Tag, what string) (*tlv.Reader, error) {
	return translated(der.Inside(r, tag, what))
}

// translated adds what this package promises to an error of der or pki: data
// that is malformed is an [ErrMalformed] and so an [ErrProtocol], an algorithm
// that is unknown an [ErrUnsupported].
func translated[T any](v T, err error) (T, error) {
	switch {
	case err == nil || errors.Is(err, ErrMalformed) || errors.Is(err, ErrUnsupported):
	case errors.Is(err, der.ErrMalformed):
		err = fmt.Errorf("%w: %w", ErrMalformed, err)
	case errors.Is(err, pki.ErrUnsupported):
		err = fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return v, err
}

// malformed is an [ErrMalformed] about what; the cause may be nil.
func malformed(what string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%s: %w", what, ErrMalformed)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrMalformed, cause)
}
