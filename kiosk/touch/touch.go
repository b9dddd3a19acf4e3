// Package touch queues what the first finger does on the kiosk's window, so that
// no tap is lost however long a frame takes.
//
// A game loop asks for the mouse's state once a frame: two taps within a long
// frame become one, and a tap may be seen where the finger has moved to since.
// Here the X server keeps every press and release, with its place, until it is
// taken. The package grabs the buttons of one window, as window managers do, and
// nothing else; it must never take what happens outside that window.
package touch

import (
	"errors"
	"fmt"
	"io"
	"log"
	"slices"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Event is the finger going down or up at a place in the window, in pixels.
type Event struct {
	Down bool
	X, Y float64
}

// ErrNoWindow: the display has no window of that class and process yet.
var ErrNoWindow = errors.New("window not found")

const (
	// Room bounds the events that wait: a minute of hard tapping.
	room = 1024
	// maxWindows bounds the search on a display with many windows.
	maxWindows = 4096
)

// Queue receives the events of one window.
type Queue struct {
	x      *xgb.Conn
	events chan Event
}

// Open takes the button events of the window that has class as its WM_CLASS and
// belongs to the process. It fails with [ErrNoWindow] until the window is there,
// and for good when another program, such as a window manager, has taken them.
func Open(display, class string, pid int) (*Queue, error) {
	xgb.Logger = log.New(io.Discard, "", 0) // it complains about a missing .Xauthority, which is harmless
	x, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("connecting to display %q: %w", display, err)
	}
	q := &Queue{x: x, events: make(chan Event, room)}
	if err := q.grab(class, pid); err != nil {
		x.Close()
		return nil, err
	}
	go q.run()
	return q, nil
}

// Events gives the events in their order. It is closed when the display is gone.
func (q *Queue) Events() <-chan Event { return q.events }

// Close gives the window's events back.
func (q *Queue) Close() { q.x.Close() }

func (q *Queue) grab(class string, pid int) error {
	window, err := q.find(class, uint32(pid))
	if err != nil {
		return err
	}
	const mask = xproto.EventMaskButtonPress | xproto.EventMaskButtonRelease
	err = xproto.GrabButtonChecked(q.x, false, window, mask, xproto.GrabModeAsync, xproto.GrabModeAsync,
		xproto.WindowNone, xproto.CursorNone, xproto.ButtonIndex1, xproto.ModMaskAny).Check()
	if err != nil {
		return fmt.Errorf("taking the window's taps: %w", err)
	}
	return nil
}

// find looks through the display's windows, nearest to the root first.
func (q *Queue) find(class string, pid uint32) (xproto.Window, error) {
	name, err := q.atom("_NET_WM_PID")
	if err != nil {
		return 0, err
	}
	todo := []xproto.Window{xproto.Setup(q.x).DefaultScreen(q.x).Root}
	for seen := 0; len(todo) > 0 && seen < maxWindows; seen++ {
		w := todo[0]
		todo = todo[1:]
		if q.hasClass(w, class) && q.cardinal(w, name) == pid {
			return w, nil
		}
		tree, err := xproto.QueryTree(q.x, w).Reply()
		if err != nil {
			continue // it has just been closed
		}
		todo = append(todo, tree.Children...)
	}
	return 0, fmt.Errorf("%w: class %q", ErrNoWindow, class)
}

func (q *Queue) atom(name string) (xproto.Atom, error) {
	a, err := xproto.InternAtom(q.x, false, uint16(len(name)), name).Reply()
	if err != nil {
		return 0, fmt.Errorf("asking the display for %s: %w", name, err)
	}
	return a.Atom, nil
}

// hasClass reads WM_CLASS: instance and class, each ended by a zero byte.
func (q *Queue) hasClass(w xproto.Window, class string) bool {
	p, err := xproto.GetProperty(q.x, false, w, xproto.AtomWmClass, xproto.AtomString, 0, 64).Reply()
	return err == nil && slices.Contains(splitZero(p.Value), class)
}

func splitZero(b []byte) (words []string) {
	start := 0
	for i, c := range b {
		if c == 0 {
			words = append(words, string(b[start:i]))
			start = i + 1
		}
	}
	return words
}

func (q *Queue) cardinal(w xproto.Window, name xproto.Atom) uint32 {
	p, err := xproto.GetProperty(q.x, false, w, name, xproto.AtomCardinal, 0, 1).Reply()
	if err != nil || len(p.Value) < 4 {
		return 0
	}
	return xgb.Get32(p.Value)
}

// run moves events into the queue until the display is gone.
func (q *Queue) run() {
	defer close(q.events)
	for {
		e, err := q.x.WaitForEvent()
		switch e := e.(type) {
		case xproto.ButtonPressEvent:
			q.events <- Event{Down: true, X: float64(e.EventX), Y: float64(e.EventY)}
		case xproto.ButtonReleaseEvent:
			q.events <- Event{X: float64(e.EventX), Y: float64(e.EventY)}
		case nil:
			if err == nil {
				return
			}
		}
	}
}
