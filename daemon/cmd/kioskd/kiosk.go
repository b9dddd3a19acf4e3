package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"golang.org/x/sync/errgroup"

	"motcua/daemon/clock"
	"motcua/daemon/config"
	"motcua/daemon/devices"
	"motcua/daemon/duty"
	"motcua/daemon/habits"
	"motcua/daemon/leases"
	"motcua/daemon/localapi"
	"motcua/daemon/metrics"
	"motcua/daemon/outbox"
	"motcua/daemon/session"
	"motcua/daemon/sign"
	"motcua/daemon/trust"
	"motcua/daemon/uplink"
	"motcua/daemon/vaxsession"
	"motcua/drivers/pcsc"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/pki"
)

// kiosk is the program's parts, ready to run.
type kiosk struct {
	log     *slog.Logger
	socket  net.Listener
	store   *outbox.Store
	link    *uplink.Uplink
	session *session.Session
	devices *devices.Devices
	figures *metrics.Kiosk
	notary  *notary
	duty    *duty.Book // nil without a roster
	numbers *leases.Pool
}

// open makes the parts in the order of what must be there. What it has opened is
// closed again when it fails.
func open(ctx context.Context, c config.Config, have devices.Drivers, log *slog.Logger) (_ *kiosk, err error) {
	key, err := loadKey(c)
	if err != nil {
		return nil, err
	}
	far, err := loadCentre(c.Centre)
	if err != nil {
		return nil, err
	}
	k := &kiosk{log: log, figures: metrics.New(version)}
	defer func() {
		if err != nil {
			err = errors.Join(err, k.close())
		}
	}()
	if err = os.MkdirAll(filepath.Dir(c.Local.Socket), 0o750); err != nil {
		return nil, err
	}
	if k.socket, err = localapi.Listen(c.Local.Socket); err != nil {
		return nil, err
	}
	if k.store, err = openQueue(ctx, c.Queue, k.figures, log); err != nil {
		return nil, err
	}
	k.notary = openAudit(c, key, k.store, log)
	m := openMemory(c.Queue.File, c.Tickets, clock.System(), log)
	k.numbers = m.leases
	p, err := openDocuments(c, far, log)
	if err != nil {
		return nil, err
	}
	anchors, weak := loadTrust(c.Trust, time.Now(), log)
	k.notary.started(c, anchors)
	slips, fingers := &paper{}, &hand{}
	if k.duty, err = openDuty(c, k.notary, log); err != nil {
		return nil, err
	}
	p.roster = openRoster(c, k.duty, log)
	k.session = session.New(session.Config{
		Device:    device(c.Device, key),
		Services:  c.Services.Offered,
		Readers:   pcsc.New(),
		UseReader: matching(c.Reader.Match),
		Read:      emrtd.Read,
		Habits:    habits.Open(c.Reader.Habits, log),
		Anchors:   anchors,
		Queue:     queue{k.store, k.notary},
		Service:   far.service,
		Nonces:    m.nonces,
		Numbers:   numbers{m.leases},
		Clock:     m.clock,
		Meter:     k.figures,
		Audit:     k.notary,
		Fingers:   fingers.configured(c.Devices),
		Token:     openToken(c.Signing, log),
		Printer:   slips.configured(c.Devices),
		Seal:      openSeal(c.Queue.File+".case", log),
		Duty:      onDuty(k.duty),
		Vaccines:  vaccines{vaxsession.Open(c.Queue.File+".vaccination", m.clock.Centre, log)},
		Verify:    p.vaccine.verify(m.clock.Centre),
		Version:   version,
		Times:     session.Times{Idle: c.Visit.Idle, End: c.Visit.End, AnswerWait: c.Visit.AnswerWait},
		Parts:     weak,
		Documents: p.states(m.clock.Centre),
	}, log)
	if k.devices, err = newDevices(c.Devices, have, k.session, k.figures, log); err != nil {
		return nil, err
	}
	slips.devices, fingers.devices = k.devices, k.devices
	p.watch(key.Chain(), k.session.SetIdentity, log)
	k.link = newLink(linkConfig(c, key, far, m, p, k.notary), k.store, hearers{k.session, k.figures, k.notary}, log)
	k.figures.Watch(k.sources(m, p))
	return k, nil
}

// run serves until ctx ends or a part fails.
func (k *kiosk) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return k.session.Run(ctx) })
	g.Go(func() error { return localapi.Serve(ctx, k.socket, k.session, k.figures, k.log) })
	g.Go(func() error { return watchQueue(ctx, k.store, k.session) })
	g.Go(func() error { return watchNumbers(ctx, k.numbers, k.session) })
	g.Go(func() error { return k.deliver(ctx) })
	g.Go(func() error { return k.notary.watch(ctx, k.session) })
	g.Go(func() error { return k.devices.Run(ctx) })
	if k.duty != nil {
		g.Go(func() error { return k.duty.Run(ctx) })
	}
	k.log.Info("ready", "version", version)
	if err := notify("READY=1"); err != nil {
		k.log.Warn("telling the service manager", "err", err)
	}
	err := g.Wait()
	_ = notify("STOPPING=1") // it sees the end of the process as well
	return err
}

// deliver runs the link. When the queue breaks under it, the screen has time to
// say so.
func (k *kiosk) deliver(ctx context.Context) error {
	err := k.link.Run(ctx)
	if err != nil && k.store.Err() != nil {
		return outlive(ctx, brokenWait, err)
	}
	return err
}

func (k *kiosk) close() error {
	var errs []error
	if k.socket != nil {
		errs = append(errs, k.socket.Close())
	}
	if k.notary != nil { // it asks the queue for its end
		errs = append(errs, k.notary.close())
	}
	if k.store != nil {
		errs = append(errs, k.store.Close())
	}
	return errors.Join(errs...)
}

func device(c config.Device, key *sign.FileKey) session.Device {
	return session.Device{
		ID: c.ID, Facility: c.Facility, Province: c.Province, FacilityName: c.FacilityName, Demo: c.Demo,
		Signer: key, Chain: key.Chain(), Protection: key.Protection(),
	}
}

// loadTrust never stops the kiosk: cards then come out as integrity-only.
func loadTrust(c config.Trust, now time.Time, log *slog.Logger) (pki.Anchors, []session.PartFault) {
	s, err := openTrust(c, now)
	for _, skipped := range s.Skipped {
		log.Warn("trust: left out", "err", skipped)
	}
	for _, aged := range s.Aged(now) {
		log.Warn("trust: out of date", "what", aged)
	}
	if err != nil {
		log.Warn("trust", "code", fault.CodeOf(err), "err", err, "do", fault.Lookup(fault.NoTrust).Action)
		return s.Anchors, []session.PartFault{{Part: "trust", Code: fault.CodeOf(err)}}
	}
	return s.Anchors, []session.PartFault{{Part: "trust"}}
}

// openTrust reads the folder or the bundle.
func openTrust(c config.Trust, now time.Time) (trust.Store, error) {
	if c.Bundle != "" {
		return trust.LoadBundle(bundleOf(c), now)
	}
	return trust.Load(c.CSCA)
}

func bundleOf(c config.Trust) trust.Bundle {
	return trust.Bundle{File: c.Bundle, Key: c.Key, Keep: c.Keep}
}

// matching tells which readers are ours; the configuration has been validated.
func matching(pattern string) func(string) bool {
	if pattern == "" {
		return nil
	}
	return regexp.MustCompile(pattern).MatchString
}
