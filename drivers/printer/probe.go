package printer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/drivers"
)

// identityTime is how long a printer may take to say who it is.
const identityTime = 500 * time.Millisecond

// Probe asks the printer whether it is there, and who it is if it tells. One that
// stands still for want of paper or a closed cover is there, but does not tell.
func (d *Dev) Probe(ctx context.Context) (drivers.Info, error) {
	info := drivers.Info{Class: drivers.ClassPrinter, Port: d.line.String()}
	if err := d.begin(ctx); err != nil {
		return drivers.Info{}, d.failed(ctx, "probe", err)
	}
	r, err := d.report(ctx)
	if err != nil {
		return drivers.Info{}, d.failed(ctx, "probe", err)
	}
	if r.offline || r.trouble() != nil {
		return info, nil
	}
	for _, field := range []struct {
		subject byte
		text    *string
	}{{idModel, &info.Model}, {idMaker, &info.Vendor}, {idFirmware, &info.Firmware}, {idSerial, &info.Serial}} {
		*field.text, err = d.identity(ctx, field.subject)
		if errors.Is(err, drivers.ErrNoAnswer) {
			return info, nil // many cheap ones do not tell
		}
		if err != nil {
			return drivers.Info{}, d.failed(ctx, "probe", err)
		}
	}
	return info, nil
}

// identity asks for a text (GS I n).
func (d *Dev) identity(ctx context.Context, subject byte) (string, error) {
	if err := d.line.Write(ctx, []byte{gs, 'I', subject}); err != nil {
		return "", err
	}
	for end := time.Now().Add(identityTime); ; {
		a, err := d.hear(ctx, time.Until(end))
		if err != nil {
			return "", fmt.Errorf("asking who it is: %w", err)
		}
		if a.kind == answerIdentity {
			return a.text, nil
		}
		d.note(a)
	}
}
