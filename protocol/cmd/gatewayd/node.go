package main

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"motcua/protocol/gateway/events"
	"motcua/protocol/wire"
)

// clusterName is the same on all nodes.
const clusterName = "motcua"

// runNode is one broker of a cluster, until ctx ends.
func runNode(ctx context.Context, c config, m material, portFile string, log *slog.Logger) (err error) {
	b, err := startBroker(c, m, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stop()) }()
	list := &revocationFile{file: c.Fleet.Revocation, roots: m.roots, revoked: b.door.revoked, log: log}
	if err := list.load(); err != nil {
		return err
	}
	figures := newFigures()
	figures.asks("motcua_broker_clients", "Devices, workers and services that are connected to this node.", b.server.NumClients)
	silence, err := figures.serve(c.Metrics.Listen, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, silence()) }()
	b.admit()
	if err := writePort(portFile, b.port()); err != nil {
		return err
	}
	log.Info("ready", "address", b.address(), "node", c.Cluster.Name)
	tick := time.NewTicker(papersEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			log.Info("stopping")
			return nil
		case <-tick.C:
			if list.reload() {
				b.evict()
			}
		}
	}
}

// join makes the broker a node of the cluster. MQTT sessions are kept on three
// nodes where there are three; nothing in them has to survive.
func (b *broker) join(c clusterConfig, m material) error {
	host, port, err := hostPort(c.NATS)
	if err != nil {
		return err
	}
	o := b.opts
	o.ServerName = c.Name
	o.DontListen, o.Host, o.Port = false, host, port
	o.TLS, o.TLSVerify, o.TLSConfig, o.TLSTimeout = true, true, m.peers.tls(), 10
	o.AuthTimeout = 15
	o.Cluster = server.ClusterOpts{Name: clusterName, NoAdvertise: true, TLSConfig: m.peers.tls(), TLSTimeout: 10, AuthTimeout: 15}
	if o.Cluster.Host, o.Cluster.Port, err = hostPort(c.Listen); err != nil {
		return err
	}
	o.Routes = c.routeURLs()
	o.CustomRouterAuthentication = routeKeeper{}
	b.door.peers = m.peers.roots
	return nil
}

// routeKeeper lets nodes join, and nobody else who has a certificate of the
// cluster's authority. TLS has verified it.
type routeKeeper struct{}

// Check implements server.Authentication.
func (routeKeeper) Check(c server.ClientAuthentication) bool {
	s := c.GetTLSConnectionState()
	return s != nil && len(s.PeerCertificates) > 0 && slices.Contains(s.PeerCertificates[0].Subject.OrganizationalUnit, unitNode)
}

// peer lets in a worker, or a service that takes events, with what it needs. It
// reports whether the certificate is of the cluster's authority at all.
func (d *doorkeeper) peer(c server.ClientAuthentication, cert *x509.Certificate) (known, admitted bool) {
	if d.peers == nil {
		return false, false
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: d.peers, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		return false, false
	}
	p := peerPermissions(cert.Subject.OrganizationalUnit)
	if p == nil {
		d.log.Warn("refused", "reason", "certificate of the centre without a unit that may connect", "name", cert.Subject.CommonName)
		return true, false
	}
	c.RegisterUser(&server.User{Username: cert.Subject.CommonName, Permissions: p})
	return true, true
}

// peerPermissions is nil for units that have nothing to do here.
func peerPermissions(units []string) *server.Permissions {
	allow := func(publish, subscribe []string) *server.Permissions {
		return &server.Permissions{Publish: &server.SubjectPermission{Allow: publish}, Subscribe: &server.SubjectPermission{Allow: subscribe}}
	}
	switch {
	case slices.Contains(units, unitWorker):
		return allow(
			[]string{wire.Root + ".>", "$MQTT.>", "$JS.API.>", events.Root + ".>"},
			[]string{wire.Root + ".>", "_INBOX.>"})
	case slices.Contains(units, unitEvents):
		return allow(
			[]string{
				"$JS.API.INFO", "$JS.API.STREAM.INFO." + eventStream, "$JS.API.CONSUMER.CREATE." + eventStream + ".>",
				"$JS.API.CONSUMER.INFO." + eventStream + ".>", "$JS.API.CONSUMER.MSG.NEXT." + eventStream + ".>", "$JS.ACK." + eventStream + ".>",
			},
			[]string{events.Root + ".>", "_INBOX.>"})
	}
	return nil
}
