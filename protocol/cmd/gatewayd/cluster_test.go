package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/events"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// clusterKills is what TestCluster kills; "all" is make cluster.
var clusterKills = flag.String("cluster-kills", "n1,w1", "nodes, workers and db that TestCluster kills, or all")

// cluster is three nodes, two workers and a database on loopback.
type cluster struct {
	*world
	pg        *gatewaytest.Postgres
	authority *gatewaytest.Fleet // the centre's own
	ports     map[string]string  // MQTT, by node
	nats      map[string]string  // addresses for workers, by node
	programs  map[string]*program
}

// program is one gatewayd as a process.
type program struct {
	cmd *exec.Cmd
}

var (
	clusterNodes   = []string{"n1", "n2", "n3"}
	clusterWorkers = []string{"w1", "w2"}
)

func newCluster(t *testing.T) *cluster {
	t.Helper()
	pg := gatewaytest.StartPostgres(t)
	c := &cluster{world: withList(t), pg: pg, ports: map[string]string{}, nats: map[string]string{}, programs: map[string]*program{}}
	authority := gatewaytest.NewFleet(t, time.Now())
	c.authority = authority
	c.write(t, "centre.crt", authority.CA.CertPEM())
	c.write(t, "password", []byte(pg.Password+"\n"))
	c.identity(t, "node", unitNode)
	c.identity(t, "worker", unitWorker)
	var routes, natsURLs []string
	for _, n := range clusterNodes {
		c.ports[n] = freePort(t)
		c.nats[n] = "127.0.0.1:" + freePort(t)
		routes = append(routes, fmt.Sprintf("%q", "127.0.0.1:"+freePort(t)))
		natsURLs = append(natsURLs, fmt.Sprintf("%q", "tls://"+c.nats[n]))
	}
	for i, n := range clusterNodes {
		c.write(t, n+".toml", fmt.Appendf(nil, nodeTOML, c.ports[n], n, n, routes[i], strings.Join(routes, ", "), c.nats[n]))
	}
	inbox := pg.Schema(t, "cluster") // one for both
	for _, w := range clusterWorkers {
		c.write(t, w+".toml", fmt.Appendf(nil, workerTOML, strings.Join(natsURLs, ", "), inbox))
	}
	return c
}

const nodeTOML = `[broker]
listen = "127.0.0.1:%s"
certificate = "tls.crt"
key = "tls.key"
client_ca = "ca.crt"
store = "store-%s"

[fleet]
revocation = "revocation"

[cluster]
name = "%s"
listen = %s
routes = [%s]
nats = "%s"
ca = "centre.crt"
certificate = "node.crt"
key = "node.key"
`

const workerTOML = `[broker]
nats = [%s]
client_ca = "ca.crt"

[cluster]
ca = "centre.crt"
certificate = "worker.crt"
key = "worker.key"

[receipt]
certificate = "receipt.crt"
key = "receipt.key"

[service]
key = "service.key"

[events]
enabled = true

[fleet]
revocation = "revocation"

[inbox]
postgres = "%s"
password_file = "password"

[sim]
bhyt = "bhyt.json"

[trust]
csca = "csca"
`

// identity makes a certificate of the centre's own authority.
func (c *cluster) identity(t *testing.T, name, unit string) {
	t.Helper()
	p := c.authority.Issue(t, c.template(name, unit))
	c.write(t, name+".crt", p.CertPEM())
	c.write(t, name+".key", p.KeyPEM(t))
}

func (c *cluster) template(name, unit string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: name, OrganizationalUnit: []string{unit}},
		NotBefore: c.authority.From, NotAfter: c.authority.From.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// start starts one program and waits until it is ready.
func (c *cluster) start(t *testing.T, names ...string) {
	t.Helper()
	var ready []chan struct{}
	for _, name := range names {
		ready = append(ready, c.launch(t, name))
	}
	for i, name := range names {
		if _, err := within(ready[i], 3*patience); err != nil {
			t.Fatalf("waiting for %s: %v", name, err)
		}
	}
}

func (c *cluster) launch(t *testing.T, name string) chan struct{} {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-config", c.path(name+".toml"))
	cmd.Env = append(os.Environ(), runVariable+"=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	ready := make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			switch text := lines.Text(); {
			case strings.Contains(text, `"msg":"ready"`):
				close(ready)
			case strings.Contains(text, `"level":"ERROR"`), strings.HasPrefix(text, "gatewayd:"):
				fmt.Fprintf(os.Stderr, "%s: %s\n", name, text)
			}
		}
	}()
	c.programs[name] = &program{cmd}
	return ready
}

// database is the name of the PostgreSQL server among those that are killed.
const database = "db"

// kill ends a program as a loss of power does.
func (c *cluster) kill(t *testing.T, name string) {
	t.Helper()
	if name == database {
		c.pg.Crash(t)
		c.pg.Start(t) // nobody gets anything without it
		return
	}
	p := c.programs[name]
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
}

// TestCluster: under load a node of the broker's cluster and a worker are killed.
// Every request is in the inbox once, every receipt is that of the inbox, and the
// kiosks' longest silence is printed.
func TestCluster(t *testing.T) {
	if testing.Short() {
		t.Skip("the cluster is not part of the short run")
	}
	victims := strings.Split(*clusterKills, ",")
	if *clusterKills == "all" {
		victims = slices.Concat(clusterNodes, clusterWorkers, []string{database})
	}
	c := newCluster(t)
	c.start(t, clusterNodes...)
	c.start(t, clusterWorkers...)
	var load []*generator
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var running sync.WaitGroup
	for i := range 6 {
		g := newGenerator(c, c.fleet.Device(t, fmt.Sprintf("k%02d", i)), i)
		load = append(load, g)
		running.Go(func() { g.run(ctx, t) })
	}
	progress(t, load, 3)
	c.doors(t)
	c.revocation(t, 1)
	for _, victim := range victims {
		reset(load)
		c.kill(t, victim)
		progress(t, load, 10)
		t.Logf("killed %s: longest silence of a kiosk %v", victim, silence(load).Round(100*time.Millisecond))
		if victim != database {
			c.start(t, victim)
		}
		progress(t, load, 3)
	}
	c.revocation(t, 2)
	for _, g := range load {
		g.finish()
	}
	running.Wait()
	c.compare(t, load)
	c.events(t, load)
}

// revocation: a device that is connected to any node hears of a list within
// seconds, is sent away when it is on it, and one that connects later to any node
// gets the list that is kept.
func (c *cluster) revocation(t *testing.T, number uint64) {
	t.Helper()
	var lists []<-chan mqtt.Message
	for _, n := range clusterNodes {
		lists = append(lists, connect(t, c.world, c.ports[n], c.fleet.Device(t, fmt.Sprintf("r%d-%s", number, n))).lists(t))
	}
	lost := c.fleet.Device(t, fmt.Sprintf("lost-%d", number))
	k := connect(t, c.world, c.ports["n2"], lost)
	begun := time.Now()
	c.revoke(t, "lost", lost.Party)
	for _, l := range lists {
		hears(t, c.world, l, number)
	}
	for k.client.IsConnectionOpen() {
		if time.Since(begun) > time.Minute {
			t.Fatal("a revoked device is still connected after a minute")
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("list %d: three kiosks heard of it, and the revoked one was sent away, within %v", number, time.Since(begun).Round(time.Millisecond))
	for _, n := range clusterNodes {
		late := connect(t, c.world, c.ports[n], c.fleet.Device(t, fmt.Sprintf("late%d-%s", number, n)))
		if !hears(t, c.world, late.lists(t), number) {
			t.Errorf("%s does not keep list %d", n, number)
		}
	}
}

// doors: on the nodes' inner port a device gets nothing, a service hears events
// and nothing else, and neither can be a node.
func (c *cluster) doors(t *testing.T) {
	t.Helper()
	device := c.fleet.Device(t, "k01").TLS()
	if conn, err := c.dial(device); err == nil {
		conn.Close()
		t.Error("a device gets in as a worker")
	}
	if conn, err := c.dial(c.authority.Issue(t, c.template("nobody", "another-unit")).TLS()); err == nil {
		conn.Close()
		t.Error("a certificate without a unit that may connect gets in")
	}
	service, err := c.dial(c.authority.Issue(t, c.template("insurer", unitEvents)).TLS())
	if err != nil {
		t.Fatal(err)
	}
	defer service.Close()
	for _, subject := range []string{"k1.>", "k1.99.h001.k00.up.req", "$JS.>"} {
		sub, err := service.SubscribeSync(subject)
		if err == nil {
			err = service.Flush()
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sub.NextMsg(time.Second / 2); !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("a service that takes events subscribes to %s: %v", subject, err)
		}
	}
}

// events: a service that was away hears of every request once, in JSON of the
// published schema.
func (c *cluster) events(t *testing.T, load []*generator) {
	t.Helper()
	conn, err := c.dial(c.authority.Issue(t, c.template("insurer", unitEvents)).TLS())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := js.CreateConsumer(t.Context(), eventStream, jetstream.ConsumerConfig{
		Durable: "insurer", FilterSubjects: []string{"motcua.events.request.H01.>"}, AckPolicy: jetstream.AckExplicitPolicy,
	})
	if err != nil {
		t.Fatal(err)
	}
	want, heard := 0, map[string]int{}
	for _, g := range load {
		want += len(g.known)
	}
	deadline := time.Now().Add(2 * patience)
	for len(heard) < want && time.Now().Before(deadline) {
		batch, err := consumer.Fetch(500, jetstream.FetchMaxWait(time.Second))
		if err != nil {
			t.Fatal(err)
		}
		for m := range batch.Messages() {
			var e events.CloudEvent
			if err := json.Unmarshal(m.Data(), &e); err != nil || e.Type != events.TypeRequest || e.ID != m.Headers().Get("Nats-Msg-Id") {
				t.Fatalf("an event: %s, %v", m.Data(), err)
			}
			heard[e.Source+"/"+e.Subject]++
			nobody(t, string(m.Data()))
			if err := m.Ack(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for about, n := range heard {
		if n != 1 {
			t.Errorf("%s was told %d times", about, n)
		}
	}
	if len(heard) != want {
		t.Errorf("%d requests, events of %d", want, len(heard))
	}
	if !t.Failed() {
		t.Logf("%d events, each request told once", len(heard))
	}
}

// dial connects to a node as somebody of the centre.
func (c *cluster) dial(own tls.Certificate) (*nats.Conn, error) {
	roots := x509.NewCertPool()
	roots.AddCert(c.authority.CA.Cert)
	return nats.Connect("tls://"+c.nats["n2"], nats.PermissionErrOnSubscribe(true),
		nats.Secure(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots, Certificates: []tls.Certificate{own}}),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
}

// progress waits until every kiosk has some more receipts.
func progress(t *testing.T, load []*generator, more int) {
	t.Helper()
	deadline := time.Now().Add(4 * patience)
	for _, g := range load {
		for want := g.receipts() + more; g.receipts() < want; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s gets no receipts", g.Branch.Device)
			}
		}
	}
}

func reset(load []*generator) {
	for _, g := range load {
		g.resetSilence()
	}
}

func silence(load []*generator) (longest time.Duration) {
	for _, g := range load {
		longest = max(longest, g.silence())
	}
	return longest
}

// compare holds what the kiosks know against the inbox.
func (c *cluster) compare(t *testing.T, load []*generator) {
	t.Helper()
	conf, err := loadConfig(c.path("w1.toml"))
	if err != nil {
		t.Fatal(err)
	}
	inbox, err := openInbox(t.Context(), conf)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = inbox.Close() }()
	sent := 0
	for _, g := range load {
		sent += len(g.known)
		err := inbox.Update(t.Context(), func(tx gateway.Tx) error {
			for seq := uint64(1); seq <= g.Seq; seq++ {
				list, err := tx.Seqs(g.Branch.Device, []uint64{seq})
				if err != nil {
					return err
				}
				if len(list) != 1 || !bytes.Equal(list[0].Receipt, g.known[list[0].ID]) {
					t.Errorf("%s seq %d: %d in the inbox, or another receipt than the kiosk's", g.Branch.Device, seq, len(list))
				}
			}
			p, err := tx.Position(g.Branch.Device)
			if p.Contiguous != g.Seq {
				t.Errorf("%s: complete to %d of %d", g.Branch.Device, p.Contiguous, g.Seq)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	counts, err := inbox.Counts(t.Context())
	if err != nil || len(counts) != 1 || counts[0].Count != sent || counts[0].Status != request.StatusAccepted {
		t.Errorf("sent %d, in the inbox: %v, %v", sent, counts, err)
	}
	alarms, err := inbox.Alarms(t.Context())
	if err != nil || len(alarms) != 0 {
		t.Errorf("alarms: %v, %v", alarms, err)
	}
	if !t.Failed() {
		t.Logf("%d requests, 0 lost, 0 doubled", sent)
	}
}
