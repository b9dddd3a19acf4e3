package supervisor_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	"motcua/drivers/supervisor"
)

// world is what a story's supervisor sees: paths, and a device behind each.
type world struct {
	t          *testing.T
	supervisor *supervisor.Supervisor[*device]
	stop       context.CancelFunc
	ended      chan error

	mu     sync.Mutex
	paths  []string
	opens  []time.Time
	closes int
	told   []drivers.Health
	fake   behaviour
}

// behaviour is what the devices do; it may change at any moment.
type behaviour struct {
	openErr  error
	probeErr error
	misses   int // probes that stay without an answer, before the others
	checkErr error
	hang     chan struct{} // closed when calls may return
	hangIn   string        // "open", "probe", "use" or "close"
	foreign  string        // a path at which nothing answers
}

// device is an attached device that notices when two use it at once.
type device struct {
	w    *world
	path string
	busy sync.Mutex
}

const here = "/dev/serial/by-id/here"

// story begins a supervision without a device.
func story(t *testing.T, tell func(t *testing.T, w *world)) {
	t.Helper()
	storyWith(t, func(*supervisor.Config[*device]) {}, tell)
}

func storyWith(t *testing.T, alter func(*supervisor.Config[*device]), tell func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, ended: make(chan error, 1)}
		cfg := supervisor.Config[*device]{
			Class: drivers.ClassCode,
			Paths: w.list,
			Open:  w.open,
			Check: func(context.Context, *device) error { return w.now().checkErr },
			Tell:  w.hear,
			Jitter: func() float64 {
				return 0.5
			},
		}
		alter(&cfg)
		w.supervisor = supervisor.New(cfg)
		ctx, stop := context.WithCancel(t.Context())
		w.stop = stop
		go func() { w.ended <- w.supervisor.Run(ctx) }()
		synctest.Wait()
		tell(t, w)
		stop()
		if err := <-w.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
	})
}

func (w *world) list() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.paths)
}

func (w *world) plug(paths ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.paths = paths
}

func (w *world) behave(change func(*behaviour)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.fake)
}

func (w *world) now() behaviour {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.fake
}

// hang makes calls of a kind block until the returned function is called.
func (w *world) hang(in string) (release func()) {
	c := make(chan struct{})
	w.behave(func(b *behaviour) { b.hang, b.hangIn = c, in })
	return func() {
		w.behave(func(b *behaviour) { b.hang = nil })
		close(c)
	}
}

func (w *world) maybeHang(in string) {
	if b := w.now(); b.hang != nil && b.hangIn == in {
		<-b.hang
	}
}

func (w *world) open(_ context.Context, path string) (*device, error) {
	w.mu.Lock()
	w.opens = append(w.opens, time.Now())
	w.mu.Unlock()
	w.maybeHang("open")
	b := w.now()
	if path == b.foreign {
		return nil, drivers.ErrNoAnswer
	}
	if b.openErr != nil {
		return nil, b.openErr
	}
	return &device{w: w, path: path}, nil
}

func (w *world) hear(h drivers.Health) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, h)
}

// Probe is that of [drivers.Device].
func (d *device) Probe(context.Context) (drivers.Info, error) {
	d.alone()
	defer d.busy.Unlock()
	d.w.maybeHang("probe")
	if d.w.missed() {
		return drivers.Info{}, wrapped(drivers.ErrNoAnswer)
	}
	return drivers.Info{Class: drivers.ClassCode, Model: "M1", Port: d.path}, d.w.now().probeErr
}

func (w *world) missed() (missed bool) {
	w.behave(func(b *behaviour) {
		if missed = b.misses > 0; missed {
			b.misses--
		}
	})
	return missed
}

// Close is that of [drivers.Device].
func (d *device) Close() error {
	d.alone()
	defer d.busy.Unlock()
	d.w.maybeHang("close")
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	d.w.closes++
	return nil
}

// work is a call of a user's.
func (d *device) work(ctx context.Context, takes time.Duration) error {
	d.alone()
	defer d.busy.Unlock()
	d.w.maybeHang("use")
	select {
	case <-time.After(takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// alone fails when somebody else uses the device.
func (d *device) alone() {
	if !d.busy.TryLock() {
		d.w.t.Error("two use the device at once")
		d.busy.Lock()
	}
}

func work(takes time.Duration) func(context.Context, *device) error {
	return func(ctx context.Context, d *device) error { return d.work(ctx, takes) }
}

// is fails when the health is not as it should be.
func (w *world) is(state drivers.State, usable bool, reason error) {
	w.t.Helper()
	synctest.Wait()
	h := w.supervisor.Health()
	if h.State != state || h.Usable != usable || !errors.Is(h.Reason, reason) || (reason == nil) != (h.Reason == nil) {
		w.t.Fatalf("%s, usable %v, because %v; want %s, %v, %v", h.State, h.Usable, h.Reason, state, usable, reason)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.told) > 0 && w.told[len(w.told)-1] != h {
		w.t.Errorf("the listener was told %v last", w.told[len(w.told)-1])
	}
}

// states are those that the listener was told, in order.
func (w *world) states() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, h := range w.told {
		all = append(all, string(h.State))
	}
	return strings.Join(all, " ")
}

// ready plugs the device in and lets it get ready.
func (w *world) ready() {
	w.t.Helper()
	w.plug(here)
	time.Sleep(3 * time.Second)
	w.is(drivers.StateReady, true, nil)
}

// opened is how often the device was opened so far, closed how often it was closed.
func (w *world) opened() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.opens)
}

func (w *world) closed() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closes
}

// gaps are the times between openings from the n-th on.
func (w *world) gaps(n int) []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []time.Duration
	for i := n + 1; i < len(w.opens); i++ {
		all = append(all, w.opens[i].Sub(w.opens[i-1]))
	}
	return all
}

func within(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), d)
}

func wrapped(err error) error { return fmt.Errorf("a driver's words: %w", err) }
