package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"motcua/protocol/approval"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// signApproval is gatewayd held sign: what an approver runs where the key is. It
// needs nothing of the centre but what held list says of the request.
func signApproval(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("gatewayd held sign", flag.ContinueOnError)
	by := flags.String("by", "", "the approver on the roster, FACILITY/REF")
	file := flags.String("key", "", "the approver's private key, Ed25519, PEM, `file`")
	reason := flags.String("reason", "", "why; it is kept and should name nobody")
	out := flags.String("out", "", "write the statement to `file`")
	names, err := operands(flags, args)
	if err != nil {
		return err
	}
	facility, ref, named := strings.Cut(*by, "/")
	if len(names) != 4 || !named || *file == "" || *out == "" {
		return &usageError{errors.New("gatewayd held sign release | refuse DEVICE ID DIGEST -by FACILITY/REF -key FILE -reason TEXT -out FILE"), true}
	}
	id, err := request.ParseID(names[2])
	if err != nil {
		return &usageError{err, true}
	}
	digest, err := hex.DecodeString(names[3])
	if err != nil || len(digest) != len(request.Digest{}) {
		return &usageError{errors.New("the digest is not 64 hexadecimal digits; gatewayd held list tells it"), true}
	}
	key, err := readSigningKey("-key", *file)
	if err != nil {
		return &usageError{err: err}
	}
	defer clear(key)
	b, err := approval.Sign(approval.Statement{
		Device: names[1], ID: id, Digest: request.Digest(digest), Facility: facility, Ref: ref,
		Verdict: approval.Verdict(names[0]), Reason: *reason, At: time.Now(),
	}, key)
	if err != nil {
		return &usageError{err: err}
	}
	if err := writeWhole(*out, b, 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s of %s %s, by %s\n", names[0], names[1], id, *by)
	return err
}

// decideHeld is gatewayd held decide: it takes what an approver has signed.
func decideHeld(ctx context.Context, c config, inbox gateway.Inbox, file string) error {
	statement, err := os.ReadFile(file)
	if err != nil {
		return &usageError{err: err}
	}
	r, err := readRoster(c.Duty)
	if err != nil {
		return err
	}
	return gateway.Approve(ctx, inbox, r, c.Anomaly, statement, time.Now())
}

// readRoster reads the roster as it is in its file.
func readRoster(c dutyConfig) (roster.Roster, error) {
	if c.Roster == "" {
		return roster.Roster{}, &usageError{err: errors.New("duty.roster is not set; approvers are on the roster")}
	}
	key, err := c.registrar()
	if err != nil {
		return roster.Roster{}, err
	}
	b, err := readFile("duty.roster", c.Roster)
	if err != nil {
		return roster.Roster{}, err
	}
	return roster.Open(b, key)
}

// trailMost is how many entries of the trail are told at once.
const trailMost = 10_000

// trail is the command of that name: what rules have held and people have decided.
func trail(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("gatewayd trail", flag.ContinueOnError)
	file := configFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON, one entry a line")
	from := flags.Uint64("from", 1, "number of the first entry")
	if err := parse(flags, args); err != nil {
		return err
	}
	inbox, err := inboxOf(ctx, *file)
	if err != nil {
		return err
	}
	defer func() { _ = inbox.Close() }()
	entries, err := gateway.Trail(ctx, inbox, *from, trailMost)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := tellEntry(stdout, e, *asJSON); err != nil {
			return err
		}
	}
	return nil
}

func tellEntry(stdout io.Writer, e gateway.Entry, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(stdout).Encode(e)
	}
	var line strings.Builder
	fmt.Fprintf(&line, "%d %s %s", e.Number, time.UnixMilli(e.At).Format(time.DateTime), e.Act)
	if e.Device != "" {
		fmt.Fprintf(&line, " %s %s %s %s", e.Facility, e.Device, e.ID, e.Service)
	}
	for _, r := range e.Rules {
		line.WriteString(" " + string(r))
	}
	if e.By != "" {
		fmt.Fprintf(&line, " by %s: %s", e.By, e.Reason)
	}
	_, err := fmt.Fprintln(stdout, line.String())
	return err
}
