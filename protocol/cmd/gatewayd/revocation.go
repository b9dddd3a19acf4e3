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

	"motcua/protocol/envelope"
	"motcua/protocol/wire"
)

// revocationFile is the signed list of certificates that count no more.
type revocationFile struct {
	file    string // "": there is none
	roots   *x509.CertPool
	revoked *envelope.Revoked
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
	f.log.Info("revocation", "number", list.Number, "holds", list.Len())
	if f.receipt != nil && f.revoked.Has(f.receipt) {
		f.log.Error("the receipt certificate was revoked, kiosks take no receipt of this gateway", "do", "put another one into receipt.certificate")
	}
	return nil
}

// reload loads the list, and reports whether it has changed.
func (f *revocationFile) reload() (changed bool) {
	before := f.number
	if err := f.load(); err != nil {
		f.log.Error("the revocation list counts as it was", "fault", err.Error())
	}
	return f.number != before
}

// newer tells whether stored is a newer list than this one.
func (f *revocationFile) newer(stored []byte) bool {
	list, err := envelope.VerifyKeptRevocation(stored, f.roots)
	return err == nil && list.Number > f.number
}

// signed is the list as it was signed; nil while there is none.
func (f *revocationFile) signed() []byte { return f.raw }

// watch notices changes and brings the list to the devices until ctx ends. evict
// ends connections that the list allows no more.
func (f *revocationFile) watch(ctx context.Context, w *worker, evict func()) error {
	if f.file == "" {
		return nil
	}
	return w.distribute(ctx, wire.Document{Scope: wire.ScopeAll, Name: wire.DocRevocation}, f, evict)
}
