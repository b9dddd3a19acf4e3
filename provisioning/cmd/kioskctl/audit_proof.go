package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strconv"

	"motcua/daemon/audit"
)

func usageAuditProof(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl audit proof N [flags]

Prints one JSON object that proves that entry N is in the kiosk's audit log: the
entry, the hashes from it to the root (RFC 6962, 2.1.1), and the signed checkpoint
with that root. Byte strings of entry and checkpoint are in base64. It also works
for entries that were dropped after their time; their content is gone then.

flags:
`+usageLog+`
exit code:
  0  printed
  1  no checkpoint covers such an entry yet, or the log could not be read
  2  wrong command line
  3  the log was changed, or is damaged
`)
}

func runAuditProof(_ context.Context, args []string, s surroundings) int {
	var l logFlags
	f := flag.NewFlagSet("audit proof", flag.ContinueOnError)
	l.add(f)
	which, code, done := operand(f, args, s, "the number of an entry", usageAuditProof)
	if done {
		return code
	}
	n, err := strconv.ParseUint(which, 10, 62)
	if err != nil {
		return misused(s.stderr, "%q is no number of an entry", which)
	}
	r, err := l.open()
	if err != nil {
		return logFailed(s, err)
	}
	defer func() { _ = r.Close() }() // only read
	p, err := r.Prove(n)
	if err != nil {
		return logFailed(s, err)
	}
	signed, err := l.signed()
	if err != nil {
		return logFailed(s, err)
	}
	if signed != nil {
		if c, err := signed(p.Checkpoint); err != nil || c.Root != p.Root || c.Size != p.Size || c.Log != p.Log {
			return logFailed(s, fmt.Errorf("the last checkpoint: %w", audit.ErrDamaged))
		}
	}
	if err := printJSON(s.stdout, p); err != nil {
		return logFailed(s, err)
	}
	return exitOK
}
