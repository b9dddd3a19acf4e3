package qr

import (
	"context"
	"errors"
	"fmt"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

const (
	// quiet without a byte means that nothing is on its way: no command's answer, and
	// no code of which a part would be taken for the whole. A USB adapter keeps bytes
	// back for 16 ms.
	quiet = 30 * time.Millisecond
	// settled is how long a line is listened to before a command: what has arrived
	// until then does not answer it.
	settled = time.Millisecond
	// gap is the silence that ends a frame which has begun.
	gap = 80 * time.Millisecond
	// answerTime is how long a module may take for a command.
	answerTime = 500 * time.Millisecond
	// tries is how often a command is sent that is not, or not well, answered.
	tries = 3
	// window is how long one trigger lasts.
	window = 20 * time.Second
)

var _ drivers.CodeReader = (*Reader)(nil)

// Reader is a code reader on a serial line.
type Reader struct {
	line   *uart.Line
	module module
	port   string
	quiet  time.Duration
	closed bool
}

// module is what differs between readers.
type module interface {
	// identify asks the module who it is. Class, port and trust are the Reader's.
	identify(context.Context) (drivers.Info, error)
	// prepare makes sure that the module's settings are those that the driver needs.
	prepare(context.Context) error
	// trigger makes the module read one code.
	trigger(context.Context) error
	// code waits for it. It fails with ErrNoAnswer when the trigger has ended.
	code(context.Context) (drivers.Scan, error)
	// release ends the trigger.
	release(context.Context) error
}

// connect opens a line for a module. The Reader owns the port from then on.
func connect(p periph.PortCloser, baud int, make func(*uart.Line) module) (*Reader, error) {
	line, err := uart.Connect(p, uart.Settings{Baud: baud})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("qr: %w", err), p.Close())
	}
	return &Reader{line: line, module: make(line), port: p.String(), quiet: quiet}, nil
}

// Probe asks the reader who it is, and sets it up when it is new or has lost its
// settings: a reader as its maker set it may shine all the time.
func (r *Reader) Probe(ctx context.Context) (drivers.Info, error) {
	if err := r.begin(ctx); err != nil {
		return drivers.Info{}, err
	}
	err := r.module.prepare(ctx)
	var info drivers.Info
	if err == nil {
		info, err = r.module.identify(ctx)
	}
	if err != nil {
		return drivers.Info{}, fmt.Errorf("qr: asking the reader at %s who it is: %w", r.port, err)
	}
	info.Class, info.Port, info.Trust = drivers.ClassCode, r.port, drivers.TrustL0
	return info, nil
}

// Scan waits for a code. What the reader has said before is thrown away: it may be
// another person's.
func (r *Reader) Scan(ctx context.Context) (drivers.Scan, error) {
	if err := r.begin(ctx); err != nil {
		return drivers.Scan{}, err
	}
	s, err := r.scan(ctx)
	if err != nil {
		r.darken(ctx)
		if ctx.Err() != nil {
			return drivers.Scan{}, ctx.Err()
		}
		return drivers.Scan{}, fmt.Errorf("qr: reading a code at %s: %w", r.port, err)
	}
	return s, nil
}

func (r *Reader) scan(ctx context.Context) (drivers.Scan, error) {
	for {
		if err := r.module.prepare(ctx); err != nil {
			return drivers.Scan{}, err
		}
		if err := r.module.trigger(ctx); err != nil {
			return drivers.Scan{}, err
		}
		s, err := r.module.code(ctx)
		if !errors.Is(err, drivers.ErrNoAnswer) {
			return s, err
		}
	}
}

// begin starts a call on a quiet line.
func (r *Reader) begin(ctx context.Context) error {
	if r.closed {
		return fmt.Errorf("qr: %s was closed: %w", r.port, drivers.ErrDeviceGone)
	}
	return r.line.Drain(ctx, r.quiet)
}

// darken ends a trigger after ctx has, as far as the module answers.
func (r *Reader) darken(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	_ = r.module.release(ctx)
}

// Close ends a trigger and lets go of the port.
func (r *Reader) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	r.darken(context.Background())
	return r.line.Close()
}

// exchange sends a command and reads what answer finds, up to tries times.
func exchange(ctx context.Context, l *uart.Line, command []byte, answer func([]byte, bool) (int, []byte, error)) ([]byte, error) {
	for try := 1; ; try++ {
		err := l.Drain(ctx, settled)
		if err == nil {
			err = l.Write(ctx, command)
		}
		if err != nil {
			return nil, err
		}
		frame, err := l.Frame(ctx, answerTime, gap, answer)
		if err == nil || try == tries || !worthRepeating(err) {
			return frame, err
		}
		if err := l.Drain(ctx, quiet); err != nil {
			return nil, err
		}
	}
}

func worthRepeating(err error) bool {
	return errors.Is(err, drivers.ErrNoAnswer) || errors.Is(err, drivers.ErrProtocol)
}
