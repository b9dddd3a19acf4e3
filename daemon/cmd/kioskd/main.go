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

	"motcua/daemon/config"
	"motcua/daemon/devices"
)

// version is set when the program is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr, deviceDrivers))
}

// driversFor makes the drivers of devices, which write to a log.
type driversFor func(*slog.Logger) devices.Drivers

// options are the command line.
type options struct {
	config  string
	check   bool
	version bool
	verbose bool
}

// run is the program; it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, have driversFor) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		return exitUsage
	}
	if o.version {
		fmt.Fprintln(stdout, "kioskd", version)
		return exitOK
	}
	c, err := config.Load(o.config)
	if err != nil {
		return refuse(stderr, err)
	}
	log := logger(stderr, o.verbose)
	if o.check {
		return check(c, have(log), stdout, stderr)
	}
	return serve(ctx, c, have(log), log, stderr)
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("kioskd", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.config, "config", "/etc/kioskd/kioskd.toml", "read the configuration from `file`")
	f.BoolVar(&o.check, "check-config", false, "check the configuration and what it names, and exit")
	f.BoolVar(&o.version, "version", false, "print the version and exit")
	f.BoolVar(&o.verbose, "v", false, "log every step")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		fmt.Fprintf(stderr, "kioskd: unexpected argument %q\n", f.Arg(0))
		return o, errors.New("usage")
	}
	return o, nil
}

// logger writes JSON lines, which the journal keeps and tools read.
func logger(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// serve runs the kiosk until ctx ends.
func serve(ctx context.Context, c config.Config, have devices.Drivers, log *slog.Logger, stderr io.Writer) int {
	k, err := open(ctx, c, have, log)
	if err != nil {
		return refuse(stderr, err)
	}
	err = k.run(ctx)
	if cerr := k.close(); err == nil {
		err = cerr
	}
	if err != nil {
		return refuse(stderr, err)
	}
	return exitOK
}
