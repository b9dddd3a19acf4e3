package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"motcua/protocol/code/ticket"
	"motcua/protocol/gateway"
)

// consent is the command of that name: show, withdraw. It works beside a gatewayd
// that runs.
func consent(ctx context.Context, args []string, stdout, _ io.Writer) error {
	use := errors.New("gatewayd consent show PROVINCE CODE, or withdraw PROVINCE CODE; the code is that on the person's slip")
	if len(args) == 0 || args[0] != "show" && args[0] != "withdraw" {
		return &usageError{use, true}
	}
	verb := args[0]
	flags := flag.NewFlagSet("gatewayd consent "+verb, flag.ContinueOnError)
	file := configFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON")
	names, err := operands(flags, args[1:])
	if err != nil {
		return err
	}
	if len(names) != 2 {
		return &usageError{use, true}
	}
	slip, err := ticket.Parse(names[1])
	if err != nil {
		return &usageError{err, true}
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	g, done, err := gatewayBeside(ctx, c)
	if err != nil {
		return err
	}
	defer done()
	ask := g.Consent
	if verb == "withdraw" {
		ask = g.Withdraw
	}
	record, err := ask(ctx, names[0], slip)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(stdout).Encode(record)
	}
	return tellConsent(stdout, record)
}

func tellConsent(stdout io.Writer, r gateway.ConsentRecord) error {
	for _, c := range r.Consents {
		line := fmt.Sprintf("%s %s, agreed %s to text %s (%s)", r.Service, c.Purpose, time.UnixMilli(c.At).Format(time.DateTime), c.TextHash, c.Lang)
		if at, gone := r.Withdrawn[c.Purpose]; gone {
			line += ", withdrawn " + time.UnixMilli(at).Format(time.DateTime)
		}
		if _, err := fmt.Fprintln(stdout, line); err != nil {
			return err
		}
	}
	return nil
}
