package devices

import (
	"bytes"
	"context"

	"motcua/drivers"
	"motcua/drivers/supervisor"
)

// Fingers is the finger reader as a visit uses it. Each call fails at once with the
// reason when there is none at the moment.
type Fingers struct {
	reader *supervisor.Supervisor[drivers.FingerReader]
}

// Fingers is the finger reader, which has to be configured.
func (d *Devices) Fingers() Fingers { return Fingers{d.FingerReader} }

// Compare waits for a finger and compares it with a template. The call may go on for a
// moment when ctx has ended, and wipes a copy of its own then.
func (f Fingers) Compare(ctx context.Context, t drivers.Template) (drivers.FingerMatch, error) {
	own := drivers.Template{Kind: t.Kind, Data: bytes.Clone(t.Data)}
	return supervisor.Ask(ctx, f.reader, func(ctx context.Context, r drivers.FingerReader) (drivers.FingerMatch, error) {
		defer own.Wipe()
		return r.Verify(ctx, own)
	})
}

// Enrol makes a template of a finger.
func (f Fingers) Enrol(ctx context.Context, progress func(drivers.EnrolStep)) (drivers.Template, error) {
	return supervisor.Ask(ctx, f.reader, func(ctx context.Context, r drivers.FingerReader) (drivers.Template, error) {
		return r.Enrol(ctx, progress)
	})
}

// Lifted waits until no finger lies on the reader.
func (f Fingers) Lifted(ctx context.Context) error {
	return f.reader.Use(ctx, func(ctx context.Context, r drivers.FingerReader) error { return r.WaitFinger(ctx, false) })
}
