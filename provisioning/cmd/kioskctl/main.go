package main

import (
	"context"
	"crypto/rand"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"motcua/drivers"
	"motcua/drivers/pcsc"
)

// version is set when the program is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	readers := pcsc.New()
	code := run(ctx, os.Args[1:], machine(readers))
	_ = readers.Close() // a mute reader has been told of
	os.Exit(code)
}

// surroundings is everything a verb takes from outside.
type surroundings struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	// terminal tells that stderr is one: progress is shown.
	terminal bool
	readers  drivers.CardReaders
	now      func() time.Time
	rand     io.Reader
}

func machine(readers drivers.CardReaders) surroundings {
	return surroundings{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, terminal: isTerminal(os.Stderr),
		readers: readers, now: time.Now, rand: rand.Reader,
	}
}
