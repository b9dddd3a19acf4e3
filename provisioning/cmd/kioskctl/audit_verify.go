package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"motcua/daemon/audit"
	"motcua/protocol/request"
)

func usageAuditVerify(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl audit verify [flags]

Reads all of the kiosk's audit log and checks it: every entry against its hash,
every hash against those below it, every checkpoint against the tree and the
device's key. Works beside a kioskd that runs, and on a copy.

What was changed before a checkpoint that somebody else has kept is found with
that checkpoint: give it with --checkpoint, as the centre received it.

flags:
`+usageLog+`  --checkpoint FILE   a checkpoint that was kept elsewhere
  --json              print one JSON object

exit code:
  0  the log is what was written
  1  it could not be read
  2  wrong command line
  3  it was changed, or is damaged; what is wrong is printed
`)
}

func runAuditVerify(_ context.Context, args []string, s surroundings) int {
	var l logFlags
	f := flag.NewFlagSet("audit verify", flag.ContinueOnError)
	l.add(f)
	checkpoint, asJSON := f.String("checkpoint", "", ""), f.Bool("json", false, "")
	if code, done := parse(f, args, s, usageAuditVerify); done {
		return code
	}
	r, err := l.open()
	if err != nil {
		return logFailed(s, err)
	}
	defer func() { _ = r.Close() }() // only read
	signed, err := l.signed()
	if err != nil {
		return logFailed(s, err)
	}
	var others []request.Checkpoint
	if *checkpoint != "" {
		c, err := readCheckpoint(*checkpoint, signed)
		if err != nil {
			return logFailed(s, err)
		}
		others = append(others, c)
	}
	report := r.Verify(signed, others...)
	if *asJSON {
		err = printJSON(s.stdout, report)
	} else {
		printReport(s.stdout, report, signed != nil)
	}
	switch {
	case err != nil:
		return logFailed(s, err)
	case !report.Whole():
		return exitChanged
	}
	return exitOK
}

func printReport(w io.Writer, r audit.Report, signed bool) {
	fmt.Fprintf(w, "log %s\n%d entries, kept from %d on\nroot %s\n", r.Log, r.Entries, r.First, r.Root)
	if r.Prev != nil {
		fmt.Fprintf(w, "in place of log %s, of which %d entries were signed\n", r.Prev.Log, r.Prev.Size)
	}
	if r.Signed > 0 {
		fmt.Fprintf(w, "%d of them signed, last at %s, %d checkpoints\n", r.Signed, time.UnixMilli(r.SignedAt).Format(time.RFC3339), r.Checkpoints)
	} else {
		fmt.Fprintln(w, "none of them signed")
	}
	if r.Torn > 0 {
		fmt.Fprintf(w, "%d bytes behind the last entry are none: being written, or left by a power cut\n", r.Torn)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(w, "changed: %s\n", p)
	}
	if !signed {
		fmt.Fprintln(w, "signatures were not checked: give --device-cert")
	}
	if r.Whole() {
		fmt.Fprintln(w, "the log is whole")
	}
}
