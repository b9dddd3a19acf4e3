package main

import (
	"fmt"
	"io"
	"strings"
)

// help explains kioskctl, or one verb.
func help(args []string, s surroundings) int {
	if len(args) == 0 {
		usage(s.stdout)
		return exitOK
	}
	v, _, ok := find(args)
	if !ok {
		return misused(s.stderr, "no verb %q; kioskctl help lists them", strings.Join(args, " "))
	}
	v.usage(s.stdout)
	return exitOK
}

func usage(w io.Writer) {
	fmt.Fprint(w, "kioskctl is the technician's tool of a kiosk.\n\nusage:\n")
	for _, v := range verbs() {
		fmt.Fprintf(w, "  kioskctl %-22s %s\n", v.name, v.summary)
	}
	fmt.Fprintf(w, "  kioskctl %-22s %s\n\n", "help [verb]", "explain a verb")
	fmt.Fprint(w, "The manual is docs/kioskctl.md.\n")
}
