package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"motcua/protocol/pki"
	"motcua/provisioning/authorities"
)

func usageTrustImport(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl trust import --list FILE (--signer FILE | --unverified) --out DIR [flags]

Takes the certificates of issuing authorities (CSCA) and their links out of a
master list and writes them into a folder that kioskd and card read can trust.

  --list FILE     the master list: .ml as states and the BSI publish it, or the LDIF
                  file of the ICAO PKD with the lists of many states; a zip file has
                  to be unpacked first
  --signer FILE   certificate of the authority above the list's signer, PEM or DER,
                  obtained from that state by another way; a list that it does not
                  vouch for is refused
  --unverified    take the list though nobody vouches for it
  --out DIR       where to write; the folder is made if need be
  --country A,B   only these countries, by codes of two letters

A certificate in the list that cannot be used is told and left out.

exit code:
  0  written
  1  not a master list, not vouched for, or nothing in it for these countries
  2  wrong command line
`)
}

func runTrustImport(_ context.Context, args []string, s surroundings) int {
	f := trustFlags("trust import")
	list, signer, out := f.String("list", "", ""), f.String("signer", "", ""), f.String("out", "", "")
	countries, unverified := f.String("country", "", ""), f.Bool("unverified", false, "")
	if code, done := parse(f, args, s, usageTrustImport); done {
		return code
	}
	switch {
	case *list == "" || *out == "":
		return misused(s.stderr, "--list and --out are needed; kioskctl help trust import explains the flags")
	case (*signer == "") == !*unverified:
		return misused(s.stderr, "either --signer or --unverified; kioskctl help trust import explains the flags")
	}
	i := authorities.Import{Now: s.now()}
	if *countries != "" {
		i.Countries = strings.Split(*countries, ",")
	}
	var err error
	if i.List, err = authorities.ReadFile(*list); err != nil {
		return failed(s.stderr, "reading the master list", err)
	}
	if i.Signer, err = readSigner(*signer); err != nil {
		return failed(s.stderr, "reading the signer's authority", err)
	}
	found, err := i.Read()
	if err != nil {
		return failed(s.stderr, "reading the master list", withRemedy(err))
	}
	told(s.stderr, "left out", found.Skipped)
	if len(found.Certificates) == 0 {
		return failed(s.stderr, "reading the master list", errors.New("it has no authority of these countries"))
	}
	if err := found.Write(*out); err != nil {
		return failed(s.stderr, "writing", err)
	}
	writeCertificates(s.stdout, found.Certificates)
	fmt.Fprintf(s.stdout, "%d certificates written to %s\n", len(found.Certificates), *out)
	if !found.Verified {
		fmt.Fprintln(s.stderr, "kioskctl: nobody vouches for this list: compare the certificates with those that the states publish")
	}
	return exitOK
}

// readSigner reads the certificate; no name, no certificate.
func readSigner(name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	data, err := authorities.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return authorities.CertificateOf(data)
}

// withRemedy adds what helps.
func withRemedy(err error) error {
	switch {
	case errors.Is(err, pki.ErrArchive):
		return fmt.Errorf("%w; unpack it first", err)
	case errors.Is(err, authorities.ErrUnverified):
		return fmt.Errorf("%w; --signer takes the CSCA of the state that signed it", err)
	}
	return err
}
