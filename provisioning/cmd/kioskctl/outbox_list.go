package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"motcua/daemon/outbox"
)

func usageOutboxList(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl outbox list [flags]

Counts the requests in the kiosk's queue, tells which deadlines were missed, and
lists those without a receipt and the dead letters. It takes no lock and works
beside a kioskd that runs. Nothing it prints is about a person.

flags:
`+usageQueue+`  --all          list all requests that are still kept
  --json         print one JSON object

exit code:
  0  the queue was read and is whole
  1  it was not, or it is damaged; what can be read is printed all the same
  2  wrong command line
`)
}

// listed is the JSON object of "outbox list".
type listed struct {
	Open    int            `json:"open"`
	Bytes   int64          `json:"bytes"` // sealed, of the open ones
	States  map[string]int `json:"states"`
	Overdue int            `json:"overdue"`
	Damaged int            `json:"damaged"`
	OldestS int64          `json:"oldest_s"` // age of the oldest open one, in seconds
	Seq     uint64         `json:"seq"`      // of the newest
	Alarms  []alarm        `json:"alarms"`
	Items   []item         `json:"items"`
	Fault   string         `json:"fault,omitempty"`
	oldest  time.Duration
}

type alarm struct {
	Kind   string `json:"kind"`
	Count  int    `json:"count"`
	Seq    uint64 `json:"seq"`     // of the oldest
	SinceS int64  `json:"since_s"` // seconds
}

func runOutboxList(ctx context.Context, args []string, s surroundings) int {
	var q queueFlags
	f := flag.NewFlagSet("outbox list", flag.ContinueOnError)
	q.add(f)
	all, asJSON := f.Bool("all", false, ""), f.Bool("json", false, "")
	if code, done := parse(f, args, s, usageOutboxList); done {
		return code
	}
	r, err := q.open(ctx)
	if err != nil {
		return queueFailed(s, err)
	}
	defer func() { _ = r.Close() }() // it is a copy
	l, err := list(ctx, r, *all, s.now())
	if *asJSON {
		e := json.NewEncoder(s.stdout)
		e.SetIndent("", "  ")
		if err != nil {
			l.Fault = err.Error()
		}
		if werr := e.Encode(l); werr != nil {
			return queueFailed(s, werr)
		}
	} else {
		l.print(s.stdout)
	}
	if err != nil {
		return queueFailed(s, err)
	}
	return exitOK
}

// list goes through the queue twice: to count, and to list.
func list(ctx context.Context, r *outbox.Reader, all bool, now time.Time) (listed, error) {
	sum, reason := r.Summary(ctx, now)
	l := listed{
		Open: sum.Open(), Bytes: sum.Bytes, Overdue: sum.Overdue, Damaged: sum.Damaged, Seq: sum.Seq,
		States: map[string]int{
			string(outbox.Queued): sum.Queued, string(outbox.Sent): sum.Sent, string(outbox.Poison): sum.Poison,
			string(outbox.Receipted): sum.Receipted, string(outbox.Refused): sum.Refused, string(outbox.Expired): sum.Expired,
		},
		Alarms: []alarm{}, Items: []item{},
	}
	if !sum.Oldest.IsZero() {
		l.oldest = now.Sub(sum.Oldest)
		l.OldestS = int64(l.oldest / time.Second)
	}
	for _, a := range sum.Alarms {
		l.Alarms = append(l.Alarms, alarm{string(a.Kind), a.Count, a.Seq, int64(now.Sub(a.Since) / time.Second)})
	}
	for e, err := range r.Entries(ctx) {
		if err == nil && (all || !e.State.Final() || e.State.Dead()) {
			l.Items = append(l.Items, itemOf(e, now))
		}
	}
	return l, reason
}

func (l listed) print(w io.Writer) {
	fmt.Fprintf(w, "%d requests wait for a receipt", l.Open)
	if l.Open > 0 {
		fmt.Fprintf(w, ", the oldest for %s, %d KiB", age(l.oldest), (l.Bytes+1023)>>10)
	}
	fmt.Fprintln(w)
	var counts []string
	for _, state := range []outbox.State{outbox.Queued, outbox.Sent, outbox.Poison, outbox.Receipted, outbox.Refused, outbox.Expired} {
		counts = append(counts, fmt.Sprintf("%s %d", state, l.States[string(state)]))
	}
	fmt.Fprintln(w, strings.Join(counts, "  "))
	if l.Damaged > 0 {
		fmt.Fprintf(w, "damaged %d\n", l.Damaged)
	}
	for _, a := range l.Alarms {
		fmt.Fprintf(w, "alarm: %s %d, for %s, the first is %d\n", a.Kind, a.Count, age(time.Duration(a.SinceS)*time.Second), a.Seq)
	}
	if len(l.Items) == 0 {
		return
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\nseq\tstate\tservice\tclass\tage\ttimes\tbytes\tid")
	for _, it := range l.Items {
		fmt.Fprintf(tw, "%d\t%s\t%s\t%d\t%s\t%d\t%d\t%s\n", it.Seq, it.State, it.Service, it.Class, age(time.Duration(it.AgeS)*time.Second), it.Times, it.Bytes, it.ID)
	}
	_ = tw.Flush() // as good as a print
}
