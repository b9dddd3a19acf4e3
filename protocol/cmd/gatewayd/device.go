package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// device is the command of that name: list, freeze, release, revoke. It works
// beside a gatewayd that runs.
func device(ctx context.Context, args []string, stdout, _ io.Writer) error {
	if len(args) == 0 {
		return &usageError{errors.New("say what to do: list, freeze, release or revoke"), true}
	}
	verb, args := args[0], args[1:]
	flags := flag.NewFlagSet("gatewayd device "+verb, flag.ContinueOnError)
	file := configFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON")
	reason := flags.String("reason", "lost", "why: lost, stolen, replaced, retired, forked")
	names, err := operands(flags, args)
	if err != nil {
		return err
	}
	if want := map[string]int{"list": 0, "freeze": 1, "release": 1, "revoke": 1}; verb == "" || !known(want, verb) || len(names) != want[verb] {
		return &usageError{errors.New("gatewayd device list, freeze DEVICE, release DEVICE, or revoke CERTIFICATE"), true}
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	if verb == "revoke" {
		return revokeDevice(c, names[0], *reason, stdout)
	}
	inbox, err := openInbox(ctx, c)
	if err != nil {
		return err
	}
	defer func() { _ = inbox.Close() }()
	switch verb {
	case "freeze":
		return gateway.Freeze(ctx, inbox, names[0], time.Now())
	case "release":
		return gateway.Release(ctx, inbox, names[0])
	}
	return listDevices(ctx, inbox, *asJSON, stdout)
}

func known(all map[string]int, verb string) bool {
	_, ok := all[verb]
	return ok
}

// operands parses flags that may stand before and after the other arguments.
func operands(flags *flag.FlagSet, args []string) (rest []string, err error) {
	flags.SetOutput(io.Discard)
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, &usageError{err, true}
		}
		if args = flags.Args(); len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

func listDevices(ctx context.Context, inbox gateway.Inbox, asJSON bool, stdout io.Writer) error {
	list, err := inbox.Devices(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(stdout).Encode(append([]gateway.Device{}, list...))
	}
	for _, d := range list {
		state := ""
		if d.Frozen != "" {
			state = fmt.Sprintf(", frozen since %s: %s", time.UnixMilli(d.FrozenAt).Format(time.DateTime), d.Frozen)
		}
		if _, err := fmt.Fprintf(stdout, "%s complete to %d%s\n", d.Name, d.Contiguous, state); err != nil {
			return err
		}
	}
	return nil
}

// revokeDevice adds a certificate to the signed list.
func revokeDevice(c config, file, reason string, stdout io.Writer) error {
	if c.Fleet.Revocation == "" {
		return &usageError{err: errors.New("fleet.revocation is not set; set it to the file of the list")}
	}
	m, err := loadMaterial(c, time.Now())
	if err != nil {
		return err
	}
	text, err := readFile("certificate", file)
	if err != nil {
		return err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return fmt.Errorf("%q holds no certificate in PEM", file)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return fmt.Errorf("%q: %w", file, err)
	}
	list, err := revoke(c.Fleet.Revocation, m, certificate, reason, time.Now())
	if err == nil {
		_, err = fmt.Fprintf(stdout, "%s is revoked; list %d holds %d\n", certificate.Subject.CommonName, list.Number, len(list.Revoked))
	}
	return err
}

// addRevoked keeps the order of the fingerprints and each of them once, and leaves
// out nothing.
func addRevoked(all []request.Revoked, c *x509.Certificate, reason string, now time.Time) []request.Revoked {
	print := request.Digest(sha256.Sum256(c.Raw))
	if slices.ContainsFunc(all, func(r request.Revoked) bool { return r.Certificate == print }) {
		return all
	}
	all = append(all, request.Revoked{Certificate: print, Since: now.UnixMilli(), Reason: reason})
	slices.SortFunc(all, func(a, b request.Revoked) int { return cmp.Compare(string(a.Certificate[:]), string(b.Certificate[:])) })
	return all
}

// writeWhole writes a file whole or not at all.
func writeWhole(file string, b []byte) error {
	next := file + ".next"
	if err := os.WriteFile(next, b, 0o644); err != nil {
		return err
	}
	return os.Rename(next, file)
}
