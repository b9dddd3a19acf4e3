package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"motcua/protocol/anomaly"
	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
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
	switch c.mode() {
	case modeNode:
		return runNode(ctx, c, m, *portFile, log)
	case modeWorker:
		return runWorker(ctx, c, m, log)
	}
	return runCentre(ctx, c, m, *portFile, log)
}

// runCentre opens the inbox, starts broker and gateway, and stops them in turn.
func runCentre(ctx context.Context, c config, m material, portFile string, log *slog.Logger) (err error) {
	inbox, err := openInbox(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inbox.Close()) }()
	b, err := startBroker(c, m, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stop()) }()
	conn, err := b.connect(log)
	if err != nil {
		return err
	}
	stop, err := runGateway(ctx, c, m, inbox, conn, b, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	b.admit()
	if err := writePort(portFile, b.port()); err != nil {
		return err
	}
	log.Info("ready", "address", b.address())
	<-ctx.Done()
	log.Info("stopping")
	return nil
}

// runGateway takes what comes over conn, which is its own from now on, until stop
// is called. The broker is nil for a worker.
func runGateway(ctx context.Context, c config, m material, inbox gateway.Inbox, conn *nats.Conn, b *broker, log *slog.Logger) (stop func() error, err error) {
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	figures, revoked, evict := newFigures(), &envelope.Revoked{}, func() {}
	if b != nil {
		revoked, evict = b.door.revoked, b.evict
		figures.asks("motcua_broker_devices", "Devices that are connected.", b.devices)
	}
	list := &revocationFile{file: c.Fleet.Revocation, roots: m.roots, revoked: revoked, receipt: m.receipt.Leaf, log: log}
	if err := list.load(); err != nil {
		return nil, err
	}
	vaccination, err := openVaccination(c.Vaccination, log)
	if err != nil {
		return nil, err
	}
	trusted := newAuthorities(c.Trust, m.trust, log)
	officers := &gateway.Officers{}
	onDuty, err := openRoster(c.Duty, officers, log)
	if err != nil {
		return nil, err
	}
	var w *worker
	raise := func(ctx context.Context, a gateway.Alarm) {
		w.alarm(a)
		if err := inbox.Update(ctx, func(tx gateway.Tx) error { return tx.Raise(a) }); err != nil {
			log.Error("an alarm is not stored", "fault", err.Error())
		}
	}
	services, err := m.services(inbox, officers, raise, log)
	if err != nil {
		return nil, err
	}
	g, err := newGateway(m, timed{inbox, figures.commit}, gateway.Limits(c.Limits), services, believed{trusted.trusted, revoked, officers}, c.Anomaly)
	if err != nil {
		return nil, err
	}
	if w, err = startWorker(g, conn, figures, log); err != nil {
		return nil, err
	}
	if m.trust.anchors.Len() == 0 {
		log.Warn("no authority is trusted: requests that need a card's proof are held", "hint", "set trust.csca or trust.bundle")
	}
	trusted.raise = raise
	trusted.figures(figures)
	figures.asks("motcua_gateway_held", "Requests that wait for a person, 1000 at most; -1 when the inbox does not say.", waitForPeople(inbox))
	figures.asks("motcua_gateway_waiting_messages", "Messages that have come and not been taken up.", w.waiting)
	if m.agencies != nil {
		(&dossierFigures{inbox: inbox, calendar: m.agencies.calendar}).tell(figures)
	}
	silence, err := figures.serve(c.Metrics.Listen, log)
	if err != nil {
		return nil, errors.Join(err, w.stop())
	}
	ctx, cancel := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() {
		if err := list.watch(ctx, w, evict); err != nil {
			log.Error("devices hear of no revocation", "fault", err.Error())
		}
	})
	lists := vaccination
	if onDuty != nil {
		lists = append(lists, onDuty)
	}
	for _, l := range lists {
		beside.Go(func() {
			if err := l.watch(ctx, w); err != nil {
				log.Error("devices hear of no list", "document", l.document.Name, "fault", err.Error())
			}
		})
	}
	beside.Go(func() { trusted.watch(ctx) })
	for range laterMost {
		beside.Go(func() { w.later(ctx) })
		beside.Go(func() { forget(ctx, g, c.Inbox.KeepDays, log) })
	}
	if c.Events.Enabled {
		beside.Go(func() {
			if err := publishEvents(ctx, c.Events, inbox, conn, log); err != nil {
				log.Error("no events leave", "fault", err.Error())
			}
		})
	}
	return func() error {
		cancel()
		beside.Wait()
		return errors.Join(silence(), w.stop())
	}, nil
}

// believed is what counts of cards, certificates and officers, and may change while
// the gateway runs.
type believed struct {
	trust    *gateway.Trusted
	revoked  *envelope.Revoked
	officers *gateway.Officers
}

func newGateway(m material, inbox gateway.Inbox, limits gateway.Limits, services map[string]gateway.Service, b believed, rules anomaly.Policy) (*gateway.Gateway, error) {
	signer, err := m.signer()
	if err != nil {
		return nil, err
	}
	if services[catalogue.DossierStatus] == nil {
		services[catalogue.DossierStatus] = gateway.Slips{}
	}
	return gateway.New(gateway.Config{
		Roots: m.roots, Service: m.service, Signer: signer, Chain: m.receipt.Certificate,
		Inbox: inbox, Services: services, Now: time.Now, Rand: rand.Reader,
		Nonces: gateway.DefaultNonces(), Limits: limits, Trust: b.trust, Revoked: b.revoked, Officers: b.officers,
		Queues: simcentral.Queues(), Rules: &rules,
	})
}

// writePort writes the port for scripts, whole or not at all.
func writePort(file string, port int) error {
	if file == "" {
		return nil
	}
	if err := writeWhole(file, []byte(strconv.Itoa(port)+"\n"), 0o644); err != nil {
		return fmt.Errorf("writing the port: %w", err)
	}
	return nil
}
