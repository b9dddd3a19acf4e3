package screen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"motcua/kiosk/model"
	"motcua/kiosk/raster"
	"motcua/kiosk/scene"
	"motcua/protocol/local"
)

// Event is what kioskd told, or that it is gone.
type Event struct {
	Snapshot local.Snapshot
	Lost     bool
}

// Config is what a screen needs.
type Config struct {
	State *model.State
	Fonts *scene.Fonts
	// Events come from the link; Act must not block.
	Events <-chan Event
	Act    func(local.Action)

	W, H     int     // wanted size in pixels; zero: that of the monitor
	MM       float64 // width of the panel in millimetres; zero: guessed
	Windowed bool
	Trace    io.Writer // one line for each painted screen, nil for none
	Log      *slog.Logger
}

// windowClass names the window on the display.
const windowClass = "motcua-kiosk"

const (
	firstPaints = 10                     // until the window is really there
	heartbeat   = 8 * time.Second        // repaint: nobody tells of exposed pixels
	calm        = 50 * time.Millisecond  // between two looks at the input while nobody is served
	busy        = 15 * time.Millisecond  // while somebody is
	glance      = 100 * time.Millisecond // between two looks at the clock while somebody is served
	calmGlance  = time.Second            // while nobody is
	slowFrame   = 150 * time.Millisecond
)

// Run shows the kiosk until ctx ends or the window is closed. It must be called
// from main's goroutine, once.
func Run(ctx context.Context, c Config) error {
	g := &game{
		ctx: ctx, Config: c, scene: scene.New(c.Fonts), painter: raster.New(c.Fonts),
		paints: firstPaints, trace: tracer{w: c.Trace}, touches: touches{log: c.Log},
	}
	defer g.touches.close()
	ebiten.SetWindowTitle("Motcua")
	ebiten.SetScreenClearedEveryFrame(false)
	ebiten.SetTPS(ebiten.SyncWithFPS)
	if c.W == 0 || c.H == 0 {
		c.W, c.H = monitorSize(c.Windowed)
	}
	scale := ebiten.Monitor().DeviceScaleFactor()
	ebiten.SetWindowSize(int(float64(c.W)/scale), int(float64(c.H)/scale))
	if !c.Windowed {
		ebiten.SetFullscreen(true)
		ebiten.SetCursorMode(ebiten.CursorModeHidden)
	}
	err := ebiten.RunGameWithOptions(g, &ebiten.RunGameOptions{X11ClassName: windowClass, X11InstanceName: "kiosk"})
	if err != nil && !errors.Is(err, ebiten.Termination) {
		return fmt.Errorf("drawing: %w", err)
	}
	return nil
}

// monitorSize is the whole monitor, or an upright window that fits on it.
func monitorSize(windowed bool) (w, h int) {
	w, h = ebiten.Monitor().Size()
	if windowed {
		h = h * 17 / 20
		w = h * 9 / 16
	}
	return w, h
}
