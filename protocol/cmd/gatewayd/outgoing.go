package main

import (
	"context"
	"errors"
	"time"

	"motcua/protocol/wire"
)

const (
	// papersEvery is how soon it is noticed that a document's file has changed.
	papersEvery = 2 * time.Second
	// keptEvery is how soon it is noticed that a broker has lost what it kept.
	keptEvery = 10 * time.Second
	keepTime  = 5 * time.Second // for one look at the broker
)

// outgoing is a document on its way to all devices: to those that are connected at
// once, and to those that come later by what the broker keeps.
type outgoing struct {
	shelf    shelf
	worker   *worker
	document wire.Document

	kept   bool
	looked time.Time // when kept was true for the last time
	failed bool      // it was logged that keeping fails
	tell   int       // how often more it is told to those that are connected
}

// changed says that there is another document from now on.
func (o *outgoing) changed() { o.kept, o.tell = false, 1 }

// bring does what is to be done now. It is called again and again.
func (o *outgoing) bring(ctx context.Context, b []byte, newer func(stored []byte) bool) {
	ctx, cancel := context.WithTimeout(ctx, keepTime)
	defer cancel()
	err := o.keep(ctx, b, newer)
	switch {
	case errors.Is(err, errNewer):
		o.tell = 0
		o.worker.log.Error("devices have a newer document than this gateway: put the newest into its file", "document", o.document.Name)
	case err != nil && !o.failed && !errors.Is(err, context.Canceled):
		o.worker.log.Warn("devices that connect later do not get a document", "document", o.document.Name, "fault", err.Error())
	}
	o.failed = err != nil
	if o.tell > 0 {
		o.worker.publish(o.document.Topic(), b)
		o.tell--
		if err := o.worker.conn.FlushWithContext(ctx); err != nil { // it is told before anybody is sent away
			o.worker.log.Warn("not published", "topic", o.document.Topic(), "fault", err.Error())
		}
	}
}

// keep lets the broker keep the document, unless it does. Between the storing and
// the broker's own noticing a device may subscribe and get nothing: it is told
// another time.
func (o *outgoing) keep(ctx context.Context, b []byte, newer func(stored []byte) bool) error {
	now := time.Now()
	if o.kept && now.Sub(o.looked) < keptEvery {
		return nil
	}
	if o.kept {
		var err error
		if o.kept, err = o.shelf.has(ctx, o.document); err != nil || o.kept {
			o.looked = now
			return err
		}
		o.worker.log.Warn("the broker has lost a document", "document", o.document.Name)
	}
	stored, err := o.shelf.keep(ctx, o.document, b, newer)
	if errors.Is(err, errNoStream) {
		return nil
	}
	o.kept, o.looked = err == nil || errors.Is(err, errNewer), now
	if stored {
		o.tell = 2
		o.worker.log.Info("kept", "document", o.document.Name, "bytes", len(b))
	}
	return err
}

// paper is the file of a document that is brought to all devices.
type paper interface {
	// reload reads the file, and reports whether there is another document now.
	reload() (changed bool)
	signed() []byte // nil while there is none
	// newer tells whether what a broker has stored is newer.
	newer(stored []byte) bool
}

// distribute brings a document to the devices until ctx ends. changed is called
// after each change, when those that are connected have been told.
func (w *worker) distribute(ctx context.Context, place wire.Document, p paper, changed func()) error {
	s, err := newShelf(w.conn)
	if err != nil {
		return err
	}
	out := outgoing{shelf: s, worker: w, document: place}
	tick := time.NewTicker(papersEvery)
	defer tick.Stop()
	for another := p.signed() != nil; ; another = p.reload() {
		if another {
			out.changed()
		}
		if b := p.signed(); b != nil {
			out.bring(ctx, b, p.newer)
		}
		if another {
			changed()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
