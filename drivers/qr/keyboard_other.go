//go:build !linux

package qr

import (
	"errors"
	"fmt"
)

// OpenKeyboard is for Linux, which the kiosks run.
func OpenKeyboard(path string) (*Reader, error) {
	return nil, fmt.Errorf("qr: opening %s: %w", path, errors.ErrUnsupported)
}
