package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"motcua/protocol/signedlist"
	"motcua/provisioning/authorities"
)

func usageTrustBundle(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl trust bundle --key FILE --in DIR --out FILE [flags]

Signs a trust bundle: one file with all that is in a trust folder, which kioskd takes
by trust.bundle. A file in the folder that cannot be used is an error.

  --key FILE       the private key, PEM (PKCS #8), Ed25519; make one with
                   openssl genpkey -algorithm ed25519 -out trust.key
                   openssl pkey -in trust.key -pubout -out trust.pub
  --in DIR         folder of certificates and revocation lists
  --out FILE       where to write the bundle
  --crl FILE       one more revocation list, PEM or DER; may be given more than once
  --serial N       a device takes no bundle of a smaller serial than it had;
                   without it the seconds since 1970
  --expires DATE   last day of the bundle's use, YYYY-MM-DD; a year from now if not given

exit code:
  0  written
  1  something cannot be used
  2  wrong command line
`)
}

func runTrustBundle(_ context.Context, args []string, s surroundings) int {
	f := trustFlags("trust bundle")
	keyFile, in, out := f.String("key", "", ""), f.String("in", "", ""), f.String("out", "", "")
	serial, expires := f.Uint64("serial", 0, ""), f.String("expires", "", "")
	var lists texts
	f.Var(&lists, "crl", "")
	if code, done := parse(f, args, s, usageTrustBundle); done {
		return code
	}
	if *keyFile == "" || *in == "" || *out == "" {
		return misused(s.stderr, "--key, --in and --out are needed; kioskctl help trust bundle explains the flags")
	}
	end, err := lastDay(*expires, s.now())
	if err != nil {
		return misused(s.stderr, "--expires: %v", err)
	}
	text, err := authorities.ReadFile(*keyFile)
	if err != nil {
		return failed(s.stderr, "reading the key", err)
	}
	key, err := signedlist.ParsePrivateKey(text)
	clear(text)
	if err != nil {
		return failed(s.stderr, "reading the key", err)
	}
	defer clear(key)
	b := authorities.Bundle{Folder: *in, Lists: lists, Serial: *serial, Issued: s.now(), Expires: end, Key: key}
	raw, content, err := b.Sign()
	if err != nil {
		return failed(s.stderr, "making the bundle", err)
	}
	if err := os.WriteFile(*out, raw, 0o644); err != nil {
		return failed(s.stderr, "writing", err)
	}
	fmt.Fprintf(s.stdout, "serial %d: %d certificates and %d revocation lists, until %s, in %s\n", content.Serial,
		len(content.Certificates), len(content.Revocations), content.Expires.Format(time.DateOnly), *out)
	return exitOK
}

// lastDay is the end of a day, or of the day a year from now.
func lastDay(date string, now time.Time) (time.Time, error) {
	if date == "" {
		return now.AddDate(1, 0, 0), nil
	}
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}, errors.New("a date such as 2027-12-31 is needed")
	}
	end := day.AddDate(0, 0, 1).Add(-time.Second)
	if !end.After(now) {
		return time.Time{}, errors.New("the date is over")
	}
	return end, nil
}
