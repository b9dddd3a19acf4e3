package uplink

import (
	"context"
	"errors"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"

	"motcua/protocol/wire"
)

// Documents takes what the centre signs for everybody and a broker keeps;
// daemon/documents.
type Documents interface {
	// Wanted are the documents to ask for.
	Wanted() []wire.Document
	// Take checks one and keeps it. Its error says why it does not count.
	Take(from wire.Document, b []byte) error
}

// Times of asking for documents. A broker gives what it keeps with each
// subscription, if it has read that back by then; and may drop what it sends to a
// connection that stands.
const (
	documentsSoon  = 20 * time.Second // asked again when none has come, with full jitter above half of it
	documentsEvery = 6 * time.Hour    // and whenever that has passed, likewise
	// readWait is how long a connection that is for reading alone waits for a document.
	readWait = 10 * time.Second
)

// documents asks for documents and takes them, for as long as the connection
// stands. A broker that has none ends no connection: requests still have to go.
func (u *Uplink) documents(ctx context.Context, l *link) error {
	if u.cfg.Documents == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	ask := time.NewTimer(0)
	defer ask.Stop()
	for asked, came := 0, false; ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case p := <-l.papers:
			came = true
			u.take(p)
		case <-ask.C:
			if asked != 1 || !came {
				if err := u.ask(ctx, l, u.cfg.Documents.Wanted()); errors.Is(err, errLost) || ctx.Err() != nil {
					return err
				}
			}
			wait := documentsEvery
			if asked == 0 {
				wait = documentsSoon
			}
			asked++
			ask.Reset(spread(wait/2, wait, u.cfg.Jitter()))
		}
	}
}

// ask subscribes to documents, whether or not it has before.
func (u *Uplink) ask(ctx context.Context, l *link, wanted []wire.Document) error {
	filters := map[string]byte{}
	for _, d := range wanted {
		filters[d.Topic()] = wire.QoSDocument
	}
	err := l.subscribe(ctx, filters, l.file)
	if err != nil {
		u.log.Debug("documents", "err", err)
	}
	return err
}

// file takes a document from the library, in the library's goroutine.
func (l *link) file(_ mqtt.Client, m mqtt.Message) {
	from, err := wire.ParseDocument(m.Topic())
	if err != nil || len(m.Payload()) > wire.MaxDocument {
		return
	}
	select {
	case l.papers <- paper{from, m.Payload()}:
	default: // it is asked for again
		l.dropped()
	}
}

// take hands a document on.
func (u *Uplink) take(p paper) {
	if err := u.cfg.Documents.Take(p.from, p.payload); err != nil {
		u.count(func(c *Counts) *uint64 { return &c.BadDocuments })
		u.complain(time.Now(), "a document is false or old, it does not count", err)
		return
	}
	u.count(func(c *Counts) *uint64 { return &c.Documents })
}

// refuses reports whether a broker has said that it does not let this device in.
func refuses(err error) bool {
	return errors.Is(err, packets.ErrorRefusedNotAuthorised) || errors.Is(err, packets.ErrorRefusedBadUsernameOrPassword)
}

// readOnly asks for documents by a connection that is good for nothing else: a
// device that is not let in any more is told why by what the centre has signed, and
// not by its broker.
func (u *Uplink) readOnly(ctx context.Context, p path, limit time.Duration) {
	wanted := u.readable()
	if len(wanted) == 0 {
		return
	}
	l, err := u.connect(ctx, wire.ReadingID(u.cfg.Branch.Device), p, limit)
	if err != nil {
		u.log.Debug("reading documents", "way", p.String(), "err", err)
		return
	}
	defer l.close()
	if u.ask(ctx, l, wanted) != nil {
		return
	}
	late := time.NewTimer(readWait)
	defer late.Stop()
	select {
	case p := <-l.papers:
		u.take(p)
	case <-l.lost:
	case <-late.C:
	case <-ctx.Done():
	}
}

// readable are the wanted documents that may be read without being let in.
func (u *Uplink) readable() (some []wire.Document) {
	if u.cfg.Documents == nil {
		return nil
	}
	for _, d := range u.cfg.Documents.Wanted() {
		if wire.Reading().MaySubscribe(d.Topic()) {
			some = append(some, d)
		}
	}
	return some
}
