//go:build !linux

package line

import (
	"errors"
	"fmt"
)

// OnPTY is a cable whose port is a pty; only Linux has it here.
func OnPTY(string, Device, uint64) (*Cable, error) {
	return nil, fmt.Errorf("line: ptys: %w", errors.ErrUnsupported)
}
