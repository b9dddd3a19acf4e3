package screen

import (
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"motcua/kiosk/touch"
)

const (
	seekEvery = 200 * time.Millisecond // looks for the window
	seekFor   = 20 * time.Second       // before the queue is given up
)

// touches gives what the first finger does, in its order: out of the queue of
// package touch, or, until there is one, as Ebitengine sees it once a frame.
type touches struct {
	log     *slog.Logger
	queue   *touch.Queue
	waiting []touch.Event
	sought  time.Time // last
	since   time.Time // first
	given   bool      // up
}

// queued tells whether touches come by themselves.
func (t *touches) queued() bool { return t.queue != nil }

// events is the channel to wait on; it never gives anything without a queue.
func (t *touches) events() <-chan touch.Event {
	if t.queue == nil {
		return nil
	}
	return t.queue.Events()
}

// note keeps an event that came while waiting; the display may have ended instead.
func (t *touches) note(e touch.Event, ok bool) {
	if !ok {
		t.queue = nil
		return
	}
	t.waiting = append(t.waiting, e)
}

// drain hands every event to f and tells whether there was one.
func (t *touches) drain(f func(touch.Event)) (any bool) {
	t.seek(time.Now())
	for t.queue != nil {
		select {
		case e, ok := <-t.queue.Events():
			t.note(e, ok)
			continue
		default:
		}
		break
	}
	t.look()
	for _, e := range t.waiting {
		f(e)
	}
	any = len(t.waiting) > 0
	t.waiting = t.waiting[:0]
	return any
}

// look asks Ebitengine. With a queue it sees nothing, but for a press that was
// under way when the queue was opened.
func (t *touches) look() {
	x, y := ebiten.CursorPosition()
	if inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft) {
		t.waiting = append(t.waiting, touch.Event{Down: true, X: float64(x), Y: float64(y)})
	}
	if inpututil.IsMouseButtonJustReleased(ebiten.MouseButtonLeft) {
		t.waiting = append(t.waiting, touch.Event{X: float64(x), Y: float64(y)})
	}
}

// seek opens the queue as soon as the window is there.
func (t *touches) seek(now time.Time) {
	if t.queue != nil || t.given || now.Sub(t.sought) < seekEvery {
		return
	}
	if t.sought = now; t.since.IsZero() {
		t.since = now
	}
	q, err := touch.Open(os.Getenv("DISPLAY"), windowClass, os.Getpid())
	switch {
	case err == nil:
		t.queue = q
	case !errors.Is(err, touch.ErrNoWindow) || now.Sub(t.since) > seekFor:
		t.given = true
		t.log.Warn("taps are looked for once a frame", "err", err)
	}
}

func (t *touches) close() {
	if t.queue != nil {
		t.queue.Close()
	}
}
