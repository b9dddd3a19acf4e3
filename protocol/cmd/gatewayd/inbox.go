package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"

	"motcua/protocol/gateway"
)

// inboxReport is what gatewayd inbox prints; nothing in it is personal.
type inboxReport struct {
	Requests []gateway.Count `json:"requests"`
	Alarms   []gateway.Alarm `json:"alarms"`
}

// inbox is the command of that name: it counts, beside a gatewayd that runs.
func inbox(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("gatewayd inbox", flag.ContinueOnError)
	file := configFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON")
	if err := parse(flags, args); err != nil {
		return err
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	report, err := readInbox(ctx, c)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(stdout).Encode(report)
	}
	return report.print(stdout)
}

// readInbox reads the inbox; one that gatewayd has not made yet is empty.
func readInbox(ctx context.Context, c config) (inboxReport, error) {
	report := inboxReport{Requests: []gateway.Count{}, Alarms: []gateway.Alarm{}}
	store, err := openReader(ctx, c)
	if err != nil || store == nil {
		return report, err
	}
	defer func() { _ = store.Close() }()
	counts, err := store.Counts(ctx)
	if err != nil {
		return report, err
	}
	alarms, err := store.Alarms(ctx)
	report.Requests = append(report.Requests, counts...)
	report.Alarms = append(report.Alarms, alarms...)
	return report, err
}

// print writes one line for each service and status, and one for each alarm.
func (r inboxReport) print(w io.Writer) error {
	for _, c := range r.Requests {
		if _, err := fmt.Fprintf(w, "%s %s %d\n", c.Service, c.Status, c.Count); err != nil {
			return err
		}
	}
	for _, a := range r.Alarms {
		if _, err := fmt.Fprintf(w, "alarm %s %s seq %d, %d times\n", a.Kind, a.Device, a.Seq, a.Times); err != nil {
			return err
		}
	}
	return nil
}
