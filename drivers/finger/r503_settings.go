package finger

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"motcua/drivers"
)

// The settings of a module are in its flash: each of these outlasts a power cut,
// and the next [OpenR503] needs to be told of it.

// SetBaud changes the line's speed, on both ends.
func (d *R503) SetBaud(ctx context.Context, baud int) error {
	if !slices.Contains(r503Speeds, baud) {
		return d.fail("setting the speed", fmt.Errorf("%w: %d is not one of %d", drivers.ErrRefused, baud, r503Speeds))
	}
	if err := d.set(ctx, r503ParaBaud, byte(baud/9600)); err != nil {
		return err
	}
	return d.fail("setting the speed", d.at(ctx, baud))
}

// SetSecurity sets how strict the module compares: 1 to 5, 5 is the strictest.
func (d *R503) SetSecurity(ctx context.Context, level int) error {
	return d.set(ctx, r503ParaSecurity, byte(min(max(level, 0), 255)))
}

// SetPacket sets the bytes in a data packet: 32, 64, 128 or 256.
func (d *R503) SetPacket(ctx context.Context, size int) error {
	code := slices.Index([]int{32, 64, 128, 256}, size)
	if code < 0 {
		return d.fail("setting the packet size", fmt.Errorf("%w: %d is not one of 32, 64, 128, 256", drivers.ErrRefused, size))
	}
	if err := d.set(ctx, r503ParaPacket, byte(code)); err != nil {
		return err
	}
	d.packet = size
	return nil
}

func (d *R503) set(ctx context.Context, parameter, value byte) error {
	_, err := d.ask(ctx, r503Short, 0, r503SetSysPara, parameter, value)
	return d.fail("setting a parameter", err)
}

// SetPassword sets the password that a module wants after each start. It goes over
// the line in the clear, and keeps nobody out who listens there.
func (d *R503) SetPassword(ctx context.Context, password uint32) error {
	command := r503Word(r503SetPwd, password)
	if _, err := d.ask(ctx, r503Short, 0, command[0], command[1:]...); err != nil {
		return d.fail("setting the password", err)
	}
	d.o.Password = password
	return d.fail("setting the password", d.settle(ctx))
}

// SetAddress sets the address that tells several modules on one line apart. The
// answer may come from the new one or from the old.
func (d *R503) SetAddress(ctx context.Context, address uint32) error {
	command := r503Word(r503SetAdder, address)
	old := d.o.Address
	_, err := d.ask(ctx, r503Short, 0, command[0], command[1:]...)
	if _, refused := errors.AsType[R503Code](err); refused {
		return d.fail("setting the address", err)
	}
	d.o.Address = address
	if err := d.settle(ctx); err != nil {
		d.o.Address = old
		return d.fail("setting the address", err)
	}
	return nil
}
