package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// revocationEvery is how soon a change of the list is noticed.
const revocationEvery = 2 * time.Second

// revocationFile is the signed list of device certificates that count no more.
type revocationFile struct {
	file    string // "": there is none
	roots   *x509.CertPool
	revoked *gateway.Revoked
	log     *slog.Logger

	number uint64
	raw    []byte
}

// load reads the list when it has changed. A list that is not there revokes
// nobody; one that is broken, or older than the last, changes nothing.
func (f *revocationFile) load(now time.Time) error {
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
	list, err := envelope.VerifyRevocation(raw, f.roots, now)
	if err != nil {
		return fmt.Errorf("fleet.revocation: %q: %w", f.file, err)
	}
	if list.Number < f.number {
		return fmt.Errorf("fleet.revocation: %q: list %d is older than list %d", f.file, list.Number, f.number)
	}
	f.revoked.Set(list)
	f.number, f.raw = list.Number, raw
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
		if err := f.load(time.Now()); err != nil {
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

// revoke adds a certificate to the list in a file and signs it anew.
func revoke(file string, m material, certificate *x509.Certificate, reason string, now time.Time) (request.Revocation, error) {
	list := request.Revocation{V: request.Version, Type: request.TypeRevocation}
	raw, err := os.ReadFile(file)
	if err == nil {
		list, err = envelope.VerifyRevocation(raw, m.roots, now)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return list, fmt.Errorf("fleet.revocation: %q: %w", file, err)
	}
	list.Number++
	list.At = now.UnixMilli()
	list.Revoked = addRevoked(list.Revoked, certificate, reason, now)
	signer, err := m.signer()
	if err != nil {
		return list, err
	}
	b, err := envelope.SignRevocation(rand.Reader, list, signer, m.receipt.Certificate)
	if err != nil {
		return list, err
	}
	return list, writeWhole(file, b)
}
