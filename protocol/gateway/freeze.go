package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/fault"
)

// frozenWait is how many seconds a frozen device is asked to be silent.
const frozenWait = 600

// AlarmOperator freezes a device because a person said so.
const AlarmOperator AlarmKind = "operator"

// ErrFrozen: nothing is taken from the device until an operator releases it. It
// keeps what it has and sends it again.
var ErrFrozen = errors.New("the device is frozen")

// freeze stores in tx that nothing more is taken from a device.
func freeze(tx Tx, device string, why AlarmKind, now time.Time) error {
	p, err := tx.Position(device)
	if err != nil || p.Frozen != "" {
		return err
	}
	p.Frozen, p.FrozenAt = why, now.UnixMilli()
	return tx.SetPosition(device, p)
}

// Freeze takes nothing more from a device.
func Freeze(ctx context.Context, in Inbox, device string, now time.Time) error {
	return in.Update(ctx, func(tx Tx) error { return freeze(tx, device, AlarmOperator, now) })
}

// ErrNotFrozen: the device is not frozen.
var ErrNotFrozen = errors.New("the device is not frozen")

// Release takes from a frozen device again.
func Release(ctx context.Context, in Inbox, device string) error {
	return in.Update(ctx, func(tx Tx) error {
		p, err := tx.Position(device)
		if err != nil {
			return err
		}
		if p.Frozen == "" {
			return fmt.Errorf("releasing %s: %w", device, ErrNotFrozen)
		}
		p.Frozen, p.FrozenAt = "", 0
		return tx.SetPosition(device, p)
	})
}

func errFrozen(device string, p Position) error {
	return fault.Wrap(fault.Frozen, fmt.Errorf("%w: %s, since an alarm: %s", ErrFrozen, device, p.Frozen))
}
