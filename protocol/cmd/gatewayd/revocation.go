package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/wire"
)

// revocationEvery is how soon a change of the list is noticed.
const revocationEvery = 2 * time.Second

// revocationFile is the signed list of certificates that count no more.
type revocationFile struct {
	file    string // "": there is none
	roots   *x509.CertPool
	revoked *gateway.Revoked
	receipt *x509.Certificate // of this gateway; nil for a node
	log     *slog.Logger

	number uint64
	raw    []byte
}

// load reads the list when it has changed. A list that is not there revokes
// nobody; one that is broken, or older than the last, changes nothing.
func (f *revocationFile) load() error {
	if f.file == "" {
		return nil
	}
	raw, err := os.ReadFile(f.file)
	if errors.Is(err, fs.ErrNotExist) && f.number == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("fleet.revocation: %w", err)
	}
	if bytes.Equal(raw, f.raw) {
		return nil
	}
	list, err := envelope.VerifyKeptRevocation(raw, f.roots)
	if err != nil {
		return fmt.Errorf("fleet.revocation: %q: %w", f.file, err)
	}
	if list.Number < f.number {
		return fmt.Errorf("fleet.revocation: %q: list %d is older than list %d", f.file, list.Number, f.number)
	}
	f.revoked.Set(list)
	f.number, f.raw = list.Number, raw
	if f.receipt != nil && f.revoked.Has(f.receipt) {
		f.log.Error("the receipt certificate was revoked, kiosks take no receipt of this gateway", "do", "put another one into receipt.certificate")
	}
	return nil
}

// watch notices changes, and gives the list out when it has changed and after
// devices have said hello, until ctx ends.
func (f *revocationFile) watch(ctx context.Context, w *worker) {
	if f.file == "" {
		return
	}
	tick := time.NewTicker(revocationEvery)
	defer tick.Stop()
	for given := uint64(0); ; {
		if err := f.load(); err != nil {
			f.log.Error("the revocation list counts as it was", "fault", err.Error())
		}
		if f.number != given {
			f.log.Info("revocation", "number", f.number)
		}
		if greeted := w.greeted.Swap(false); f.number > 0 && (greeted || f.number != given) {
			w.document(f.raw)
		}
		given = f.number
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// document gives the list to all that are connected. The broker keeps nothing for
// those that come later: they say hello, and get it then.
func (w *worker) document(b []byte) {
	if len(b) > wire.MaxPayload {
		w.log.Error("the revocation list is too large for the broker; devices do not get it", "bytes", len(b))
		return
	}
	w.publish(wire.DocRevocation, b)
}
