package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"motcua/daemon/config"
	"motcua/daemon/outbox"
	"motcua/daemon/sign"
	"motcua/provisioning/handover"
)

func usageOutboxExport(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl outbox export DIR [flags]

Copies requests into a folder, such as a new one on a USB stick, to be carried to
the centre: sealed as they are, with an index that the device's key signs. Nothing
changes in the queue, and kioskd may go on: whatever arrives twice counts once.
"kioskctl audit export" puts the audit log into the same folder.

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
	wanted := func(state outbox.State) bool { return *dead && state.Dead() || (*open || !*dead) && !state.Final() }
	w, err := handover.Write(ctx, r, dir, wanted, originOf(q.config, *noIndex, s))
	if err != nil {
		return queueFailed(s, err)
	}
	return exported(w, dir, s)
}

// originOf is the device with its key, if that may be read and an index is wanted.
func originOf(file string, noIndex bool, s surroundings) handover.Origin {
	o := handover.Origin{Now: s.now(), Rand: s.rand}
	if noIndex {
		return o
	}
	c, err := config.Load(file)
	var key *sign.FileKey
	if err == nil {
		key, err = sign.LoadFileAt(c.Identity.Certificate, c.Identity.Key, o.Now)
	}
	if err != nil {
		fmt.Fprintf(s.stderr, "kioskctl: the index is left out: %v\n", err)
		return o
	}
	o.Key, o.Device = key, key.Branch().Device
	return o
}

// withIndex tells whether a folder has an index.
func withIndex(signed bool) string {
	if signed {
		return "with a signed index"
	}
	return "without an index"
}

func exported(w handover.Written, dir string, s surroundings) int {
	fmt.Fprintf(s.stdout, "%d requests written to %s, %s\n", w.Requests, dir, withIndex(w.Signed))
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
