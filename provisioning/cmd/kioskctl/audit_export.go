package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"motcua/provisioning/handover"
)

func usageAuditExport(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl audit export DIR [flags]

Copies the signed checkpoints of the kiosk's audit log, and the hashes of its
entries, into a folder, to be carried to the centre when there is no connection for
long: the centre checks there what it would have checked as they came. The entries
themselves stay here. The folder may be the one of "kioskctl outbox export".
Nothing changes in the log, and kioskd may go on: what was not signed yet, the last
five minutes at most, is for the next time.

flags:
  --config FILE       kioskd's configuration; /etc/kioskd/kioskd.toml if not given
  --log DIR           the log's folder, when it is not that of the configuration
  --no-index          do not read the device's key; the folder has no index then

exit code:
  0  written
  1  not written
  2  wrong command line
  3  the log was changed, or is damaged; written is what can be shown
`)
}

func runAuditExport(_ context.Context, args []string, s surroundings) int {
	var l logFlags
	f := flag.NewFlagSet("audit export", flag.ContinueOnError)
	f.StringVar(&l.config, "config", defaultConfig, "")
	f.StringVar(&l.log, "log", "", "")
	noIndex := f.Bool("no-index", false, "")
	dir, code, done := operand(f, args, s, "the folder to write into", usageAuditExport)
	if done {
		return code
	}
	r, err := l.open()
	if err != nil {
		return logFailed(s, err)
	}
	defer func() { _ = r.Close() }() // only read
	w, err := handover.WriteAudit(r, dir, originOf(l.config, *noIndex, s))
	if err != nil {
		return logFailed(s, err)
	}
	fmt.Fprintf(s.stdout, "%d checkpoints of %d entries written to %s, %s\n", w.Checkpoints, w.Entries, dir, withIndex(w.Signed))
	if w.Damage != nil {
		return logFailed(s, w.Damage)
	}
	return exitOK
}
