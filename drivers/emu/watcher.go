package emu

import (
	"context"
	"fmt"
	"sync"

	"motcua/drivers"
)

// watcher keeps events for one call of Watch until it reports them.
type watcher struct {
	mu      sync.Mutex
	pending []drivers.CardEvent
	wake    chan struct{} // holds one token while pending is not empty
}

// Watch reports what happens at the readers.
func (r *Readers) Watch(ctx context.Context, report func(drivers.CardEvent)) error {
	w := &watcher{wake: make(chan struct{}, 1)}
	r.attach(w)
	defer r.detach(w)
	for {
		select {
		case <-ctx.Done():
		case <-w.wake:
		}
		for _, e := range w.take() {
			if ctx.Err() != nil {
				break
			}
			report(e)
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("watching readers: %w", err)
		}
	}
}

func (r *Readers) attach(w *watcher) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		w.add(lost())
	} else {
		w.add(r.inventory()...)
	}
	r.watchers[w] = struct{}{}
}

func (r *Readers) detach(w *watcher) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.watchers, w)
}

func (w *watcher) add(events ...drivers.CardEvent) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, events...)
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *watcher) take() []drivers.CardEvent {
	w.mu.Lock()
	defer w.mu.Unlock()
	events := w.pending
	w.pending = nil
	return events
}
