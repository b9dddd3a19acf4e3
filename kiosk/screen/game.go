package screen

import (
	"context"
	"image"
	"reflect"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"motcua/kiosk/model"
	"motcua/kiosk/raster"
	"motcua/kiosk/scene"
	"motcua/kiosk/touch"
)

// game is what Ebitengine calls, always from one goroutine.
type game struct {
	Config
	ctx     context.Context
	scene   *scene.Scene
	painter *raster.Painter
	finger  model.Finger
	trace   tracer

	touches touches
	told    []Event // what came while resting

	size    image.Point // of the drawing, in pixels
	focused bool
	view    model.View
	down    string
	list    *scene.List
	pixels  *image.RGBA
	picture *ebiten.Image

	looked time.Time // at the state
	stale  bool      // the list must be drawn into pixels
	paints int       // frames still to be painted
	shown  time.Time // the last paint
}

// Layout is there for ebiten.Game; Ebitengine calls LayoutF.
func (g *game) Layout(w, h int) (int, int) { return w, h }

// LayoutF draws in the pixels of the window.
func (g *game) LayoutF(w, h float64) (float64, float64) {
	scale := ebiten.Monitor().DeviceScaleFactor()
	w, h = w*scale, h*scale
	if size := image.Pt(int(w), int(h)); size != g.size {
		g.size, g.paints, g.list = size, firstPaints, nil
	}
	return w, h
}

// Update takes what happened and finds out what is to be shown.
func (g *game) Update() error {
	if g.ctx.Err() != nil {
		return ebiten.Termination
	}
	now := time.Now()
	changed := g.receive(now)
	changed = g.touches.drain(g.touched) || changed
	if f := ebiten.IsFocused(); f != g.focused {
		g.focused, g.paints = f, firstPaints
	}
	if g.list != nil && !changed && now.Sub(g.looked) < g.patience() {
		return nil
	}
	g.look(now)
	return nil
}

// patience is how long the clock alone is no reason to look at the state. After a
// change of screen it is short, for the trace.
func (g *game) patience() time.Duration {
	if g.view.Screen == model.Attract && time.Since(g.shown) > time.Second {
		return calmGlance
	}
	return glance
}

// receive takes everything that kioskd has said since.
func (g *game) receive(now time.Time) (any bool) {
	for _, e := range g.told {
		g.take(e, now)
		any = true
	}
	clear(g.told) // a snapshot may name a person
	g.told = g.told[:0]
	for {
		select {
		case e := <-g.Events:
			g.take(e, now)
			any = true
		default:
			return any
		}
	}
}

func (g *game) take(e Event, now time.Time) {
	if e.Lost {
		g.State.Lose(now)
		return
	}
	g.State.Receive(e.Snapshot, now)
}

// touched turns the finger's events into taps. Each meets the screen as it is
// after the one before.
func (g *game) touched(e touch.Event) {
	if g.list == nil {
		return
	}
	now := time.Now()
	under := ""
	if t := g.list.At(e.X, e.Y); t != nil {
		under = t.ID
	}
	if e.Down {
		g.finger.Press(under, now)
		return
	}
	if !g.finger.Release(under) {
		return
	}
	if a, ok := g.State.Tap(under, now); ok {
		g.Act(a)
	}
	g.look(now)
}

// look lays the screen out again if it says something else now.
func (g *game) look(now time.Time) {
	g.looked = now
	view := g.State.View(now)
	g.finger.See(view.Screen, now)
	down := g.finger.Down()
	if g.list != nil && down == g.down && reflect.DeepEqual(view, g.view) {
		g.trace.settle(now)
		return
	}
	g.view, g.down = view, down
	panel := scene.Panel{W: g.size.X, H: g.size.Y, MM: g.MM}
	g.list = g.scene.Build(view, panel, down)
	for _, what := range g.list.Over {
		g.Log.Warn("no room on the screen", "screen", view.Screen, "lang", view.Settings.Lang, "what", what)
	}
	g.stale, g.paints = true, max(g.paints, 1)
}

// Draw paints when there is something to paint, and rests otherwise.
func (g *game) Draw(to *ebiten.Image) {
	now := time.Now()
	if now.Sub(g.shown) >= heartbeat {
		g.paints = max(g.paints, 1)
	}
	if g.paints == 0 || g.list == nil {
		g.rest()
		return
	}
	g.paint()
	to.DrawImage(g.picture, nil)
	g.paints--
	g.shown = now
	g.trace.painted(g.view, g.list, now)
	if d := time.Since(now); d > slowFrame {
		g.Log.Warn("slow frame", "ms", d.Milliseconds())
	}
}

// paint draws the list into the picture, if it has changed.
func (g *game) paint() {
	if g.picture == nil || g.pixels.Bounds().Size() != g.size {
		g.pixels = image.NewRGBA(image.Rectangle{Max: g.size})
		g.picture = ebiten.NewImage(g.size.X, g.size.Y)
		g.stale = true
	}
	if !g.stale {
		return
	}
	g.painter.Paint(g.pixels, g.list)
	g.picture.WritePixels(g.pixels.Pix)
	g.stale = false
}

// rest gives the processor back until something happens, or for a moment: the
// window's own events, and the finger's if they are not queued, come by looking.
func (g *game) rest() {
	moment := busy
	if g.view.Screen == model.Attract {
		moment = calm
	}
	if g.touches.queued() {
		moment *= 4
	}
	select {
	case e, ok := <-g.touches.events():
		g.touches.note(e, ok)
	case e := <-g.Events:
		g.told = append(g.told, e)
	case <-g.ctx.Done():
	case <-time.After(moment):
	}
}
