package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"time"

	"motcua/protocol/wire"
)

// facility is the command of that name: revoke, restore. It changes the list of
// revoked certificates, and needs what gatewayd device revoke needs.
func facility(_ context.Context, args []string, stdout, _ io.Writer) error {
	use := errors.New("gatewayd facility revoke PROVINCE FACILITY, or restore PROVINCE FACILITY")
	if len(args) == 0 || args[0] != "revoke" && args[0] != "restore" {
		return &usageError{use, true}
	}
	verb := args[0]
	flags := flag.NewFlagSet("gatewayd facility "+verb, flag.ContinueOnError)
	file := configFlag(flags)
	reason := flags.String("reason", "fraud", "why: fraud, closed, found honest")
	days := flags.Int("days", listDays, "days until the next list")
	names, err := operands(flags, args[1:])
	if err != nil {
		return err
	}
	if len(names) != 2 || (wire.Branch{Province: names[0], Facility: names[1], Device: "any"}).Validate() != nil {
		return &usageError{use, true}
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	l, err := openList(c)
	if err != nil {
		return err
	}
	if err := l.loadKey(c); err != nil {
		return err
	}
	change, done := l.addFacility, "is revoked"
	if verb == "restore" {
		change, done = l.takeFacility, "counts again"
	}
	if err := change(names[0], names[1], *reason, *days, time.Now()); err != nil {
		return err
	}
	return l.say(stdout, names[0]+"/"+names[1]+" "+done)
}
