//go:build !cgo

package pcsc

import (
	"context"
	"errors"
	"fmt"

	"motcua/drivers"
)

var errNoCgo = fmt.Errorf("this program was built without cgo and cannot talk to pcscd; build it with CGO_ENABLED=1: %w", drivers.ErrNoService)

// Readers stands for the machine's readers in a program built without cgo; it
// finds none and says why.
type Readers struct{}

// New returns the machine's readers.
func New() *Readers { return &Readers{} }

// Readers fails.
func (*Readers) Readers(ctx context.Context) ([]string, error) {
	return nil, errors.Join(ctx.Err(), errNoCgo)
}

// Watch reports that there is no service and waits for ctx's end.
func (*Readers) Watch(ctx context.Context, report func(drivers.CardEvent)) error {
	report(drivers.CardEvent{Kind: drivers.ServiceLost, Err: errNoCgo})
	<-ctx.Done()
	return ctx.Err()
}

// Connect fails.
func (*Readers) Connect(ctx context.Context, _ string) (drivers.Card, error) {
	return nil, errors.Join(ctx.Err(), errNoCgo)
}

// Close does nothing.
func (*Readers) Close() error { return nil }
