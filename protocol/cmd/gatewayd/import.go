package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/handover"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// errUnanswered means that some requests of a folder got no receipt.
var errUnanswered = errors.New("some requests got no receipt")

// importFolder is the command import: it takes requests and an audit log that were
// carried here by hand the same way as those that came over the network, and puts
// the receipts into the folder. It works beside a gatewayd that runs, and may be
// repeated.
func importFolder(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("gatewayd import", flag.ContinueOnError)
	file := configFlag(flags)
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return &usageError{err, true}
	}
	if flags.NArg() != 1 {
		return &usageError{errors.New("name one folder to import"), true}
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	m, err := loadMaterial(c, time.Now())
	if err != nil {
		return err
	}
	i := importer{material: m, dir: flags.Arg(0), stdout: stdout, stderr: stderr, counts: map[string]int{}}
	return i.run(ctx, c)
}

// importer is one folder on its way into the inbox.
type importer struct {
	material       material
	gateway        *gateway.Gateway
	dir            string
	stdout, stderr io.Writer
	counts         map[string]int // by status
	failed         int
}

func (i *importer) run(ctx context.Context, c config) (err error) {
	store, err := openInbox(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	revoked := &envelope.Revoked{}
	list := revocationFile{file: c.Fleet.Revocation, roots: i.material.roots, revoked: revoked, log: slog.New(slog.DiscardHandler)}
	if err := list.load(); err != nil {
		return err
	}
	officers := &gateway.Officers{}
	if _, err := openRoster(c.Duty, officers, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	services, err := i.material.services(store, officers, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if i.gateway, err = newGateway(i.material, store, gateway.Limits{}, services, believed{gateway.NewTrusted(i.material.trust.anchors), revoked, officers}, c.Anomaly); err != nil {
		return err
	}
	folder := os.DirFS(i.dir)
	index := i.index(folder)
	requests, log := i.requests(ctx, folder), i.audit(ctx, folder, index.Audit)
	switch {
	case errors.Is(log, handover.ErrNothing):
		return requests
	case errors.Is(requests, handover.ErrNothing) && len(index.Items) == 0: // the audit log alone
		return log
	}
	return errors.Join(requests, log)
}

// requests takes the requests of the folder. What is wrong with one does not keep
// the others from their receipts.
func (i *importer) requests(ctx context.Context, folder fs.FS) error {
	for it, err := range handover.Requests(folder) {
		if it.Seq == 0 {
			return fmt.Errorf("reading the requests: %w", err)
		}
		if err == nil {
			err = i.take(ctx, it)
		}
		if err != nil {
			i.failed++
			fmt.Fprintf(i.stderr, "gatewayd: request %d: %v\n", it.Seq, err)
		}
	}
	return i.report()
}

// index tells whether the folder is what the device put into it. What is there is
// taken all the same: it proves itself.
func (i *importer) index(folder fs.FS) request.Export {
	index, missing, err := handover.Missing(folder, i.material.roots, time.Now())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		fmt.Fprintln(i.stdout, "no index: whether the folder is complete cannot be told")
	case err != nil:
		fmt.Fprintf(i.stdout, "the index is false: %v\n", err)
	case len(missing) > 0:
		fmt.Fprintf(i.stdout, "%s listed %d requests, %d are missing or not the same; the first is %d\n", index.Device, len(index.Items), len(missing), missing[0])
	case len(index.Items) > 0 || index.Audit == nil:
		fmt.Fprintf(i.stdout, "%s listed %d requests, all are here\n", index.Device, len(index.Items))
	}
	return index
}

// take hands a request to the gateway. Who sent it is what its signature says:
// there is no broker that would know better.
func (i *importer) take(ctx context.Context, it handover.Item) error {
	opened, err := envelope.Verify(it.Bytes, i.material.roots, time.Now())
	if err != nil {
		return err
	}
	o := opened.Outer
	ctx, cancel := context.WithTimeout(ctx, processWithin)
	defer cancel()
	reply, err := i.gateway.Process(ctx, wire.Branch{Province: o.Province, Facility: o.Facility, Device: o.Device}, it.Bytes)
	if err != nil {
		return err
	}
	if reply.Seq != it.Seq {
		return fmt.Errorf("the file is named %d, the request in it has number %d", it.Seq, reply.Seq)
	}
	if err := os.MkdirAll(filepath.Join(i.dir, handover.ReceiptsDir), 0o700); err != nil {
		return err
	}
	if err := writeWhole(filepath.Join(i.dir, filepath.FromSlash(handover.ReceiptName(reply.Seq))), reply.Receipt, 0o600); err != nil {
		return err
	}
	i.counts[string(reply.Status)]++
	return nil
}

func (i *importer) report() error {
	for _, status := range []string{"accepted", "duplicate", "held", "refused", "expired"} {
		if n := i.counts[status]; n > 0 {
			fmt.Fprintf(i.stdout, "%s %d\n", status, n)
		}
	}
	if i.failed > 0 {
		return fmt.Errorf("%w: %d", errUnanswered, i.failed)
	}
	return nil
}
