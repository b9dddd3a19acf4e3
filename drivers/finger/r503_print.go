package finger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"motcua/drivers"
)

// Ring of light (manual v1.2.2, page 27): control, speed, colour, times.
var (
	r503LightAsk = []byte{0x01, 0x80, 0x02, 0x00} // breathing, blue, without end
	r503LightOff = []byte{0x04, 0x00, 0x00, 0x00}
)

// WaitFinger looks for a finger ten times a second.
func (d *R503) WaitFinger(ctx context.Context, on bool) (err error) {
	defer d.end(ctx, "waiting for a finger", &err, func() {})
	if on {
		if err := d.shine(ctx, r503LightAsk); err != nil {
			return err
		}
	}
	return d.await(ctx, on)
}

func (d *R503) await(ctx context.Context, on bool) error {
	return until(ctx, func() (bool, error) {
		err := d.take(ctx, r503GetImage)
		if again(err) {
			return errors.Is(err, drivers.ErrNoFinger) != on, nil
		}
		return on, err
	})
}

// take takes a picture.
func (d *R503) take(ctx context.Context, command byte) error {
	touched := d.touched
	d.touched = true
	_, err := d.ask(ctx, r503Long, 0, command)
	if errors.Is(err, r503NoFinger) {
		d.touched = touched
	}
	return err
}

// picture waits for a finger and takes a picture that is good enough.
func (d *R503) picture(ctx context.Context) error {
	command := r503GetImageEx
	if d.old() {
		command = r503GetImage
	}
	return until(ctx, func() (bool, error) {
		err := d.take(ctx, command)
		if errors.Is(err, drivers.ErrNoFinger) {
			return false, nil
		}
		return true, err
	})
}

// features takes a picture and puts its features into a buffer.
func (d *R503) features(ctx context.Context, buffer int) error {
	if err := d.picture(ctx); err != nil {
		return err
	}
	_, err := d.ask(ctx, r503Long, 0, r503GenChar, byte(buffer))
	return err
}

// Enrol makes a template from 6 pictures, or as many as the options say. A poor
// picture is asked for again.
func (d *R503) Enrol(ctx context.Context, progress func(drivers.EnrolStep)) (t drivers.Template, err error) {
	defer d.end(ctx, "enrolling", &err, t.Wipe)
	if err := d.shine(ctx, r503LightAsk); err != nil {
		return t, err
	}
	e := enrolment{of: d.o.Pictures, progress: progress, lifted: func() error { return d.await(ctx, false) }}
	if err := e.run(func(n int) error { return d.features(ctx, n) }); err != nil {
		return t, err
	}
	if _, err := d.ask(ctx, r503Long, 0, r503RegModel); err != nil {
		return t, err
	}
	d.template = true
	if _, err := d.ask(ctx, r503Short, 0, r503UpChar, 1); err != nil {
		return t, err
	}
	data, err := d.upload(ctx, d.o.Template)
	if err != nil {
		return t, err
	}
	return drivers.Template{Kind: d.kind(), Data: data}, nil
}

// kind names the templates of this module: the family and their size.
func (d *R503) kind() string { return fmt.Sprintf("zfm-%d", d.o.Template) }

// Verify compares one finger with a template, which goes into the module for that
// time. The score has no scale that the maker tells.
func (d *R503) Verify(ctx context.Context, t drivers.Template) (m drivers.FingerMatch, err error) {
	if err := fits(t, d.kind(), d.o.Template); err != nil {
		return m, d.fail("verifying", err)
	}
	defer d.end(ctx, "verifying", &err, func() { m = drivers.FingerMatch{} })
	if err := d.shine(ctx, r503LightAsk); err != nil {
		return m, err
	}
	if err := d.download(ctx, 2, t.Data); err != nil {
		return m, err
	}
	if err := d.features(ctx, 1); err != nil {
		return m, err
	}
	b, err := d.ask(ctx, r503Long, 2, r503Match)
	if errors.Is(err, r503NoMatch) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	return drivers.FingerMatch{Same: true, Score: int(binary.BigEndian.Uint16(b))}, nil
}

// CaptureFinger gives a picture of 4 bits a pixel, spread to 8.
func (d *R503) CaptureFinger(ctx context.Context) (p drivers.FingerPicture, err error) {
	defer d.end(ctx, "taking a picture", &err, p.Wipe)
	if err := d.shine(ctx, r503LightAsk); err != nil {
		return p, err
	}
	if err := d.picture(ctx); err != nil {
		return p, err
	}
	if _, err := d.ask(ctx, r503Short, 0, r503UpImage); err != nil {
		return p, err
	}
	packed, err := d.upload(ctx, d.o.Width*d.o.Height/2)
	if err != nil {
		return p, err
	}
	defer clear(packed)
	return drivers.FingerPicture{Width: d.o.Width, Height: d.o.Height, DPI: 508, Grey: spread(packed)}, nil
}

// shine sets the ring of light. A module without one is left alone.
func (d *R503) shine(ctx context.Context, light []byte) error {
	if !d.rings {
		return nil
	}
	_, err := d.ask(ctx, r503Short, 0, r503AuraLed, light...)
	if errors.Is(err, r503Unsupported) {
		d.rings, err = false, nil
	}
	return err
}
