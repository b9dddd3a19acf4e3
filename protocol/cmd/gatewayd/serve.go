package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/simcentral"
)

// serve is the command without a name: it runs until ctx ends.
func serve(ctx context.Context, args []string, _, stderr io.Writer) error {
	flags := flag.NewFlagSet("gatewayd", flag.ContinueOnError)
	file := configFlag(flags)
	portFile := flags.String("port-file", "", "write the port the broker listens on to `file`")
	check := flags.Bool("check-config", false, "check the configuration and the files it names, and end")
	if err := parse(flags, args); err != nil {
		return err
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	m, err := loadMaterial(c, time.Now())
	if err != nil || *check {
		return err
	}
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	return runCentre(ctx, c, m, *portFile, log)
}

// runCentre opens the inbox, starts broker and worker, and stops them in turn.
func runCentre(ctx context.Context, c config, m material, portFile string, log *slog.Logger) (err error) {
	inbox, err := openInbox(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inbox.Close()) }()
	revoked := &gateway.Revoked{}
	figures := newFigures()
	g, err := newGateway(m, timed{inbox, figures.commit}, gateway.Limits(c.Limits), revoked)
	if err != nil {
		return err
	}
	b, err := startBroker(c, m, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stop()) }()
	conn, err := b.connect(log)
	if err != nil {
		return err
	}
	w, err := startWorker(g, conn, figures, log)
	if err != nil {
		conn.Close()
		return err
	}
	defer func() { err = errors.Join(err, w.stop()) }()
	list := &revocationFile{file: c.Fleet.Revocation, roots: m.roots, revoked: revoked, log: log}
	if err := list.load(time.Now()); err != nil {
		return err
	}
	b.door.revoked = revoked
	watched, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { list.watch(watched, w) })
	defer func() { stop(); watch.Wait() }()
	figures.asks("motcua_gateway_waiting_messages", "Messages that have come and not been taken up.", w.waiting)
	figures.asks("motcua_broker_devices", "Devices that are connected.", b.devices)
	silence, err := figures.serve(c.Metrics.Listen, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, silence()) }()
	b.admit()
	if err := writePort(portFile, b.port()); err != nil {
		return err
	}
	if m.trust.Len() == 0 {
		log.Warn("no authority is trusted: requests that need a card's proof are held", "hint", "set trust.csca or trust.bundle")
	}
	log.Info("ready", "address", b.address())
	<-ctx.Done()
	log.Info("stopping")
	return nil
}

// openInbox opens the inbox, and makes it when there is none.
func openInbox(ctx context.Context, c config) (*inboxsqlite.Store, error) {
	if err := os.MkdirAll(filepath.Dir(c.Inbox.File), 0o700); err != nil {
		return nil, fmt.Errorf("inbox.file: %w", err)
	}
	inbox, err := inboxsqlite.Open(ctx, c.Inbox.File)
	if err != nil {
		return nil, fmt.Errorf("inbox.file: %w", err)
	}
	return inbox, nil
}

func newGateway(m material, inbox gateway.Inbox, limits gateway.Limits, revoked *gateway.Revoked) (*gateway.Gateway, error) {
	signer, err := m.signer()
	if err != nil {
		return nil, err
	}
	return gateway.New(gateway.Config{
		Roots: m.roots, Service: m.service, Signer: signer, Chain: m.receipt.Certificate,
		Inbox: inbox, Services: simcentral.Services(m.insurer), Now: time.Now, Rand: rand.Reader, Trust: m.trust,
		Nonces: gateway.DefaultNonces(), Limits: limits, Revoked: revoked,
	})
}

// writePort writes the port for scripts, whole or not at all.
func writePort(file string, port int) error {
	if file == "" {
		return nil
	}
	next := file + ".next"
	if err := os.WriteFile(next, []byte(strconv.Itoa(port)+"\n"), 0o644); err != nil {
		return fmt.Errorf("writing the port: %w", err)
	}
	if err := os.Rename(next, file); err != nil {
		return fmt.Errorf("writing the port: %w", err)
	}
	return nil
}
