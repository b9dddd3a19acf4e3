package pcsc

import (
	"context"
	"slices"
	"sync"

	"motcua/drivers"
)

// audience hands events to everybody who watches. Each listener has a queue of its
// own, so that a slow one loses nothing and holds nobody up.
type audience struct {
	mu        sync.Mutex
	listeners []*queue
}

// join adds a listener that first hears the given events.
func (a *audience) join(first []drivers.CardEvent) *queue {
	q := &queue{more: make(chan struct{}, 1)}
	q.put(first)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.listeners = append(a.listeners, q)
	return q
}

// leave removes a listener and tells whether nobody is left.
func (a *audience) leave(q *queue) (empty bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.listeners = slices.DeleteFunc(a.listeners, func(other *queue) bool { return other == q })
	return len(a.listeners) == 0
}

func (a *audience) tell(events []drivers.CardEvent) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, q := range a.listeners {
		q.put(events)
	}
}

// queue holds the events that one listener has not taken yet.
type queue struct {
	mu     sync.Mutex
	events []drivers.CardEvent
	more   chan struct{} // holds a token while there is something to take
}

func (q *queue) put(events []drivers.CardEvent) {
	if len(events) == 0 {
		return
	}
	q.mu.Lock()
	q.events = append(q.events, events...)
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q *queue) take() []drivers.CardEvent {
	q.mu.Lock()
	defer q.mu.Unlock()
	events := q.events
	q.events = nil
	return events
}

// drain reports events until ctx ends.
func (q *queue) drain(ctx context.Context, report func(drivers.CardEvent)) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-q.more:
		}
		for _, e := range q.take() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			report(e)
		}
	}
}
