package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Times of a worker's connection: a node that vanished is left within seconds.
const (
	dialWithin   = 5 * time.Second
	pingEvery    = 2 * time.Second
	pingsMissing = 2
	redialAfter  = 100 * time.Millisecond
)

// queueGroup makes each message go to one of the workers.
const queueGroup = "gateway"

// runWorker takes requests from brokers that run elsewhere, until ctx ends.
func runWorker(ctx context.Context, c config, m material, log *slog.Logger) (err error) {
	inbox, err := openInbox(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inbox.Close()) }()
	conn, err := dial(ctx, c.Broker.NATS, m.peers, log)
	if err != nil {
		return err
	}
	stop, err := runGateway(ctx, c, m, inbox, conn, nil, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	log.Info("ready", "address", conn.ConnectedUrlRedacted())
	<-ctx.Done()
	log.Info("stopping")
	return nil
}

// dial connects to one of the brokers, and again to another whenever it is lost.
// Brokers that are just starting are waited for.
func dial(ctx context.Context, urls []string, peers centrePeers, log *slog.Logger) (*nats.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		conn, err := nats.Connect(strings.Join(urls, ","), nats.Name("gateway"), nats.Secure(peers.tls()), nats.Timeout(dialWithin),
			nats.PingInterval(pingEvery), nats.MaxPingsOutstanding(pingsMissing), nats.MaxReconnects(-1), nats.ReconnectWait(redialAfter),
			nats.ReconnectJitter(redialAfter, redialAfter), nats.IgnoreDiscoveredServers(),
			nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("broker", "fault", err.Error()) }),
			nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { log.Warn("disconnected", "fault", fmt.Sprint(err)) }),
			nats.ReconnectHandler(func(c *nats.Conn) { log.Info("connected", "address", c.ConnectedUrlRedacted()) }))
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("broker.nats: no broker lets this worker in: %w", err)
		case <-time.After(10 * redialAfter):
		}
	}
}
