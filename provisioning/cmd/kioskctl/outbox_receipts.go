package main

import (
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"

	"motcua/daemon/config"
	"motcua/daemon/outbox"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/wire"
	"motcua/provisioning/handover"
)

func usageOutboxReceipts(w io.Writer) {
	fmt.Fprint(w, `usage: kioskctl outbox import-receipts DIR [flags]

Takes the receipts that the centre has put into a folder and settles the requests
that they are for. Each is verified as one that came over the network. kioskd has to
be stopped: the queue has one owner at a time.

flags:
  --config FILE  kioskd's configuration; /etc/kioskd/kioskd.toml if not given

exit code:
  0  all receipts were taken
  1  some are false, or the queue was not opened
  2  wrong command line
`)
}

func runOutboxReceipts(ctx context.Context, args []string, s surroundings) int {
	f := flag.NewFlagSet("outbox import-receipts", flag.ContinueOnError)
	file := f.String("config", defaultConfig, "")
	dir, code, done := operand(f, args, s, "the folder with the receipts", usageOutboxReceipts)
	if done {
		return code
	}
	t, err := takeReceipts(ctx, *file, dir, s)
	if err != nil {
		return queueFailed(s, err)
	}
	fmt.Fprintf(s.stdout, "%d requests settled, %d were before\n", t.Settled, t.Repeated)
	if t.Unknown > 0 {
		fmt.Fprintf(s.stdout, "%d receipts are for requests that this queue does not hold\n", t.Unknown)
	}
	if t.False > 0 {
		fmt.Fprintf(s.stderr, "kioskctl: %d receipts are false and settle nothing; the first: %v\n", t.False, t.Why)
		return exitInternal
	}
	return exitOK
}

func takeReceipts(ctx context.Context, file, dir string, s surroundings) (t handover.Taken, err error) {
	c, err := config.Load(file)
	if err != nil {
		return t, err
	}
	centre, err := loadCentre(c)
	if err != nil {
		return t, err
	}
	if _, err := os.Stat(c.Queue.File); err != nil {
		return t, fmt.Errorf("the queue: %w", err)
	}
	q, err := outbox.Open(ctx, c.Queue.File, outbox.Options{MaxItems: c.Queue.MaxItems, MaxBytes: c.Queue.MaxBytes, ReserveBytes: c.Queue.ReserveBytes, Now: s.now})
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, q.Close()) }()
	return handover.TakeReceipts(ctx, q, os.DirFS(dir), c.Device.ID, func(b []byte) (request.Receipt, error) {
		return centre.Receipt(b, s.now())
	})
}

// loadCentre gives who verifies what the centre signs, with the list of revoked
// certificates that the kiosk has.
func loadCentre(c config.Config) (*envelope.Centre, error) {
	receipts, err := loadPool("receipt certificate", c.Centre.Receipt)
	if err != nil {
		return nil, err
	}
	documents, err := loadPool("certificate for documents", c.Centre.Document)
	if err != nil {
		return nil, err
	}
	var revoked envelope.Revoked
	list, err := os.ReadFile(c.Queue.Document(wire.DocRevocation))
	switch {
	case err == nil:
		kept, err := envelope.VerifyKeptRevocation(list, documents)
		if err != nil {
			return nil, fmt.Errorf("the list of revoked certificates: %w; start kioskd with a connection, which brings another one", err)
		}
		revoked.Set(kept)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the list of revoked certificates: %w", err)
	}
	return envelope.NewCentre(receipts, documents, revoked.HasName), nil
}

func loadPool(what, file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the centre's %s: %w", what, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("the centre's %s: no certificate in %s", what, file)
	}
	return pool, nil
}
