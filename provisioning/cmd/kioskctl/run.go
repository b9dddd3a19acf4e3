package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// verb is one thing kioskctl does.
type verb struct {
	name    string // such as "card read"
	summary string // one line
	// run does it; args are what follows the name.
	run func(ctx context.Context, args []string, s surroundings) int
	// usage explains it at length.
	usage func(w io.Writer)
}

// verbs lists what kioskctl does, in the order of help.
func verbs() []verb {
	return []verb{
		{"card read", "read the card on a reader and judge it", runCardRead, usageCardRead},
		{"trust import", "take issuing authorities out of a master list", runTrustImport, usageTrustImport},
		{"trust show", "tell what a trust folder or bundle holds", runTrustShow, usageTrustShow},
		{"trust bundle", "sign a trust bundle for kiosks", runTrustBundle, usageTrustBundle},
		{"outbox list", "count and list the requests in the queue", runOutboxList, usageOutboxList},
		{"outbox show", "print what is known of one request", runOutboxShow, usageOutboxShow},
		{"outbox export", "copy sealed requests into a folder for the centre", runOutboxExport, usageOutboxExport},
		{"outbox import-receipts", "take receipts that the centre put into a folder", runOutboxReceipts, usageOutboxReceipts},
		{"audit verify", "check the kiosk's audit log, all of it", runAuditVerify, usageAuditVerify},
		{"audit show", "print the entries of the audit log", runAuditShow, usageAuditShow},
		{"audit proof", "prove that an entry is in the audit log", runAuditProof, usageAuditProof},
		{"audit export", "copy signed checkpoints into a folder for the centre", runAuditExport, usageAuditExport},
		{"trace", "tell a visit's whole way with times", runTrace, usageTrace},
		{"version", "print the version", runVersion, usageVersion},
	}
}

// run is the program; it returns the exit code.
func run(ctx context.Context, args []string, s surroundings) int {
	if len(args) == 0 {
		usage(s.stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		return help(args[1:], s)
	case "-version", "--version":
		return runVersion(ctx, nil, s)
	}
	v, rest, ok := find(args)
	if !ok {
		return misused(s.stderr, "no verb %q; kioskctl help lists them", strings.Join(leading(args), " "))
	}
	return v.run(ctx, rest, s)
}

// find finds the verb that args begin with, and what follows it.
func find(args []string) (verb, []string, bool) {
	for _, v := range verbs() {
		words := strings.Fields(v.name)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == v.name {
			return v, args[len(words):], true
		}
	}
	return verb{}, nil, false
}

// leading are the words before the first flag.
func leading(args []string) []string {
	for i, a := range args {
		if strings.HasPrefix(a, "-") {
			return args[:i]
		}
	}
	return args
}

// misused says in one line what is wrong with the command line.
func misused(stderr io.Writer, format string, args ...any) int {
	fmt.Fprintf(stderr, "kioskctl: "+format+"\n", args...)
	return exitUsage
}

// parse reads flags and refuses anything after them. done is true when there is
// nothing left to do, with the exit code.
func parse(f *flag.FlagSet, args []string, s surroundings, usage func(io.Writer)) (code int, done bool) {
	f.SetOutput(io.Discard) // flag's own message would come with all of the usage
	f.Usage = func() {}
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage(s.stdout)
		return exitOK, true
	case err != nil:
		return misused(s.stderr, "%v; kioskctl help %s explains the flags", err, f.Name()), true
	case f.NArg() > 0:
		return misused(s.stderr, "unexpected argument %q; kioskctl help %s explains the flags", f.Arg(0), f.Name()), true
	}
	return exitOK, false
}
