package token

import (
	"context"
	"fmt"
	"log/slog"

	"motcua/drivers"
)

// calls lets one call at a time into the module.
type calls struct {
	inside chan struct{} // holds one while a call is under way
	log    *slog.Logger
}

func newCalls(log *slog.Logger) calls { return calls{make(chan struct{}, 1), log} }

// patiently returns what a call does, or the context's error and leaves it behind. done
// is run when the call is over, also behind.
func (c calls) patiently(ctx context.Context, call func() (drivers.TokenSignature, error), done func()) (drivers.TokenSignature, error) {
	var none drivers.TokenSignature
	if err := ctx.Err(); err != nil {
		done()
		return none, err
	}
	select {
	case c.inside <- struct{}{}:
	default:
		done()
		return none, fmt.Errorf("signing: %w", drivers.ErrDeviceMute)
	}
	type result struct {
		value drivers.TokenSignature
		err   error
	}
	results := make(chan result, 1)
	go func() {
		v, err := guarded(call)
		done()
		<-c.inside
		results <- result{v, err}
	}()
	select {
	case r := <-results:
		return r.value, r.err
	case <-ctx.Done():
		c.log.Warn("the signing token's module does not come back; the call is left behind")
		return none, ctx.Err()
	}
}

// guarded makes an error of what a module's answer panics with.
func guarded(call func() (drivers.TokenSignature, error)) (v drivers.TokenSignature, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = drivers.TokenSignature{}, fmt.Errorf("signing: the module's answer: %v: %w", p, drivers.ErrTokenModule)
		}
	}()
	return call()
}
