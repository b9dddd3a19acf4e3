package finger

import (
	"context"
	"errors"
	"fmt"

	"motcua/drivers"
)

// Purge empties the library and whatever buffers can be emptied.
func (d *R503) Purge(ctx context.Context) error {
	d.touched, d.template = true, true
	return d.fail("emptying", d.forget(ctx))
}

// forget empties the module, if a finger or a template was in it, and puts out the
// light.
func (d *R503) forget(ctx context.Context) error {
	if !d.touched && !d.template {
		return d.shine(ctx, r503LightOff)
	}
	if err := d.overwrite(ctx); err != nil {
		return err
	}
	if err := d.emptyLibrary(ctx); err != nil { // its answers say that the data has arrived, too
		return err
	}
	if err := d.reset(ctx); err != nil {
		return err
	}
	if err := d.shine(ctx, r503LightOff); err != nil {
		return err
	}
	d.touched, d.template = false, false
	return nil
}

// emptyLibrary deletes what is in the flash; an empty one is left alone, since each
// erasing wears it.
func (d *R503) emptyLibrary(ctx context.Context) error {
	for range 2 {
		b, err := d.ask(ctx, r503Short, 2, r503TempleteNum)
		if err != nil || b[0] == 0 && b[1] == 0 {
			return err
		}
		if _, err := d.ask(ctx, r503Long, 0, r503Empty); err != nil {
			return err
		}
	}
	return fmt.Errorf("the library is not empty after it was emptied: %w", drivers.ErrDeviceFault)
}

// overwrite puts zeros where a template was: into the R503's one buffer, or into
// both of an older module.
func (d *R503) overwrite(ctx context.Context) error {
	if !d.template && d.resets {
		return nil
	}
	blank := make([]byte, d.o.Template)
	if err := d.download(ctx, 1, blank); err != nil || !d.old() {
		return err
	}
	return d.download(ctx, 2, blank)
}

// reset restarts the module's program. One that does not know the command is left
// alone.
func (d *R503) reset(ctx context.Context) error {
	if !d.resets {
		return nil
	}
	_, err := d.ask(ctx, r503Short, 0, r503SoftRst)
	if errors.Is(err, r503Unsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	d.unsure = true // until it has answered again
	if _, err := d.line.Frame(ctx, r503Boot, 0, splitReady); err != nil && !errors.Is(err, drivers.ErrNoAnswer) {
		return err
	}
	return d.settle(ctx)
}
