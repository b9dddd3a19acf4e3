package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"time"

	"motcua/daemon/config"
	"motcua/daemon/outbox"
	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// defaultConfig is where kioskd looks, too.
const defaultConfig = "/etc/kioskd/kioskd.toml"

// queueFlags say which queue is meant.
type queueFlags struct{ config, queue string }

func (q *queueFlags) add(f *flag.FlagSet) {
	f.StringVar(&q.config, "config", defaultConfig, "")
	f.StringVar(&q.queue, "queue", "", "")
}

// usageQueue are the lines of help about queueFlags.
const usageQueue = `  --config FILE  kioskd's configuration; /etc/kioskd/kioskd.toml if not given
  --queue FILE   the queue's file, when it is not that of the configuration
`

// file is the queue's file. The configuration is only read for it.
func (q queueFlags) file() (string, error) {
	if q.queue != "" {
		return q.queue, nil
	}
	c, err := config.Load(q.config)
	return c.Queue.File, err
}

// open reads the queue as it is now; kioskd may be using it.
func (q queueFlags) open(ctx context.Context) (*outbox.Reader, error) {
	file, err := q.file()
	if err != nil {
		return nil, err
	}
	return outbox.OpenReader(ctx, file)
}

// operand parses flags before and after one operand.
func operand(f *flag.FlagSet, args []string, s surroundings, what string, usage func(io.Writer)) (value string, code int, done bool) {
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	err := f.Parse(args)
	if err == nil && f.NArg() > 0 {
		value = f.Arg(0)
		err = f.Parse(f.Args()[1:])
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage(s.stdout)
		return "", exitOK, true
	case err != nil:
		return "", misused(s.stderr, "%v; kioskctl help %s explains the flags", err, f.Name()), true
	case f.NArg() > 0:
		return "", misused(s.stderr, "unexpected argument %q; kioskctl help %s explains the flags", f.Arg(0), f.Name()), true
	case value == "":
		return "", misused(s.stderr, "%s is missing; kioskctl help %s explains the arguments", what, f.Name()), true
	}
	return value, exitOK, false
}

// queueFailed tells why a verb about the queue could not do its work.
func queueFailed(s surroundings, err error) int {
	code := fault.CodeOf(err)
	if errors.Is(err, fs.ErrNotExist) || code == fault.Internal {
		fmt.Fprintf(s.stderr, "kioskctl: %v\n", err)
		return exitInternal
	}
	fmt.Fprintf(s.stderr, "kioskctl: %s: %v\nwhat to do: %s\n", code, err, fault.Lookup(code).Action)
	return exitInternal
}

// item is a request as it is printed: nothing personal, and nothing that is the
// same for two requests of one person.
type item struct {
	Seq     uint64     `json:"seq"`
	ID      request.ID `json:"id"`
	Service string     `json:"service"`
	Class   uint8      `json:"class"`
	State   string     `json:"state"`
	Dead    bool       `json:"dead"`
	Saved   string     `json:"saved"`
	Expires string     `json:"expires"`
	Sent    string     `json:"sent,omitempty"` // the first time
	Times   int        `json:"times"`
	Settled string     `json:"settled,omitempty"`
	Status  string     `json:"status,omitempty"` // of the receipt
	Bytes   int        `json:"bytes"`            // sealed; 0 when they were dropped
	Digest  string     `json:"digest"`
	AgeS    int64      `json:"age_s"`
}

func itemOf(e outbox.Entry, now time.Time) item {
	return item{
		Seq: e.Seq, ID: e.ID, Service: e.Service, Class: e.Class, State: string(e.State), Dead: e.State.Dead(),
		Saved: stamp(e.CreatedAt), Expires: stamp(e.ExpiresAt), Sent: stamp(e.SentAt), Times: e.Attempts,
		Settled: stamp(e.SettledAt), Status: e.Status, Bytes: len(e.Envelope), Digest: request.Digest(e.Digest).String(),
		AgeS: int64(now.Sub(e.CreatedAt) / time.Second),
	}
}

// stamp writes a time, and nothing for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// age writes a length of time as people say it: 40s, 12m, 3h05m, 9d.
func age(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + "d"
}
