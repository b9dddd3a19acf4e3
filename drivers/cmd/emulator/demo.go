package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"motcua/drivers/emu/demo"
	"motcua/drivers/rig"
)

// runDemo plays the whole story with the real programs, inside a rig.
func runDemo(ctx context.Context, args []string, s streams) int {
	flags := flag.NewFlagSet("emulator demo", flag.ContinueOnError)
	flags.SetOutput(s.stderr)
	here, err := os.Executable()
	if err != nil {
		fmt.Fprintln(s.stderr, "emulator demo:", err)
		return exitError
	}
	bin := flags.String("bin", filepath.Dir(here), "folder with kioskd, kiosk and gatewayd")
	out := flags.String("out", "build/demo", "folder for the demo's world, logs and screenshots; it is emptied first")
	alone := flags.Bool("alone", false, "play the citizen under Xvfb even when there is a display")
	persona := flags.String("persona", "", "who checks in when the demo plays alone; emulator personas lists them")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	if code, ran, err := rig.Enter(os.Args); err != nil {
		fmt.Fprintln(s.stderr, "emulator demo:", err)
		return exitError
	} else if ran {
		return code
	}
	display := os.Getenv("DISPLAY")
	if *alone {
		display = ""
	}
	err = demo.Run(ctx, demo.Options{Bin: *bin, Out: *out, Display: display, Persona: *persona, In: s.stdin, Stdout: s.stdout})
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(s.stderr, "emulator demo: interrupted, everything it started is stopped")
		return exitError
	}
	fmt.Fprintln(s.stderr, "emulator demo:", err)
	return exitError
}
