package e2e_test

import (
	"image"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// finger touches the X display and looks at it.
type finger struct {
	t    testing.TB
	conn *xgb.Conn
	root xproto.Window
}

func newFinger(t testing.TB, display string) *finger {
	t.Helper()
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := xtest.Init(conn); err != nil {
		t.Fatal(err)
	}
	return &finger{t, conn, xproto.Setup(conn).DefaultScreen(conn).Root}
}

// tap touches the middle of a target for a moment.
func (f *finger) tap(p painted, id string, hold time.Duration) {
	f.t.Helper()
	for _, x := range p.Targets {
		if x.ID == id {
			f.tapAt(x.X+x.W/2, x.Y+x.H/2, hold)
			return
		}
	}
	f.t.Fatalf("%s has no target %s: %+v", p.Screen, id, p.Targets)
}

func (f *finger) tapAt(x, y int, hold time.Duration) {
	f.t.Helper()
	f.fake(xproto.MotionNotify, 0, x, y)
	f.fake(xproto.ButtonPress, 1, x, y)
	time.Sleep(hold)
	f.fake(xproto.ButtonRelease, 1, x, y)
}

func (f *finger) fake(kind, detail byte, x, y int) {
	f.t.Helper()
	if err := xtest.FakeInputChecked(f.conn, kind, detail, 0, f.root, int16(x), int16(y), 0).Check(); err != nil {
		f.t.Fatal(err)
	}
}

// see takes a picture of the display.
func (f *finger) see(w, h int) *image.RGBA {
	f.t.Helper()
	got, err := xproto.GetImage(f.conn, xproto.ImageFormatZPixmap, xproto.Drawable(f.root), 0, 0, uint16(w), uint16(h), 0xffffffff).Reply()
	if err != nil {
		f.t.Fatal(err)
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(img.Pix); i += 4 { // blue, green, red, nothing
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = got.Data[i+2], got.Data[i+1], got.Data[i], 255
	}
	return img
}
