package drivertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"motcua/drivers"
)

// codeFaulty lets a fault befall what a reader says: while it is probed, from the
// first word of a Scan on, and while it waits for a code.
func codeFaulty(t *testing.T, b *codeBench, f CodeFault) {
	f.Inject()
	_, err := b.reader.Probe(t.Context())
	b.tolerates(t, "probing", f, err)
	b.recovers(t, f)

	if b.Triggered {
		f.Inject()
		b.Show(qr("from the first word on"))
		b.faulty(t, f, b.scan(b.aWhile(t)), qr("from the first word on"))
		b.recovers(t, f)
	}

	done := b.scan(b.aWhile(t))
	b.waiting(t, done)
	f.Inject()
	b.Show(qr("while it waits"))
	b.faulty(t, f, done, qr("while it waits"))
	b.recovers(t, f)
}

// aWhile ends a Scan whose code was lost.
func (b *codeBench) aWhile(t *testing.T) context.Context {
	long := 2 * time.Second
	if b.Patient {
		long = time.Minute
	}
	ctx, cancel := context.WithTimeout(t.Context(), long)
	t.Cleanup(cancel)
	return ctx
}

func (b *codeBench) faulty(t *testing.T, f CodeFault, done <-chan scanned, want drivers.Scan) {
	t.Helper()
	s := b.take(t, f.Name, done)
	if s.err != nil {
		b.tolerates(t, "scanning", f, s.err)
		return
	}
	if !f.Wrong {
		b.equal(t, s.scan, want)
	}
}

// tolerates checks that a fault is told as one.
func (b *codeBench) tolerates(t *testing.T, what string, f CodeFault, err error) {
	t.Helper()
	switch {
	case err == nil:
	case f.Harmless:
		t.Errorf("%s: %v, want it unharmed", what, err)
	case f.Gone && errors.Is(err, drivers.ErrDeviceGone):
	case errors.Is(err, drivers.ErrNoAnswer), errors.Is(err, drivers.ErrProtocol), errors.Is(err, context.DeadlineExceeded):
	default:
		t.Errorf("%s: %v, which is none of what a fault may cause", what, err)
	}
}

// recovers ends a fault and checks that the reader works as if it had never been.
func (b *codeBench) recovers(t *testing.T, f CodeFault) {
	t.Helper()
	b.Away()
	if f.Release != nil {
		f.Release()
	}
	if f.Gone {
		_ = b.reader.Close()
		b.Plug()
		b.open(t)
	}
	b.settle(t)
	b.reads(t, qr("after "+f.Name))
}
