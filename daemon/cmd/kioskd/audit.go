package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"motcua/daemon/audit"
	"motcua/daemon/config"
	"motcua/daemon/outbox"
	"motcua/daemon/session"
	"motcua/daemon/sign"
	"motcua/protocol/envelope"
	"motcua/protocol/pki"
	"motcua/protocol/request"
)

// notary keeps the audit log. Without one the kiosk runs, to deliver what is
// saved, but serves nobody.
type notary struct {
	book  *audit.Log // nil when it could not be opened
	err   error      // why not
	log   *slog.Logger
	store *outbox.Store

	mu   sync.Mutex // guards last
	last outbox.Stats
}

// openAudit opens the audit log; what it found there is told, in the log file and
// in the log itself.
func openAudit(c config.Config, key *sign.FileKey, store *outbox.Store, log *slog.Logger) *notary {
	n := &notary{log: log, store: store}
	n.book, n.err = audit.Open(c.Audit.Folder, audit.Options{
		Device: c.Device.ID,
		Sign: func(p request.Checkpoint) ([]byte, error) {
			return envelope.SignCheckpoint(rand.Reader, p, key, key.Chain())
		},
		Verify:   ownCheckpoint(key),
		Position: n.position,
		Log:      log,
	})
	if n.err != nil {
		log.Error("the audit log", "err", n.err)
		return n
	}
	found := n.book.Notice()
	if found.Damage != nil {
		log.Error("the audit log was put aside and a new one begun", "err", found.Damage, "kept", found.Kept)
		n.add(audit.Entry{Kind: audit.Alarm, Outcome: "log-damaged"})
	}
	if found.Torn > 0 {
		log.Warn("audit: a power cut left a part of an entry", "bytes", found.Torn)
		n.add(audit.Entry{Kind: audit.Alarm, Outcome: "log-torn"})
	}
	return n
}

// ownCheckpoint takes what this very key has signed. Its certificate may have
// ended since.
func ownCheckpoint(key *sign.FileKey) func([]byte) (request.Checkpoint, error) {
	return func(b []byte) (request.Checkpoint, error) {
		own, err := x509.ParseCertificate(key.Chain()[0])
		if err != nil {
			return request.Checkpoint{}, err
		}
		return audit.VerifyOwn(b, own)
	}
}

// position is the queue's last envelope. A queue that has broken says no more; the
// log goes on with what it said last.
func (n *notary) position() (uint64, request.Digest, error) {
	stats, err := n.store.Stats(context.Background())
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil {
		n.last = stats
	}
	return n.last.Seq, n.last.Head, nil
}

// started notes with what the kiosk begins to work.
func (n *notary) started(c config.Config, anchors pki.Anchors) {
	told, err := json.Marshal(c)
	if err != nil {
		n.log.Error("audit", "err", err)
	}
	seq, head, _ := n.position()
	start := audit.Entry{Kind: audit.Start, Outcome: "version-" + version, Seq: seq}
	if seq > 0 {
		start.Digest = &head
	}
	n.add(start)
	n.add(audit.Entry{Kind: audit.Config, Detail: digest(told)})
	n.add(audit.Entry{Kind: audit.Trust, Detail: digest(trusted(anchors))})
	if n.book != nil {
		n.book.Sign() // the centre hears of every start
	}
}

// trusted is all that is trusted, as bytes.
func trusted(a pki.Anchors) []byte {
	var all []byte
	for _, c := range a.Certificates() {
		sum := sha256.Sum256(c.Raw)
		all = append(all, sum[:]...)
	}
	return all
}

func digest(b []byte) *request.Digest { return new(request.Digest(sha256.Sum256(b))) }

// add puts an entry into the log. One that must not be written is a fault of the
// program; it is told and left out.
func (n *notary) add(e audit.Entry) {
	if n.book == nil {
		return
	}
	if err := n.book.Add(e); err != nil && n.book.Err() == nil {
		n.log.Error("audit: an entry was left out", "kind", string(e.Kind), "err", err)
	}
}

// Note is that of session.Auditor.
func (n *notary) Note(s session.Note) {
	e := audit.Entry{
		Kind: audit.Kind(s.About), Visit: s.Visit, Service: s.Service, Outcome: s.Outcome, Code: string(s.Code),
		Access: s.Access, Level: s.Level, Reasons: s.Reasons, Lists: s.Lists,
	}
	if s.Detail != ([32]byte{}) {
		e.Detail = new(request.Digest(s.Detail))
	}
	n.add(e)
	alarming := s.About == session.AboutCase || s.About == session.AboutComparison && s.Outcome == "another-person"
	if alarming && n.book != nil {
		n.book.Sign() // it is durable at once, and the centre hears of it
	}
}

// sync waits until everything that was added is durable. It is done beside the
// queue's own sync, so that the person does not wait twice.
func (n *notary) sync(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if n.book == nil {
			return
		}
		if err := n.book.Sync(ctx); err != nil {
			n.log.Error("audit", "err", err)
		}
	}()
	return done
}

func (n *notary) receipt(r request.Receipt) {
	n.add(audit.Entry{Kind: audit.Receipted, Request: &r.ID, Seq: r.Seq, Outcome: string(r.Status), Code: string(r.Code)})
}

func (n *notary) result(r request.Result) {
	n.add(audit.Entry{Kind: audit.Resulted, Request: &r.ID, Service: r.Service, Outcome: string(r.Class)})
}

// Next and Held are those of uplink.Audit.
func (n *notary) Next(ctx context.Context) ([]byte, error) {
	if n.book == nil {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return n.book.Next(ctx)
}

// Held is told what the centre has.
func (n *notary) Held(size uint64, root request.Digest) bool {
	return n.book == nil || n.book.Held(size, root)
}

func (n *notary) fault() error {
	if n.book == nil {
		return n.err
	}
	return n.book.Err()
}

// How long a kiosk without an audit log shows so before the program ends to be
// started again, and from which step of the clock on that is noted.
const (
	noBookWait = 5 * time.Minute
	clockStep  = 5 * time.Second
)

// watch tells the session the log's state until ctx ends or the log is broken for
// good, and notes when somebody sets the clock.
func (n *notary) watch(ctx context.Context, s *session.Session) error {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	before := time.Now()
	for {
		if err := n.fault(); err != nil {
			s.SetAudit(err)
			wait := brokenWait
			if n.book == nil {
				wait = noBookWait
			}
			return outlive(ctx, wait, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-n.book.Watch():
		case <-tick.C:
		}
		now := time.Now()
		n.clock(now.Round(0).Sub(before.Round(0)) - now.Sub(before)) // the wall's time less the passed one
		before = now
	}
}

// clock notes a step of the machine's clock.
func (n *notary) clock(step time.Duration) {
	switch {
	case step >= clockStep:
		n.add(audit.Entry{Kind: audit.Clock, Outcome: "forward", Reasons: []string{step.Round(time.Second).String()}})
	case step <= -clockStep:
		n.add(audit.Entry{Kind: audit.Clock, Outcome: "back", Reasons: []string{(-step).Round(time.Second).String()}})
	}
}

func (n *notary) close() error {
	if n.book == nil {
		return nil
	}
	n.add(audit.Entry{Kind: audit.Stop})
	return n.book.Close()
}
