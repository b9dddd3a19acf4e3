package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"motcua/protocol/immunisation"
	"motcua/protocol/workday"
)

// vaccinate is the command vaccination: lists, approve, hours.
func vaccinate(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "lists":
			return signLists(ctx, args[1:], stdout, stderr)
		case "approve":
			return approvePlan(args[1:], stdout)
		case "hours":
			return hours(ctx, args[1:], stdout)
		}
	}
	return &usageError{errors.New("gatewayd vaccination lists, approve or hours"), true}
}

// approvePlan is what an approver runs where the key is: it needs nothing of the centre.
func approvePlan(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("gatewayd vaccination approve", flag.ContinueOnError)
	plan := flags.String("plan", "", "the plan, JSON `file`")
	by := flags.String("by", "", "the approver on the roster, FACILITY/REF")
	key := flags.String("key", "", "the approver's private key, Ed25519, PEM, `file`")
	out := flags.String("out", "", "write the approval to `file`")
	if err := parse(flags, args); err != nil {
		return err
	}
	facility, ref, named := strings.Cut(*by, "/")
	if *plan == "" || !named || *key == "" || *out == "" {
		return &usageError{errors.New("-plan, -by, -key and -out are needed"), true}
	}
	p, err := readPlan(*plan)
	if err != nil {
		return &usageError{err: err}
	}
	private, err := readSigningKey("-key", *key)
	if err != nil {
		return &usageError{err: err}
	}
	defer clear(private)
	b, err := immunisation.Approve(immunisation.Approval{Plan: p, Facility: facility, Ref: ref, At: time.Now().Unix()}, private)
	if err != nil {
		return &usageError{err: err}
	}
	if err := writeWhole(*out, b, 0o644); err != nil {
		return err
	}
	digest := immunisation.ApprovalDigest(b)
	_, err = fmt.Fprintf(stdout, "%s is approved by %s; approval %s\n", p.ID, *by, hex.EncodeToString(digest[:]))
	return err
}

func readPlan(file string) (p immunisation.Plan, err error) {
	b, err := readFile("-plan", file)
	if err != nil {
		return p, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return p, fmt.Errorf("-plan %q: %w", file, err)
	}
	return p, nil
}

// hours tells a supervisor the doses of a day, by facility and hour.
func hours(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("gatewayd vaccination hours", flag.ContinueOnError)
	file := configFlag(flags)
	day := flags.String("day", time.Now().In(workday.Zone()).Format(time.DateOnly), "the day, `yyyy-mm-dd`")
	asJSON := flags.Bool("json", false, "print JSON, one hour a line")
	if err := parse(flags, args); err != nil {
		return err
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	if c.Immunisation.Address == "" {
		return &usageError{err: errors.New("immunisation.address is not set")}
	}
	r, err := openRegistry(c.Immunisation)
	if err != nil {
		return &usageError{err: err}
	}
	all, err := r.Hours(ctx, *day)
	if err != nil {
		return err
	}
	for _, h := range all {
		if *asJSON {
			err = json.NewEncoder(stdout).Encode(h)
		} else {
			_, err = fmt.Fprintf(stdout, "%s %s %d sessions %d doses\n", h.Facility, h.Hour, h.Sessions, h.Doses)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
