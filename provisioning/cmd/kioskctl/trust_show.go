package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"motcua/protocol/pki"
	"motcua/protocol/signedlist"
	"motcua/provisioning/authorities"
)

func usageTrustShow(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl trust show [--key FILE] DIR|BUNDLE

Tells which issuing authorities a trust folder or a trust bundle holds, with links
and revocation lists, what in it cannot be used and what is out of date.

  --key FILE   the public key that a bundle is checked with, PEM

exit code:
  0  shown
  1  nothing in it that could be trusted, or a bundle that is false
  2  wrong command line
`)
}

func runTrustShow(_ context.Context, args []string, s surroundings) int {
	f := trustFlags("trust show")
	keyFile := f.String("key", "", "")
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		usageTrustShow(s.stdout)
		return exitOK
	case err != nil:
		return misused(s.stderr, "%v; kioskctl help trust show explains the flags", err)
	case f.NArg() != 1:
		return misused(s.stderr, "one folder or bundle is needed; kioskctl help trust show explains it")
	}
	key, err := readBundleKey(*keyFile)
	if err != nil {
		return failed(s.stderr, "reading the key", err)
	}
	i, err := authorities.TakeInventory(f.Arg(0), key, s.now())
	told(s.stderr, "cannot be used", i.Skipped)
	if errors.Is(err, authorities.ErrNoKey) {
		return misused(s.stderr, "%v: --key", err)
	}
	if err != nil {
		return failed(s.stderr, "looking into "+f.Arg(0), err)
	}
	writeInventory(s.stdout, i)
	return exitOK
}

func readBundleKey(name string) (ed25519.PublicKey, error) {
	if name == "" {
		return nil, nil
	}
	text, err := authorities.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return signedlist.ParsePublicKey(text)
}

func writeInventory(w io.Writer, i authorities.Inventory) {
	if b := i.Bundle; b != nil {
		fmt.Fprintf(w, "bundle     serial %d, %s to %s\n", b.Serial, b.Issued.Format(time.DateOnly), b.Expires.Format(time.DateOnly))
	}
	writeCertificates(w, i.Certificates)
	for _, l := range i.Revocations {
		fmt.Fprintf(w, "revoked    %d by %s, %s, next %s\n", l.Len(), l.Issuer(), l.ThisUpdate.Format(time.DateOnly), nextUpdate(l))
	}
	for _, a := range i.Aged {
		fmt.Fprintf(w, "old        %s\n", a)
	}
}

func nextUpdate(l *pki.CRL) string {
	if l.NextUpdate.IsZero() {
		return "not said"
	}
	return l.NextUpdate.Format(time.DateOnly)
}
