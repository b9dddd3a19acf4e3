package finger

import (
	"context"
	"errors"
	"fmt"

	"motcua/drivers"
)

// WaitFinger asks for a finger ten times a second. It takes no picture.
func (d *GT521) WaitFinger(ctx context.Context, on bool) (err error) {
	defer d.end(ctx, "waiting for a finger", &err, func() {})
	if err := d.shine(ctx, true); err != nil {
		return err
	}
	return d.await(ctx, on)
}

func (d *GT521) await(ctx context.Context, on bool) error {
	return until(ctx, func() (bool, error) {
		p, err := d.ask(ctx, gt521Long, gt521IsPressFinger, 0)
		return (p == 0) == on, err
	})
}

// picture waits for a finger and takes its picture.
func (d *GT521) picture(ctx context.Context, quality uint32) error {
	return until(ctx, func() (bool, error) {
		_, err := d.ask(ctx, gt521Long, gt521CaptureFinger, quality)
		if errors.Is(err, gt521NotPressed) {
			return false, nil
		}
		return true, err
	})
}

// Enrol makes a template from 3 pictures. A poor one is asked for again.
func (d *GT521) Enrol(ctx context.Context, progress func(drivers.EnrolStep)) (t drivers.Template, err error) {
	defer d.end(ctx, "enrolling", &err, t.Wipe)
	if err := d.shine(ctx, true); err != nil {
		return t, err
	}
	if _, err := d.ask(ctx, gt521Short, gt521EnrollStart, gt521NoPlace); err != nil {
		return t, err
	}
	e := enrolment{of: gt521Pictures, progress: progress, lifted: func() error { return d.await(ctx, false) }}
	err = e.run(func(n int) error {
		if err := d.picture(ctx, gt521Best); err != nil {
			return err
		}
		_, err := d.ask(ctx, gt521Long, gt521Enroll1+uint16(n-1), 0)
		return err
	})
	if err != nil {
		return t, err
	}
	data, err := d.data(ctx, d.o.Template)
	if err != nil {
		return t, err
	}
	return drivers.Template{Kind: d.kind(), Data: data}, nil
}

func (d *GT521) kind() string { return fmt.Sprintf("gt-%d", d.o.Template) }

// Verify compares one finger with a template. The module tells no score.
func (d *GT521) Verify(ctx context.Context, t drivers.Template) (m drivers.FingerMatch, err error) {
	if err := fits(t, d.kind(), d.o.Template); err != nil {
		return m, d.fail("verifying", err)
	}
	defer d.end(ctx, "verifying", &err, func() { m = drivers.FingerMatch{} })
	place := d.place
	d.place = (d.place + 1) % gt521Spread
	if err := d.store(ctx, place, t.Data); err != nil {
		return m, err
	}
	if err := d.shine(ctx, true); err != nil {
		return m, err
	}
	if err := d.picture(ctx, gt521Fast); err != nil {
		return m, err
	}
	_, err = d.ask(ctx, gt521Long, gt521Verify, place)
	if errors.Is(err, gt521NotVerified) {
		return m, nil
	}
	return drivers.FingerMatch{Same: err == nil}, err
}

// store puts a template into the library.
func (d *GT521) store(ctx context.Context, place uint32, data []byte) error {
	if _, err := d.ask(ctx, gt521Short, gt521SetTemplate, gt521Unchecked|place); err != nil {
		return err
	}
	d.unsure = true
	if err := d.line.Drain(ctx, hush); err != nil { // a doubled answer must not be that to the data
		return err
	}
	if err := d.write(ctx, appendGT521Data(d.out[:0], data)); err != nil {
		return err
	}
	_, err := d.answer(ctx, gt521Long)
	return err
}

// CaptureFinger gives a picture of 258 by 202 pixels. At 9600 bits a second it
// takes a minute.
func (d *GT521) CaptureFinger(ctx context.Context) (p drivers.FingerPicture, err error) {
	defer d.end(ctx, "taking a picture", &err, p.Wipe)
	if err := d.shine(ctx, true); err != nil {
		return p, err
	}
	if err := d.picture(ctx, gt521Best); err != nil {
		return p, err
	}
	if _, err := d.ask(ctx, gt521Short, gt521GetImage, 0); err != nil {
		return p, err
	}
	columns, err := d.data(ctx, gt521Width*gt521Height)
	if err != nil {
		return p, err
	}
	defer clear(columns)
	return drivers.FingerPicture{Width: gt521Width, Height: gt521Height, DPI: gt521DPI, Grey: upright(columns, gt521Width, gt521Height)}, nil
}

// upright turns columns into rows.
func upright(columns []byte, width, height int) []byte {
	rows := make([]byte, len(columns))
	for x := range width {
		for y := range height {
			rows[y*width+x] = columns[x*height+y]
		}
	}
	return rows
}
