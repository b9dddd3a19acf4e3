package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/opendata"
	"motcua/protocol/workday"
)

// aggregates is the command of that name: what of a month's numbers may be published.
func aggregates(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("gatewayd aggregates", flag.ContinueOnError)
	file := configFlag(flags)
	text := flags.String("month", "", "the month, 2026-03; it has to be over")
	out := flags.String("out", "", "write to `file`; to standard output if it is left out")
	if err := parse(flags, args); err != nil {
		return err
	}
	month, err := time.ParseInLocation("2006-01", *text, workday.Zone())
	if err != nil {
		return &usageError{errors.New("gatewayd aggregates -month 2026-03 [-out FILE]"), true}
	}
	if !month.AddDate(0, 1, 0).Before(time.Now()) { // a second look would differ by a few people
		return &usageError{err: errors.New("the month is not over; what is published of it twice gives away the difference")}
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	inbox, err := openReader(ctx, c)
	if err != nil {
		return err
	}
	if inbox == nil {
		return errors.New("there is no inbox yet")
	}
	defer func() { _ = inbox.Close() }()
	counts, days, err := gateway.Monthly(ctx, inbox, month)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := opendata.Write(&page, opendata.Publish(counts, days)); err != nil {
		return err
	}
	if *out != "" {
		return writeWhole(*out, page.Bytes(), 0o644)
	}
	_, err = stdout.Write(page.Bytes())
	return err
}
