package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"motcua/protocol/gateway"
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
	days := flags.Int("days", listDays, "days until the next list")
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
		return revokeDevice(c, names[0], *reason, *days, stdout)
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
