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
	Device  string         `json:"device"`
	ID      request.ID     `json:"id"`
	Seq     uint64         `json:"seq"`
	Digest  request.Digest `json:"digest"` // of the envelope, which an approver signs
	Service string         `json:"service"`
	Reason  string         `json:"reason"`
	Level   request.Level  `json:"level"`
	Basis   gateway.Basis  `json:"basis"`
	At      time.Time      `json:"at"`
	// Approver: a rule holds it, and only an approver lets it go.
	Approver bool   `json:"approver"`
	Decided  string `json:"decided,omitempty"`
}

// held is the command of that name: list, release, refuse, sign, decide. It works
// beside a gatewayd that runs, which does what was decided.
func held(ctx context.Context, args []string, stdout, _ io.Writer) error {
	use := errors.New("gatewayd held list, release DEVICE ID -reason TEXT, refuse DEVICE ID -reason TEXT, sign, or decide STATEMENT")
	if len(args) == 0 {
		return &usageError{use, true}
	}
	verb, args := args[0], args[1:]
	if verb == "sign" {
		return signApproval(args, stdout)
	}
	flags := flag.NewFlagSet("gatewayd held "+verb, flag.ContinueOnError)
	file := configFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON")
	reason := flags.String("reason", "", "why; it is kept and should name nobody")
	names, err := operands(flags, args)
	if err != nil {
		return err
	}
	if want := map[string]int{"list": 0, "release": 2, "refuse": 2, "decide": 1}; !known(want, verb) || len(names) != want[verb] {
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
	switch verb {
	case "list":
		return listHeld(ctx, inbox, *asJSON, stdout)
	case "decide":
		return decideHeld(ctx, c, inbox, names[0])
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
		list[i] = heldRequest{r.Device, r.ID, r.Seq, r.Digest, r.Service, r.Reason, r.Level, r.Basis, time.UnixMilli(r.At), gateway.Ruled(r.Reason), r.Decision}
	}
	if asJSON {
		return json.NewEncoder(stdout).Encode(list)
	}
	now := time.Now()
	for _, h := range list {
		if _, err := fmt.Fprintln(stdout, h.line(now)); err != nil {
			return err
		}
	}
	return nil
}

func (h heldRequest) line(now time.Time) string {
	text := fmt.Sprintf("%s %s %s seq %d, %s, %s %s, %s, for %s", h.Device, h.ID, h.Service, h.Seq, h.Reason, h.Level, h.Basis, h.At.Format(time.DateTime), now.Sub(h.At).Round(time.Minute))
	if h.Approver {
		text += fmt.Sprintf(", an approver signs %s", h.Digest)
	}
	return text
}
