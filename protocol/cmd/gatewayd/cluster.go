package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"motcua/protocol/wire"
)

// clusterConfig is this program's place among several. A node of the broker's
// cluster sets all of it, a worker the three files.
type clusterConfig struct {
	Name   string   `toml:"name"`   // of this node, another one for each
	Listen string   `toml:"listen"` // host:port for the other nodes
	Routes []string `toml:"routes"` // host:port of all nodes; this one may be among them
	NATS   string   `toml:"nats"`   // host:port for workers and for services that take events
	// CA certifies nodes, workers and services, and never devices.
	CA          string `toml:"ca"`
	Certificate string `toml:"certificate"` // of this program
	Key         string `toml:"key"`
}

// mode is what this gatewayd does; it follows from the configuration.
type mode int

const (
	modeAlone  mode = 1 << iota // broker, gateway and inbox in one process
	modeNode                    // one broker of a cluster
	modeWorker                  // gateway and inbox, on brokers that run elsewhere
)

func (m mode) String() string {
	return map[mode]string{modeAlone: "gatewayd alone", modeNode: "a node of the cluster", modeWorker: "a worker"}[m]
}

func (c *config) mode() mode {
	switch {
	case c.Cluster.Listen != "":
		return modeNode
	case len(c.Broker.NATS) > 0:
		return modeWorker
	}
	return modeAlone
}

func (c *config) clusterFaults() (faults []error) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	switch c.mode() {
	case modeNode:
		if len(c.Broker.NATS) > 0 {
			fault("cluster.listen makes this a node, broker.nats a worker; keep one of them")
		}
		if err := wire.CheckName(c.Cluster.Name); err != nil {
			fault("cluster.name is %q: %w", c.Cluster.Name, err)
		}
		for name, value := range map[string]string{"listen": c.Cluster.Listen, "nats": c.Cluster.NATS} {
			if _, _, err := hostPort(value); err != nil {
				fault("cluster.%s is %q; set it to host:port", name, value)
			}
		}
		if len(c.Cluster.Routes) == 0 {
			fault("cluster.routes is not set; set it to host:port of every node's cluster.listen")
		}
		for _, r := range c.Cluster.Routes {
			if _, _, err := hostPort(r); err != nil {
				fault("cluster.routes has %q; set it to host:port", r)
			}
		}
	case modeWorker:
		for _, n := range c.Broker.NATS {
			if u, err := url.Parse(n); err != nil || u.Scheme != "tls" || u.Host == "" || u.User != nil {
				fault("broker.nats has a wrong address; set it to tls://host:port of a node's cluster.nats")
			}
		}
	case modeAlone:
		if c.Inbox.Postgres != "" && c.Broker.Store == "" {
			fault("broker.store is not set; set it to a folder, since there is no inbox.file to put it beside")
		}
		if c.Cluster.NATS != "" || c.Cluster.Name != "" || len(c.Cluster.Routes) > 0 {
			fault("cluster.listen is not set; set it to make this a node of a cluster, or remove the section cluster")
		}
	}
	return faults
}

// hostPort takes an address apart.
func hostPort(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	port, err = net.LookupPort("tcp", text)
	return host, port, err
}

// centrePeers is what lets this program and the others of the centre know each
// other.
type centrePeers struct {
	roots *x509.CertPool
	own   tls.Certificate
}

func (m *material) loadPeers(c config) error {
	ca, err := readFile("cluster.ca", c.Cluster.CA)
	if err == nil {
		err = loadPair(&m.peers.own, "cluster", c.Cluster.Certificate, c.Cluster.Key)
	}
	if err != nil {
		return err
	}
	m.peers.roots = x509.NewCertPool()
	if !m.peers.roots.AppendCertsFromPEM(ca) {
		return fmt.Errorf("cluster.ca: %q holds no certificate in PEM", c.Cluster.CA)
	}
	fleet, err := readFile("broker.client_ca", c.Broker.ClientCA)
	if err != nil {
		return err
	}
	if sharesCertificate(ca, fleet) {
		return errors.New("cluster.ca: certifies devices, too, so that every device could act as a worker; make an authority of its own for the centre")
	}
	return nil
}

// sharesCertificate reports whether two PEM files have a certificate in common.
func sharesCertificate(a, b []byte) bool {
	seen := map[string]bool{}
	for _, p := range parts(a, false) {
		seen[string(p.der)] = true
	}
	for _, p := range parts(b, false) {
		if seen[string(p.der)] {
			return true
		}
	}
	return false
}

// tls is for both ends of a connection inside the centre.
func (p centrePeers) tls() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{p.own},
		RootCAs: p.roots, ClientCAs: p.roots, ClientAuth: tls.RequireAndVerifyClientCert,
	}
}

// Units of certificates of the cluster's authority: what their holder may do.
const (
	unitNode   = "motcua-node"
	unitWorker = "motcua-worker" // takes requests and answers them
	unitEvents = "motcua-events" // hears the events of verified requests
)

// routeURLs are the other nodes' addresses.
func (c clusterConfig) routeURLs() []*url.URL {
	all := make([]*url.URL, len(c.Routes))
	for i, r := range c.Routes {
		all[i] = &url.URL{Scheme: "nats-route", Host: strings.TrimSpace(r)}
	}
	return all
}
