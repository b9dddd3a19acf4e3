package board

import (
	"context"
	"errors"
	"sync"

	"motcua/drivers"
)

// errWatched says that somebody watches already.
var errWatched = errors.New("the board is being watched")

// Watch is that of [drivers.Board]. A line that cannot be read is told by Probe,
// and an open case if it is the tamper switch's; Watch ends with ErrDeviceGone when
// the board is closed.
func (b *Board) Watch(ctx context.Context, report func(drivers.BoardEvent)) error {
	if err := b.usable(ctx); err != nil {
		return err
	}
	select {
	case b.watching <- struct{}{}:
		defer func() { <-b.watching }()
	default:
		return errWatched
	}
	ctx, cancel := b.untilClosed(ctx)
	defer cancel()
	events := make(chan drivers.BoardEvent)
	var followers sync.WaitGroup
	for _, follow := range b.followers() {
		followers.Go(func() {
			follow(ctx, func(e drivers.BoardEvent) {
				select {
				case events <- e:
				case <-ctx.Done():
				}
			})
		})
	}
	defer followers.Wait()
	for {
		select {
		case e := <-events:
			report(e)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// follower tells the events of one contact until ctx ends.
type follower func(ctx context.Context, tell func(drivers.BoardEvent))

func (b *Board) followers() (all []follower) {
	if b.tamper != nil {
		all = append(all, b.followTamper)
	}
	if b.button != nil {
		all = append(all, b.followButton)
	}
	if b.presence != nil {
		all = append(all, b.followPresence)
	}
	return all
}
