package audit

import (
	"errors"
	"fmt"

	"motcua/protocol/fault"
)

// ErrDamaged means that the log is not what was written.
var ErrDamaged = errors.New("the audit log was changed or is damaged")

// ErrBroken means that the log could not be written once. Nothing is written any
// more: after a failed sync nobody knows what the disk holds.
var ErrBroken = errors.New("the audit log cannot be written")

// ErrLocked means that another process writes this log.
var ErrLocked = errors.New("another program writes this audit log")

// ErrClosed means that the log was closed.
var ErrClosed = errors.New("the audit log is closed")

// ErrUnknown means that there is no such entry.
var ErrUnknown = errors.New("no such entry")

func damage(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
}

func coded(err error) error { return fault.Wrap(fault.AuditBroken, err) }
