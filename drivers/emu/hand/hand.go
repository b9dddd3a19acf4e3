// Package hand is a citizen's finger and eye at an X display: it taps points of
// the screen through the XTEST extension and looks at what is there. It stands
// in for a person at the touchscreen in the demo and in end-to-end tests, and
// knows nothing of the program it taps on.
package hand

import (
	"errors"
	"fmt"
	"image"
	"io"
	"log"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// Press is how long a finger stays down: a short but human tap.
const Press = 60 * time.Millisecond

// Hand is a connection to one X display.
type Hand struct {
	x    *xgb.Conn
	root xproto.Window
	w, h uint16
}

// Open connects to the display, such as ":99".
func Open(display string) (*Hand, error) {
	xgb.Logger = log.New(io.Discard, "", 0) // it complains about a missing .Xauthority, which is harmless
	x, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("connecting to display %q: %w", display, err)
	}
	if err := xtest.Init(x); err != nil {
		x.Close()
		return nil, fmt.Errorf("display %q cannot fake taps: %w", display, err)
	}
	s := xproto.Setup(x).DefaultScreen(x)
	return &Hand{x: x, root: s.Root, w: s.WidthInPixels, h: s.HeightInPixels}, nil
}

// Close ends the connection.
func (h *Hand) Close() { h.x.Close() }

// Size is the display's size in pixels.
func (h *Hand) Size() (width, height int) { return int(h.w), int(h.h) }

// Tap presses at a point of the display, in pixels, and lets go again.
func (h *Hand) Tap(x, y int) error { return h.Hold(x, y, Press) }

// Hold presses at a point for as long as given.
func (h *Hand) Hold(x, y int, press time.Duration) error {
	if x < 0 || y < 0 || x >= int(h.w) || y >= int(h.h) {
		return fmt.Errorf("tapping %d,%d: outside the display of %d×%d", x, y, h.w, h.h)
	}
	for _, step := range []struct {
		event, button byte
		then          time.Duration
	}{
		{xproto.MotionNotify, 0, 0},
		{xproto.ButtonPress, 1, press},
		{xproto.ButtonRelease, 1, 0},
	} {
		if err := xtest.FakeInputChecked(h.x, step.event, step.button, 0, h.root, int16(x), int16(y), 0).Check(); err != nil {
			return fmt.Errorf("tapping %d,%d: %w", x, y, err)
		}
		time.Sleep(step.then)
	}
	return nil
}

// Look takes a picture of the whole display.
func (h *Hand) Look() (*image.RGBA, error) {
	got, err := xproto.GetImage(h.x, xproto.ImageFormatZPixmap, xproto.Drawable(h.root), 0, 0, h.w, h.h, 0xFFFFFFFF).Reply()
	if err != nil {
		return nil, fmt.Errorf("looking at the display: %w", err)
	}
	img := image.NewRGBA(image.Rect(0, 0, int(h.w), int(h.h)))
	if len(got.Data) != len(img.Pix) {
		return nil, errors.New("looking at the display: it does not have 32 bits for each pixel")
	}
	for i := 0; i < len(got.Data); i += 4 { // blue, green, red, unused
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = got.Data[i+2], got.Data[i+1], got.Data[i], 0xFF
	}
	return img, nil
}
