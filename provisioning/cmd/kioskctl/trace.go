package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"motcua/daemon/audit"
	"motcua/daemon/config"
	"motcua/daemon/outbox"
	"motcua/protocol/request"
)

func usageTrace(w io.Writer) {
	fmt.Fprint(w, `usage: journalctl -u kioskd -o cat | kioskctl trace VISIT [flags]

Tells a visit's whole way with times, one line for each thing that happened: the
story in kioskd's log, its requests in the queue, the centre's receipts, and the
audit log. VISIT is the name of a visit (v-…), the number or the id of one of its
requests, or "last" for the last visit of the log. Works beside a kioskd that runs.

A log of gatewayd that follows kioskd's adds what the centre did, by its own clock.

flags:
`+usageQueue+`  --no-queue     leave queue and audit log out
  --journal FILE the log, JSON lines; the standard input if not given
  --audit DIR    the folder of the audit log, when it is not that of the configuration
  --json         print one JSON object

exit code:
  0  told
  1  no such visit, or a source cannot be read; what was found is told all the same
  2  wrong command line
`)
}

// trace is what is known of a visit.
type trace struct {
	Visit  string    `json:"visit,omitempty"`
	Begun  time.Time `json:"begun"` // the first moment that is known, from which ms count
	Events []moment  `json:"events"`
}

// moment is one thing that happened.
type moment struct {
	MS     int64             `json:"ms"` // since the visit began
	At     time.Time         `json:"at"`
	Source string            `json:"source"` // story, log, queue, receipt, audit, centre
	Event  string            `json:"event"`
	Seq    uint64            `json:"seq,omitempty"` // of the request
	Detail map[string]string `json:"detail,omitempty"`
}

// Sources of moments.
const (
	fromStory   = "story"   // kioskd's log about visits
	fromLog     = "log"     // kioskd's log about requests
	fromQueue   = "queue"   // the queue's file
	fromReceipt = "receipt" // the centre's word, by its clock
	fromAudit   = "audit"
	fromCentre  = "centre" // gatewayd's log, by its clock
)

func runTrace(ctx context.Context, args []string, s surroundings) int {
	var q queueFlags
	f := flag.NewFlagSet("trace", flag.ContinueOnError)
	q.add(f)
	noQueue, journal, auditDir := f.Bool("no-queue", false, ""), f.String("journal", "", ""), f.String("audit", "", "")
	asJSON := f.Bool("json", false, "")
	which, code, done := operand(f, args, s, "the name of a visit", usageTrace)
	if done {
		return code
	}
	found, errs := newSearch(which), []error(nil)
	errs = append(errs, found.readJournal(*journal, s.stdin))
	if !*noQueue {
		errs = append(errs, found.readQueue(ctx, q))
	}
	errs = append(errs, found.readAudit(auditFolder(*auditDir, *noQueue, q)))
	t, err := found.trace()
	if err = errors.Join(append(errs, err)...); len(t.Events) > 0 {
		err = errors.Join(err, t.write(s.stdout, *asJSON))
	}
	if err != nil {
		return queueFailed(s, err)
	}
	return exitOK
}

// search is what is looked for, and what was found of it.
type search struct {
	which    string
	visit    string
	requests map[request.ID]uint64 // of the visit, with their numbers
	moments  []moment
}

func newSearch(which string) *search {
	s := &search{which: which, requests: map[request.ID]uint64{}}
	if id, err := request.ParseID(which); err == nil {
		s.requests[id] = 0
	}
	return s
}

// readJournal goes through a log; nobody has to give one.
func (s *search) readJournal(file string, stdin io.Reader) error {
	if file != "" && file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("reading the log: %w", err)
		}
		defer func() { _ = f.Close() }() // was only read
		return s.journal(f)
	}
	if f, ok := stdin.(*os.File); ok {
		// nobody types a log, and /dev/null has none
		if info, err := f.Stat(); err != nil || info.Mode()&fs.ModeCharDevice != 0 {
			return nil
		}
	}
	return s.journal(stdin)
}

// readQueue adds what the queue knows of the visit's requests.
func (s *search) readQueue(ctx context.Context, q queueFlags) error {
	r, err := q.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // it is a copy
	for e, err := range r.Entries(ctx) {
		if _, ours := s.requests[e.ID]; !ours && s.which != fmt.Sprint(e.Seq) {
			continue
		}
		if err != nil {
			return err
		}
		s.requests[e.ID] = e.Seq
		s.entry(e)
	}
	return nil
}

// entry tells what the queue knows of one request.
func (s *search) entry(e outbox.Entry) {
	add := func(at time.Time, source, event string, detail map[string]string) {
		if !at.IsZero() {
			s.moments = append(s.moments, moment{At: at, Source: source, Event: event, Seq: e.Seq, Detail: detail})
		}
	}
	add(e.CreatedAt, fromQueue, "saved", map[string]string{"service": e.Service, "id": request.ID(e.ID).String(), "expires": stamp(e.ExpiresAt), "state": string(e.State)})
	add(e.SentAt, fromQueue, "first sent", map[string]string{"times": fmt.Sprint(e.Attempts)})
	add(e.SettledAt, fromQueue, string(e.State), map[string]string{"status": e.Status})
	if at, detail, ok := receiptOf(e.Receipt); ok {
		add(at, fromReceipt, "signed by the centre", detail)
	}
}

// auditFolder is where the audit log is; must says that somebody named it.
func auditFolder(named string, none bool, q queueFlags) (folder string, must bool) {
	if named != "" || none || q.queue != "" {
		return named, named != ""
	}
	c, _ := config.Load(q.config) // its faults were told with the queue
	return c.Audit.Folder, false
}

// readAudit adds the entries of the audit log.
func (s *search) readAudit(dir string, must bool) error {
	if dir == "" {
		return nil
	}
	r, err := audit.OpenReader(dir)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // was only read
	for e, err := range r.Entries {
		if err != nil {
			return err
		}
		if !s.concerns(e) {
			continue
		}
		detail := map[string]string{"n": fmt.Sprint(e.N)}
		for name, v := range map[string]string{
			"service": e.Service, "outcome": e.Outcome, "code": e.Code, "access": e.Access, "level": e.Level, "officer": e.Officer,
		} {
			if v != "" {
				detail[name] = v
			}
		}
		seq := e.Seq
		if seq == 0 && e.Request != nil {
			seq = s.requests[*e.Request]
		}
		s.moments = append(s.moments, moment{At: time.UnixMilli(e.At), Source: fromAudit, Event: string(e.Kind), Seq: seq, Detail: detail})
	}
	return nil
}

func (s *search) concerns(e audit.Entry) bool {
	if e.Request != nil {
		if _, ours := s.requests[*e.Request]; ours {
			return true
		}
	}
	return e.Visit != "" && (e.Visit == s.visit || e.Visit == s.which)
}

// errNoVisit: none of the sources knows it.
var errNoVisit = errors.New("nothing is known of this visit; give kioskd's log on the standard input: journalctl -u kioskd -o cat")

// trace puts the moments in order.
func (s *search) trace() (trace, error) {
	t := trace{Visit: s.visit, Events: s.moments}
	if len(t.Events) == 0 {
		return t, errNoVisit
	}
	inOrder(t.Events)
	t.Begun = t.Events[0].At
	if i := slices.IndexFunc(t.Events, func(m moment) bool { return m.Source == fromStory }); i >= 0 {
		t.Begun = t.Events[i].At // the card; what the centre's clock says may come before
	}
	for i := range t.Events {
		t.Events[i].MS = t.Events[i].At.UnixMilli() - t.Begun.UnixMilli()
	}
	return t, nil
}

func (t trace) write(w io.Writer, asJSON bool) error {
	if !asJSON {
		return t.print(w)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(t)
}
