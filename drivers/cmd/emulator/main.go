// Command emulator is the device side of everything: invented people's chip
// cards behind the real pcscd, and the invented world they live in.
//
// main is wiring; each sub-command has a file of its own. It is never shipped to
// a kiosk.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// Exit codes.
const (
	exitOK    = 0
	exitError = 1 // it could not be done; the message says why
	exitUsage = 2 // the command line is wrong
)

// streams are the standard streams.
type streams struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// command is one sub-command.
type command struct {
	name, summary string
	run           func(ctx context.Context, args []string, s streams) int
}

func commands() []command {
	return []command{
		{"demo", "play one citizen's check-in with the real programs", runDemo},
		{"console", "play the citizen yourself: choose a person, place and lift the card", runConsole},
		{"personas", "list the invented people", runPersonas},
		{"world", "make a demo world: keys, certificates, configuration", runWorld},
		{"card", "lay one card on the reader until interrupted", runCard},
		{"serve", "a reader that scripts control", runServe},
		{"place", "place a card on the reader of a running serve", runPlace},
		{"lift", "lift the card from it", runLift},
		{"printer", "a receipt printer whose tickets become pictures", runPrinter},
		{"lists", "sign the lists of vaccination certificates anew", runLists},
		{"scan", "hold a code before its scanner", runScan},
		{"plug", "plug a device in", runPlug},
		{"unplug", "pull a device out", runUnplug},
		{"finger", "lay an invented finger on its reader, or lift it", runFinger},
		{"paper", "put paper into its printer, or take it out", runPaper},
		{"cover", "open its printer's cover, or close it", runCover},
		{"slips", "keep what its printer has printed, as pictures", runSlips},
		{"scanner", "a code reader that reads what is typed", runScanner},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program; tests call it too.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := streams{stdin, stdout, stderr}
	if len(args) == 0 {
		usage(stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		usage(stdout)
		return exitOK
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == args[0] })
	if i < 0 {
		fmt.Fprintf(stderr, "emulator: no command %q\n\n", args[0])
		usage(stderr)
		return exitUsage
	}
	return all[i].run(ctx, args[1:], s)
}

func usage(w io.Writer) {
	fmt.Fprint(w, `emulator plays the devices of a kiosk. All its people are invented.

Usage: emulator COMMAND [flags]     emulator COMMAND --help tells more

`)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, `
To see a card behind the real pcscd, with Debian's vsmartcard-vpcd running:

  emulator world /tmp/world
  emulator card --world /tmp/world --persona an
`)
}
