package main

import (
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"motcua/protocol/wire"
)

// readyWithin is how long the broker may take to start.
const readyWithin = 20 * time.Second

// broker is the embedded MQTT broker.
type broker struct {
	server *server.Server
	opts   *server.Options
	token  string // the gateway's own connection shows it
	store  string
	keep   bool // the store is the operator's
	door   *doorkeeper
}

// startBroker listens for devices. Nothing in it has to be kept: the truth is in
// the kiosks' queues and in the inbox.
func startBroker(c config, m material, log *slog.Logger) (*broker, error) {
	host, port, err := listenAddress(c.Broker.Listen)
	if err != nil {
		return nil, err
	}
	b := &broker{token: rand.Text(), store: c.Broker.Store, keep: c.Broker.Store != ""}
	if !b.keep {
		b.store = c.Inbox.File + ".broker"
	}
	if err := b.clean(); err != nil { // a gatewayd that was killed leaves it
		return nil, fmt.Errorf("clearing the broker's folder: %w; set broker.store", err)
	}
	b.opts = b.options(host, port, m, log)
	if c.mode() == modeNode {
		if err := b.join(c.Cluster, m); err != nil {
			return nil, err
		}
	}
	if b.server, err = server.NewServer(b.opts); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the broker: %w", err), b.clean())
	}
	logger := &brokerLog{log: log}
	b.server.SetLoggerV2(logger, false, false, false)
	b.server.Start()
	if logger.fatal.Load() == nil && b.server.ReadyForConnections(readyWithin) {
		return b, nil
	}
	reason := "not ready in time"
	if text := logger.fatal.Load(); text != nil {
		reason = *text
	}
	b.server.Shutdown()
	return nil, errors.Join(fmt.Errorf("starting the broker: %s", reason), b.clean())
}

// listenAddress takes broker.listen apart, and tries it, so that a port in use is
// told as that.
func listenAddress(listen string) (host string, port int, err error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		hint := "correct broker.listen"
		if errors.Is(err, syscall.EADDRINUSE) {
			hint = "stop the program that uses it, or change broker.listen"
		}
		return "", 0, fmt.Errorf("%w; %s", err, hint)
	}
	if err := l.Close(); err != nil {
		return "", 0, err
	}
	host, text, err := net.SplitHostPort(listen)
	if err != nil {
		return "", 0, err
	}
	if port, err = strconv.Atoi(text); err != nil || port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

func (b *broker) options(host string, port int, m material, log *slog.Logger) *server.Options {
	opts := &server.Options{
		ServerName: "gatewayd",
		DontListen: true, // no NATS port: the gateway connects inside the process
		NoSigs:     true,
		JetStream:  true, // MQTT sessions need it
		StoreDir:   b.store,
		MaxPayload: wire.MaxPayload,
		MQTT: server.MQTTOpts{
			Host: host,
			Port: port,
			TLSConfig: &tls.Config{
				MinVersion:   tls.VersionTLS13,
				Certificates: []tls.Certificate{m.server},
				ClientAuth:   tls.RequireAndVerifyClientCert,
				ClientCAs:    m.roots,
			},
			TLSTimeout:  10,
			AuthTimeout: 10,
		},
	}
	b.door = newDoorkeeper(b.token, log)
	opts.CustomClientAuthentication = b.door
	return opts
}

// address is where devices connect.
func (b *broker) address() string {
	return net.JoinHostPort(b.opts.MQTT.Host, strconv.Itoa(b.port()))
}

func (b *broker) port() int { return b.opts.MQTT.Port }

// devices is how many are connected; one client is the gateway itself.
func (b *broker) devices() int { return max(b.server.NumClients()-1, 0) }

// admit lets devices in.
func (b *broker) admit() { b.door.open.Store(true) }

// evict ends the connections of devices that are let in no more.
func (b *broker) evict() {
	for _, device := range b.door.turned() {
		list, err := b.server.Connz(&server.ConnzOptions{Username: true, User: device, Limit: mostOfOne})
		if err != nil {
			b.door.log.Error("looking for connections", "device", device, "fault", err.Error())
			continue
		}
		for _, c := range list.Conns {
			b.door.log.Warn("sent away", "reason", "the certificate was revoked", "device", device)
			_ = b.server.DisconnectClientByID(c.Cid) // it may have gone by itself
		}
	}
}

// mostOfOne bounds the connections of one device that are looked for: one, and
// those that it has left and the broker has not noticed yet.
const mostOfOne = 64

// connect is the gateway's own connection, inside the process.
func (b *broker) connect(log *slog.Logger) (*nats.Conn, error) {
	nc, err := nats.Connect("", nats.InProcessServer(b.server), nats.Token(b.token), nats.Name("gateway"),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			log.Warn("broker", "fault", err.Error())
		}))
	if err != nil {
		return nil, fmt.Errorf("connecting to the broker: %w", err)
	}
	return nc, nil
}

// stop ends the broker and removes what it kept.
func (b *broker) stop() error {
	b.server.Shutdown()
	b.server.WaitForShutdown()
	return b.clean()
}

func (b *broker) clean() error {
	if b.keep {
		return nil
	}
	return os.RemoveAll(b.store)
}
