// Kiosk is the touchscreen. It shows what kioskd tells it through a unix socket
// and sends back what a person taps; it holds no key, no queue and nobody's data
// beyond the visit on the screen.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	_ "motcua/kiosk/display" // before Ebitengine: one clear line without a display
	"motcua/kiosk/link"
	"motcua/kiosk/model"
	"motcua/kiosk/scene"
	"motcua/kiosk/screen"
	"motcua/kiosk/text"
	"motcua/protocol/local"
)

var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are the flags, checked.
type options struct {
	socket   string
	w, h     int
	mm       float64
	windowed bool
	lang     text.Lang
	trace    bool
	version  bool
}

var errUsage = errors.New("usage")

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("kiosk", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&o.socket, "socket", "/run/kioskd/kioskd.sock", "unix socket of kioskd")
	size := fs.String("size", "", "size in pixels as WIDTHxHEIGHT (default: the monitor's)")
	fs.Float64Var(&o.mm, "mm", 0, "width of the panel's picture in millimetres (default: guessed from the size)")
	fs.BoolVar(&o.windowed, "windowed", false, "show a window instead of the full screen")
	lang := fs.String("lang", string(text.Vietnamese), "language each person starts with: vi or en")
	fs.BoolVar(&o.trace, "trace", false, "write one JSON line to standard output for each painted screen")
	fs.BoolVar(&o.version, "version", false, "print the version")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	o.lang = text.Lang(*lang)
	switch {
	case fs.NArg() > 0:
		return o, fmt.Errorf("%w: unexpected argument %q", errUsage, fs.Arg(0))
	case !text.Known(o.lang):
		return o, fmt.Errorf("%w: -lang is vi or en, not %q", errUsage, *lang)
	case o.mm < 0 || o.mm > 5000:
		return o, fmt.Errorf("%w: -mm is the width of the panel in millimetres, not %g", errUsage, o.mm)
	}
	if *size != "" {
		if n, err := fmt.Sscanf(*size, "%dx%d", &o.w, &o.h); n != 2 || err != nil || min(o.w, o.h) < 320 || max(o.w, o.h) > 10000 {
			return o, fmt.Errorf("%w: -size is WIDTHxHEIGHT in pixels, such as 1080x1920, not %q", errUsage, *size)
		}
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(stderr, "kiosk:", err)
		return 2
	case err != nil:
		return 2
	case o.version:
		fmt.Fprintln(stdout, "kiosk", version)
		return 0
	}
	if err := show(ctx, o, stdout, slog.New(slog.NewJSONHandler(stderr, nil))); err != nil {
		fmt.Fprintln(stderr, "kiosk:", err)
		return 1
	}
	return 0
}

// show wires link, model and screen together.
func show(ctx context.Context, o options, stdout io.Writer, log *slog.Logger) error {
	fonts, err := scene.LoadFonts()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	way := link.New(o.socket, log)
	events := make(chan screen.Event, 16)
	send := func(e screen.Event) {
		select {
		case events <- e:
		case <-ctx.Done():
		}
	}
	go way.Run(ctx, func(s local.Snapshot) { send(screen.Event{Snapshot: s}) }, func() { send(screen.Event{Lost: true}) })
	actions := make(chan local.Action, 16)
	go post(ctx, way, actions, log)
	c := screen.Config{
		State: model.New(model.Settings{Lang: o.lang, Size: model.Normal, Colours: model.Light}),
		Fonts: fonts, Events: events,
		Act: func(a local.Action) {
			select {
			case actions <- a:
			default: // kioskd has not taken sixteen taps: it will not take this one
				log.Warn("an action was dropped", "verb", a.Verb)
			}
		},
		W: o.w, H: o.h, MM: o.mm, Windowed: o.windowed, Log: log,
	}
	if o.trace {
		c.Trace = stdout
	}
	return screen.Run(ctx, c)
}

// post sends actions one after the other, in the order of the taps.
func post(ctx context.Context, way *link.Link, actions <-chan local.Action, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case a := <-actions:
			if err := way.Act(ctx, a); err != nil && ctx.Err() == nil {
				log.Warn("an action was not taken", "verb", a.Verb, "step", a.Step, "err", err)
			}
		}
	}
}
