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

// reviewed is one request that has to be looked at again.
type reviewed struct {
	Device  string         `json:"device"`
	ID      request.ID     `json:"id"`
	Seq     uint64         `json:"seq"`
	Service string         `json:"service"`
	Status  request.Status `json:"status"`
	At      time.Time      `json:"at"`
}

// review is the command of that name: it flags what was accepted of somebody or
// something that was revoked, beside a gatewayd that runs.
func review(ctx context.Context, args []string, stdout, _ io.Writer) error {
	use := errors.New("gatewayd review device DEVICE, officer FACILITY REF, or facility PROVINCE FACILITY, -since TIME")
	flags := flag.NewFlagSet("gatewayd review", flag.ContinueOnError)
	file := configFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON")
	since := flags.String("since", "", "from when on: 2026-03-02T00:00:00+07:00")
	until := flags.String("until", "", "until when; until now if it is left out")
	names, err := operands(flags, args)
	if err != nil {
		return err
	}
	suspect, known := suspectOf(names)
	from, sinceErr := time.Parse(time.RFC3339, *since)
	to := time.Now()
	var untilErr error
	if *until != "" {
		to, untilErr = time.Parse(time.RFC3339, *until)
	}
	if !known || sinceErr != nil || untilErr != nil {
		return &usageError{use, true}
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	flagged, err := flagSuspect(ctx, c, suspect, from, to)
	if err != nil {
		return err
	}
	list := make([]reviewed, len(flagged))
	for i, r := range flagged {
		list[i] = reviewed{r.Device, r.ID, r.Seq, r.Service, r.Status, time.UnixMilli(r.At)}
	}
	if *asJSON {
		return json.NewEncoder(stdout).Encode(list)
	}
	for _, r := range list {
		if _, err := fmt.Fprintf(stdout, "%s %s %s seq %d, %s, %s\n", r.Device, r.ID, r.Service, r.Seq, r.Status, r.At.Format(time.DateTime)); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(stdout, "%d requests of %s to look at again\n", len(list), suspect)
	return err
}

func suspectOf(names []string) (gateway.Suspect, bool) {
	switch {
	case len(names) == 2 && names[0] == "device":
		return gateway.Suspect{Device: names[1]}, true
	case len(names) == 3 && names[0] == "officer":
		return gateway.Suspect{Facility: names[1], Officer: names[2]}, true
	case len(names) == 3 && names[0] == "facility":
		return gateway.Suspect{Province: names[1], Facility: names[2]}, true
	}
	return gateway.Suspect{}, false
}

func flagSuspect(ctx context.Context, c config, s gateway.Suspect, from, to time.Time) ([]*gateway.Record, error) {
	g, done, err := gatewayBeside(ctx, c)
	if err != nil {
		return nil, err
	}
	defer done()
	return g.Review(ctx, s, from, to)
}

// gatewayBeside is a gateway that looks into the inbox beside one that serves.
func gatewayBeside(ctx context.Context, c config) (*gateway.Gateway, func(), error) {
	m, err := loadMaterial(c, time.Now())
	if err != nil {
		return nil, nil, err
	}
	inbox, err := openInbox(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	g, err := newGateway(m, inbox, gateway.Limits{}, map[string]gateway.Service{}, believed{trust: gateway.NewTrusted(m.trust.anchors)}, c.Anomaly)
	if err != nil {
		_ = inbox.Close()
		return nil, nil, err
	}
	return g, func() { _ = inbox.Close() }, nil
}
