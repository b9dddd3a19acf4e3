package main

import (
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"motcua/daemon/config"
	"motcua/daemon/outbox"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
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
	text, err := os.ReadFile(c.Centre.Receipt)
	if err != nil {
		return t, fmt.Errorf("the centre's receipt certificate: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return t, fmt.Errorf("the centre's receipt certificate: no certificate in %s", c.Centre.Receipt)
	}
	if _, err := os.Stat(c.Queue.File); err != nil {
		return t, fmt.Errorf("the queue: %w", err)
	}
	q, err := outbox.Open(ctx, c.Queue.File, outbox.Options{MaxItems: c.Queue.MaxItems, ReserveBytes: c.Queue.ReserveBytes, Now: s.now})
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, q.Close()) }()
	return handover.TakeReceipts(ctx, q, os.DirFS(dir), c.Device.ID, func(b []byte) (request.Receipt, error) {
		return envelope.VerifyReceipt(b, pool, s.now())
	})
}
