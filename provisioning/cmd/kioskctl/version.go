package main

import (
	"context"
	"flag"
	"fmt"
	"io"
)

func runVersion(_ context.Context, args []string, s surroundings) int {
	if code, done := parse(flag.NewFlagSet("version", flag.ContinueOnError), args, s, usageVersion); done {
		return code
	}
	fmt.Fprintln(s.stdout, "kioskctl", version)
	return exitOK
}

func usageVersion(w io.Writer) {
	fmt.Fprint(w, "usage: kioskctl version\n\nPrints the version of this program.\n")
}
