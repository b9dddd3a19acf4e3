package supervisor

import (
	"context"

	"motcua/drivers"
)

// call is a use of the device that somebody waits for.
type call[D drivers.Device] struct {
	ctx   context.Context
	do    func(context.Context, D) error
	reply chan error // has room for one
}

// answer replies; the first answer counts.
func (c call[D]) answer(err error) {
	select {
	case c.reply <- err:
	default:
	}
}

// Use lets f use the device alone. Without a device it fails at once with the
// reason; while another call is under way, or the device is being opened, it waits.
//
// It never takes longer than ctx. f may then go on for a moment after Use has
// returned with ctx's error: what it gives back belongs into [Ask], not into
// variables of the caller. Whatever f returns is judged: a device that is gone, or
// does not answer when it is asked once more, is opened anew.
func (s *Supervisor[D]) Use(ctx context.Context, f func(context.Context, D) error) error {
	c := call[D]{ctx: ctx, do: f, reply: make(chan error, 1)}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.calls <- c:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.ended:
		return errStopped
	}
	select {
	case err := <-c.reply:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Ask is [Supervisor.Use] with an answer. An answer that comes after ctx has ended
// is dropped.
func Ask[D drivers.Device, A any](ctx context.Context, s *Supervisor[D], f func(context.Context, D) (A, error)) (A, error) {
	answer := make(chan A, 1)
	err := s.Use(ctx, func(ctx context.Context, d D) error {
		a, err := f(ctx, d)
		answer <- a
		return err
	})
	select {
	case a := <-answer:
		return a, err
	default:
		var none A
		return none, err
	}
}
