package supervisor

import (
	"context"
	"time"
)

// owner is the goroutine that a device's line belongs to: it opens the device,
// makes every call, and closes it. It takes a job only when the last one is done.
type owner struct {
	jobs chan func()
	last func() // after the last job
}

func newOwner() *owner {
	o := &owner{jobs: make(chan func())}
	go func() {
		for job := range o.jobs {
			job()
		}
		o.last()
	}()
	return o
}

// do begins a job; done is closed when it has returned.
func (o *owner) do(job func()) (done <-chan struct{}) {
	ended := make(chan struct{})
	o.jobs <- func() {
		defer close(ended)
		job()
	}
	return ended
}

// end lets the goroutine go once its job is done, and it has done the last one.
func (o *owner) end(last func()) {
	o.last = last
	close(o.jobs)
}

// nothing is the last job of an owner whose device is closed.
func nothing() {}

// back waits for a job that ends with ctx, and says whether it came back in time.
func back(ctx context.Context, done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	case <-ctx.Done():
	}
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}
