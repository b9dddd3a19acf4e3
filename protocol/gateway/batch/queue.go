package batch

import (
	"cmp"
	"context"
	"errors"
	"sync"

	"motcua/protocol/gateway"
)

// ErrClosed means that the inbox has been closed.
var ErrClosed = errors.New("the inbox is closed")

// Queue runs transactions in batches.
type Queue struct {
	db    Database
	most  int
	jobs  chan job
	quit  chan struct{}
	done  chan struct{}
	close func()
}

// job is a transaction that waits for its turn.
type job struct {
	ctx   context.Context
	fn    func(gateway.Tx) error
	ahead []gateway.Look
	done  chan error
}

// NewQueue begins to run transactions on db, most of them in one batch at most.
func NewQueue(db Database, most int) *Queue {
	q := &Queue{db: db, most: most, jobs: make(chan job, most), quit: make(chan struct{}), done: make(chan struct{})}
	q.close = sync.OnceFunc(func() { close(q.quit) })
	go q.work()
	return q
}

// Closed is a queue that takes nothing.
func Closed() *Queue {
	q := &Queue{quit: make(chan struct{}), done: make(chan struct{})}
	q.close = func() {}
	close(q.quit)
	close(q.done)
	return q
}

// Close waits for the batch that runs, and takes no more.
func (q *Queue) Close() {
	q.close()
	<-q.done
}

// Update implements gateway.Inbox.
func (q *Queue) Update(ctx context.Context, fn func(gateway.Tx) error, ahead ...gateway.Look) error {
	j := job{ctx, fn, ahead, make(chan error, 1)}
	select { // by itself: a select with several ready cases may take any
	case <-q.quit:
		return ErrClosed
	default:
	}
	select {
	case <-q.quit:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	case q.jobs <- j:
	}
	select {
	case err := <-j.done:
		return err
	case <-q.done:
		select {
		case err := <-j.done: // it was the last to be served
			return err
		default:
			return ErrClosed
		}
	}
}

// work serves jobs until the queue is closed. It alone touches the database.
func (q *Queue) work() {
	defer close(q.done)
	for {
		select {
		case <-q.quit:
			return
		case j := <-q.jobs:
			q.run(q.gather(j))
		}
	}
}

// gather takes what waits and is still wanted, without waiting for more.
func (q *Queue) gather(first job) []job {
	var jobs []job
	for j := first; ; {
		if err := j.ctx.Err(); err != nil {
			j.done <- err
		} else {
			jobs = append(jobs, j)
		}
		if len(jobs) == q.most {
			return jobs
		}
		select {
		case j = <-q.jobs:
		default:
			return jobs
		}
	}
}

// ownError is that of a job, and not of the database.
type ownError struct{ error }

func (e *ownError) Unwrap() error { return e.error }

// run gives every job its answer. When one of them fails, all are undone and run
// again so that each is undone by itself: failures are rare, and without them a
// batch needs no write for each job. A caller that gives up meanwhile must not
// undo the others.
func (q *Queue) run(jobs []job) {
	if len(jobs) == 0 {
		return
	}
	var own *ownError
	ctx, errs := context.Background(), make([]error, len(jobs))
	err := q.db.Transact(ctx, func(s Storage) error {
		own = nil
		if err := together(s, jobs...); err != nil {
			own = &ownError{err}
			return own
		}
		return nil
	})
	if len(jobs) > 1 && own != nil && errors.Is(err, own) {
		err = q.db.Transact(ctx, func(s Storage) error {
			apart(s, jobs, errs)
			return nil
		})
	}
	for i, j := range jobs {
		j.done <- cmp.Or(errs[i], err)
	}
}

// together runs jobs that share one view.
func together(s Storage, jobs ...job) error {
	t := newTx(s)
	if err := t.lookAhead(jobs); err != nil {
		return err
	}
	for _, j := range jobs {
		if err := j.fn(t); err != nil {
			return err
		}
	}
	return t.flush()
}

// apart runs each job with a view of its own, which its error undoes.
func apart(s Storage, jobs []job, errs []error) {
	for i, j := range jobs {
		errs[i] = s.Apart(func() error { return together(s, j) })
	}
}
