package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"motcua/protocol/pki"
)

// texts is a flag that may be given more than once.
type texts []string

func (t *texts) String() string { return strings.Join(*t, ",") }

// Set adds one value.
func (t *texts) Set(s string) error {
	*t = append(*t, s)
	return nil
}

func trustFlags(name string) *flag.FlagSet { return flag.NewFlagSet(name, flag.ContinueOnError) }

// failed tells an error of a trust verb in one line.
func failed(stderr io.Writer, what string, err error) int {
	fmt.Fprintf(stderr, "kioskctl: %s: %s\n", what, strings.ReplaceAll(err.Error(), "\n", "; "))
	return exitInternal
}

// told writes what was skipped, one line each.
func told(w io.Writer, what string, list []error) {
	for _, err := range list {
		fmt.Fprintf(w, "%s: %v\n", what, err)
	}
}

func writeCertificates(w io.Writer, list []*pki.Certificate) {
	for _, c := range list {
		kind := "authority"
		if c.IsLink() {
			kind = "link"
		}
		fmt.Fprintf(w, "%-9s  %s  serial %s, %s to %s, %s\n", kind, c.Subject(), c.Serial(), c.NotBefore.Format(time.DateOnly),
			c.NotAfter.Format(time.DateOnly), c.ID())
	}
}
