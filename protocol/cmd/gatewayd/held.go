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
	"motcua/protocol/request"
)

// heldMost is how many held requests are listed.
const heldMost = 1000

// heldRequest is what an operator sees of one; nothing in it is personal.
type heldRequest struct {
	Device  string        `json:"device"`
	ID      request.ID    `json:"id"`
	Seq     uint64        `json:"seq"`
	Service string        `json:"service"`
	Reason  string        `json:"reason"`
	Level   request.Level `json:"level"`
	Basis   gateway.Basis `json:"basis"`
	At      time.Time     `json:"at"`
	Decided string        `json:"decided,omitempty"`
}

// held is the command of that name: list, release, refuse. It works beside a
// gatewayd that runs, which does what was decided.
func held(ctx context.Context, args []string, stdout, _ io.Writer) error {
	use := errors.New("gatewayd held list, release DEVICE ID -reason TEXT, or refuse DEVICE ID -reason TEXT")
	if len(args) == 0 {
		return &usageError{use, true}
	}
	verb, args := args[0], args[1:]
	flags := flag.NewFlagSet("gatewayd held "+verb, flag.ContinueOnError)
	file := configFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON")
	reason := flags.String("reason", "", "why; it is kept and should name nobody")
	names, err := operands(flags, args)
	if err != nil {
		return err
	}
	if want := map[string]int{"list": 0, "release": 2, "refuse": 2}; !known(want, verb) || len(names) != want[verb] {
		return &usageError{use, true}
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	inbox, err := openInbox(ctx, c)
	if err != nil {
		return err
	}
	defer func() { _ = inbox.Close() }()
	if verb == "list" {
		return listHeld(ctx, inbox, *asJSON, stdout)
	}
	id, err := request.ParseID(names[1])
	if err != nil {
		return &usageError{err, true}
	}
	return gateway.Decide(ctx, inbox, names[0], id, verb == "release", *reason, time.Now())
}

func listHeld(ctx context.Context, inbox gateway.Inbox, asJSON bool, stdout io.Writer) error {
	records, err := inbox.Held(ctx, heldMost)
	if err != nil {
		return err
	}
	list := make([]heldRequest, len(records))
	for i, r := range records {
		list[i] = heldRequest{r.Device, r.ID, r.Seq, r.Service, r.Reason, r.Level, r.Basis, time.UnixMilli(r.At), r.Decision}
	}
	if asJSON {
		return json.NewEncoder(stdout).Encode(list)
	}
	for _, h := range list {
		if _, err := fmt.Fprintf(stdout, "%s %s %s seq %d, %s, %s %s, %s\n", h.Device, h.ID, h.Service, h.Seq, h.Reason, h.Level, h.Basis, h.At.Format(time.DateTime)); err != nil {
			return err
		}
	}
	return nil
}
