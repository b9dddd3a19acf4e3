package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"motcua/daemon/config"
	"motcua/daemon/outbox"
	"motcua/daemon/sign"
	"motcua/provisioning/handover"
)

func usageOutboxExport(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl outbox export DIR [flags]

Copies requests into a new folder, such as one on a USB stick, to be carried to
the centre: sealed as they are, with an index that the device's key signs. Nothing
changes in the queue, and kioskd may go on: whatever arrives twice counts once.

flags:
`+usageQueue+`  --open         requests without a receipt; this if nothing else is asked for
  --dead         dead letters: poison, refused, expired
  --no-index     do not read the device's key; the folder has no index then

exit code:
  0  written
  1  not written, or damaged requests were left out
  2  wrong command line
`)
}

func runOutboxExport(ctx context.Context, args []string, s surroundings) int {
	var q queueFlags
	f := flag.NewFlagSet("outbox export", flag.ContinueOnError)
	q.add(f)
	open, dead, noIndex := f.Bool("open", false, ""), f.Bool("dead", false, ""), f.Bool("no-index", false, "")
	dir, code, done := operand(f, args, s, "the folder to write into", usageOutboxExport)
	if done {
		return code
	}
	r, err := q.open(ctx)
	if err != nil {
		return queueFailed(s, err)
	}
	defer func() { _ = r.Close() }() // it is a copy
	x := handover.Export{Now: s.now(), Rand: s.rand, Wanted: func(state outbox.State) bool {
		return *dead && state.Dead() || (*open || !*dead) && !state.Final()
	}}
	if !*noIndex {
		if err := signWith(&x, q.config, x.Now); err != nil {
			fmt.Fprintf(s.stderr, "kioskctl: the index is left out: %v\n", err)
		}
	}
	w, err := handover.Write(ctx, r, dir, x)
	if err != nil {
		return queueFailed(s, err)
	}
	return exported(w, dir, s)
}

// signWith takes the device's key, if it may be read.
func signWith(x *handover.Export, file string, now time.Time) error {
	c, err := config.Load(file)
	if err != nil {
		return err
	}
	key, err := sign.LoadFileAt(c.Identity.Certificate, c.Identity.Key, now)
	if err != nil {
		return err
	}
	x.Key, x.Device = key, key.Branch().Device
	return nil
}

func exported(w handover.Written, dir string, s surroundings) int {
	index := "with a signed index"
	if !w.Signed {
		index = "without an index"
	}
	fmt.Fprintf(s.stdout, "%d requests written to %s, %s\n", w.Requests, dir, index)
	if w.Gone > 0 {
		fmt.Fprintf(s.stdout, "%d left out: their sealed bytes were dropped a day after the receipt\n", w.Gone)
	}
	if w.More {
		fmt.Fprintln(s.stdout, "there are more than one folder may hold: export again when these have their receipts")
	}
	if w.Damaged > 0 {
		fmt.Fprintf(s.stderr, "kioskctl: %d requests are damaged and were left out; keep the queue's files\n", w.Damaged)
		return exitInternal
	}
	return exitOK
}
