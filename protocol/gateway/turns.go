package gateway

import (
	"context"
	"runtime"
)

// turns lets as many requests compute at once as there are processors; the others
// wait in line. All of them at once would stand in the scheduler's line together with
// the one goroutine that writes the inbox: whenever that lost its processor it would
// come last, and everybody would soon wait for it.
type turns chan struct{}

func newTurns() turns { return make(turns, runtime.GOMAXPROCS(0)) }

// take runs compute, which must not wait for anything, when it is its turn.
func (t turns) take(ctx context.Context, compute func() error) error {
	select {
	case t <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-t }()
	return compute()
}
