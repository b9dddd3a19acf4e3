package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"motcua/daemon/outbox"
)

func usageOutboxShow(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl outbox show ID [flags]

Prints what the queue knows of one request: by its id, or by its number, which is
the one that the person saw on the screen. The request itself is sealed.

flags:
`+usageQueue+`  --json         print one JSON object

exit code:
  0  printed
  1  there is no such request, or it is damaged, or the queue was not read
  2  wrong command line
`)
}

func runOutboxShow(ctx context.Context, args []string, s surroundings) int {
	var q queueFlags
	f := flag.NewFlagSet("outbox show", flag.ContinueOnError)
	q.add(f)
	asJSON := f.Bool("json", false, "")
	which, code, done := operand(f, args, s, "the id or number of a request", usageOutboxShow)
	if done {
		return code
	}
	r, err := q.open(ctx)
	if err != nil {
		return queueFailed(s, err)
	}
	defer func() { _ = r.Close() }() // it is a copy
	it, err := pick(ctx, r, which, s.now())
	if err != nil {
		return queueFailed(s, err)
	}
	if *asJSON {
		e := json.NewEncoder(s.stdout)
		e.SetIndent("", "  ")
		err = e.Encode(it)
	} else {
		err = it.print(s.stdout)
	}
	if err != nil {
		return queueFailed(s, err)
	}
	return exitOK
}

// pick finds a request by id or number.
func pick(ctx context.Context, r *outbox.Reader, which string, now time.Time) (item, error) {
	seq, _ := strconv.ParseUint(which, 10, 62)
	for e, err := range r.Entries(ctx) {
		it := itemOf(e, now)
		if it.Seq != 0 && it.Seq == seq || it.ID.String() == which {
			return it, err
		}
	}
	return item{}, fmt.Errorf("no request %q in the queue; kioskctl outbox list --all lists them", which)
}

func (it item) print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"number", strconv.FormatUint(it.Seq, 10)},
		{"id", it.ID.String()},
		{"service", it.Service},
		{"class", strconv.Itoa(int(it.Class))},
		{"state", it.State + meaning(outbox.State(it.State))},
		{"saved", it.Saved},
		{"expires", it.Expires},
		{"first sent", it.Sent},
		{"times sent", strconv.Itoa(it.Times)},
		{"receipt", it.Settled},
		{"status", it.Status},
		{"sealed bytes", strconv.Itoa(it.Bytes)},
		{"digest", it.Digest},
	} {
		if row[1] != "" {
			fmt.Fprintf(tw, "%s\t%s\n", row[0], row[1])
		}
	}
	return tw.Flush()
}

// meaning says a state in words.
func meaning(s outbox.State) string {
	switch s {
	case outbox.Queued:
		return ": saved on this kiosk, not sent yet"
	case outbox.Sent:
		return ": sent, no receipt yet"
	case outbox.Poison:
		return ": dead letter: no receipt though others got theirs, tried once a day"
	case outbox.Receipted:
		return ": the centre has it"
	case outbox.Refused:
		return ": dead letter: the centre will never process it"
	case outbox.Expired:
		return ": dead letter: it reached the centre after its time"
	}
	return ""
}
