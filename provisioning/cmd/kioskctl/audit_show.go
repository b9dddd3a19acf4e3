package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"motcua/daemon/audit"
)

func usageAuditShow(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl audit show [flags]

Prints the entries of the kiosk's audit log, the oldest first. Nothing in them is
about a person. Entries are printed as they stand: kioskctl audit verify checks
them.

flags:
`+usageLog+`  --visit VISIT       only those of a visit
  --json              print one JSON object on each line

exit code:
  0  printed
  1  the log could not be read
  2  wrong command line
  3  an entry was changed or is damaged; what comes before it is printed
`)
}

func runAuditShow(_ context.Context, args []string, s surroundings) int {
	var l logFlags
	f := flag.NewFlagSet("audit show", flag.ContinueOnError)
	l.add(f)
	visit, asJSON := f.String("visit", "", ""), f.Bool("json", false, "")
	if code, done := parse(f, args, s, usageAuditShow); done {
		return code
	}
	r, err := l.open()
	if err != nil {
		return logFailed(s, err)
	}
	defer func() { _ = r.Close() }() // only read
	for e, err := range r.Entries {
		if err == nil && (*visit == "" || e.Visit == *visit) {
			err = printEntry(s.stdout, e, *asJSON)
		}
		if err != nil {
			return logFailed(s, err)
		}
	}
	return exitOK
}

func printEntry(w io.Writer, e audit.Entry, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(e)
	}
	words := []string{fmt.Sprintf("%6d", e.N), time.UnixMilli(e.At).Format(time.RFC3339), fmt.Sprintf("%-9s", e.Kind)}
	for _, f := range []struct{ name, value string }{
		{"", e.Visit},
		{"", e.Service},
		{"", e.Outcome},
		{"", e.Code},
		{"", e.Access},
		{"", e.Level},
		{"officer ", e.Officer},
		{"", strings.Join(e.Reasons, ",")},
	} {
		if f.value != "" {
			words = append(words, f.name+f.value)
		}
	}
	if e.Seq > 0 {
		words = append(words, fmt.Sprintf("seq %d", e.Seq))
	}
	if e.Request != nil {
		words = append(words, e.Request.String())
	}
	_, err := fmt.Fprintln(w, strings.Join(words, "  "))
	return err
}
