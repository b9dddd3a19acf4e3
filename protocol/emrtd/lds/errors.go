package lds

import (
	"errors"
	"fmt"
)

// ErrMalformed is wrapped by every error about a file that is not built as its
// standard says.
var ErrMalformed = errors.New("malformed file")

func malformed(what string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%s: %w", what, ErrMalformed)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrMalformed, cause)
}
