package uplink_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/nats-io/nats-server/v2/server"

	"motcua/daemon/outbox"
	"motcua/daemon/uplink"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// patience bounds every wait for something that is about to happen.
const patience = 30 * time.Second

// realBroker is a broker that listens with mutual TLS and confines devices to
// their branch.
type realBroker struct {
	start func(t *testing.T, f *fleet, port int) (stop func()) // without a goodbye
	// mosquitto 2.0 grants every subscription and then delivers nothing
	grantsAll bool
}

// TestRealBrokers tells the same stories to each broker.
func TestRealBrokers(t *testing.T) {
	for name, b := range map[string]realBroker{"nats": {start: startNATS}, "mosquitto": {start: startMosquitto, grantsAll: true}} {
		t.Run(name+"/deliver", func(t *testing.T) { tellDelivery(t, b) })
		t.Run(name+"/refuse", func(t *testing.T) { tellRefusals(t, b) })
	}
}

// tellDelivery: requests arrive and are receipted, also those that were saved
// while the broker was away, and what it forgot in between does not matter.
func tellDelivery(t *testing.T, b realBroker) {
	f, port := newFleet(t), freePort(t)
	stop := b.start(t, f, port)
	c := newCentre(t, f, port)
	k := newRealKit(t, f, port, f.device(branch().Device), branch())
	for n := range 20 {
		k.save(n)
	}
	k.waitReceipts(20)
	stop()
	k.waitStatus(func(s uplink.Status) bool { return !s.Online && s.Code != "" })
	for n := range 5 {
		k.save(100 + n)
	}
	stop = b.start(t, f, port)
	defer stop()
	k.waitReceipts(25)
	if n := c.requests(); n != 25 {
		t.Errorf("the centre saw %d requests", n)
	}
}

// tellRefusals: a device of another fleet, and one that is not where it says.
func tellRefusals(t *testing.T, b realBroker) {
	f, port := newFleet(t), freePort(t)
	defer b.start(t, f, port)()
	elsewhere := branch()
	elsewhere.Device = "demo-k02"
	kits := map[string]*realKit{"another fleet": newRealKit(t, f, port, newFleet(t).device(branch().Device), branch())}
	if !b.grantsAll {
		kits["another branch"] = newRealKit(t, f, port, f.device(branch().Device), elsewhere)
	}
	for name, k := range kits {
		k.save(1)
		s := k.waitStatus(func(s uplink.Status) bool { return s.Code != "" })
		if s.Online || s.Code != fault.LinkRefused && s.Code != fault.CentreSilent {
			t.Errorf("%s: the status is %+v", name, s)
		}
		t.Logf("%s: %s %s", name, s.Code, s.Text)
	}
}

// freePort finds a port that nobody uses now.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// doorkeeper lets devices into their branch and the centre everywhere.
type doorkeeper struct{}

func (doorkeeper) Check(c server.ClientAuthentication) bool {
	state := c.GetTLSConnectionState()
	if state == nil || len(state.PeerCertificates) == 0 {
		return false
	}
	user := &server.User{Username: state.PeerCertificates[0].Subject.CommonName}
	if user.Username != "centre" {
		b := wire.Branch{Province: branch().Province, Facility: branch().Facility, Device: user.Username}
		subject := func(topic string) string { return strings.ReplaceAll(topic, "/", ".") }
		user.Permissions = &server.Permissions{
			Publish:   &server.SubjectPermission{Allow: []string{subject(b.Up("*"))}},
			Subscribe: &server.SubjectPermission{Allow: []string{subject(b.Down("*"))}},
		}
	}
	c.RegisterUser(user)
	return true
}

func startNATS(t *testing.T, f *fleet, port int) func() {
	t.Helper()
	o := &server.Options{
		ServerName: "test", Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true,
		CustomClientAuthentication: doorkeeper{},
	}
	o.MQTT.Host, o.MQTT.Port = "127.0.0.1", port
	o.MQTT.TLSConfig, o.MQTT.TLSTimeout = f.serverTLS(f.server(nil)), 5
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("nats-server does not start")
	}
	return sync.OnceFunc(func() { s.Shutdown(); s.WaitForShutdown() })
}

func startMosquitto(t *testing.T, f *fleet, port int) func() {
	t.Helper()
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		if program = "/usr/sbin/mosquitto"; !exists(program) {
			needed(t, "mosquitto", err)
		}
	}
	dir := t.TempDir()
	f.files(dir, f.server(nil))
	write(t, filepath.Join(dir, "acl"), `user centre
topic readwrite #
pattern write k1/+/+/%u/up/+
pattern read k1/+/+/%u/dn/+
`)
	write(t, filepath.Join(dir, "conf"), fmt.Sprintf(`user root
listener %d 127.0.0.1
cafile %[2]s/ca.crt
certfile %[2]s/server.crt
keyfile %[2]s/server.key
require_certificate true
use_identity_as_username true
tls_version tlsv1.3
acl_file %[2]s/acl
`, port, dir))
	cmd := exec.CommandContext(t.Context(), program, "-c", filepath.Join(dir, "conf"))
	var out notebook
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	t.Cleanup(stop)
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			return stop
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("mosquitto does not start: %s", out.String())
	return nil
}

// needed fails where CI runs and skips elsewhere.
func needed(t *testing.T, what string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is needed: %v", what, err)
	}
	t.Skipf("%s is needed: %v", what, err)
}

func exists(name string) bool { _, err := os.Stat(name); return err == nil }

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// centre answers every request with a receipt that is really signed.
type centre struct {
	t     *testing.T
	cert  tls.Certificate
	mu    sync.Mutex
	known map[string]bool
}

func newCentre(t *testing.T, f *fleet, port int) *centre {
	t.Helper()
	c := &centre{t: t, cert: f.receipts(), known: map[string]bool{}}
	connected := make(chan struct{}, 10)
	o := mqtt.NewClientOptions().AddBroker(fmt.Sprintf("tls://127.0.0.1:%d", port)).SetClientID("centre").SetProtocolVersion(4).
		SetTLSConfig(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: f.pool(), Certificates: []tls.Certificate{f.device("centre")}}).
		SetMaxReconnectInterval(time.Second).SetOrderMatters(false).
		SetOnConnectHandler(func(client mqtt.Client) {
			client.Subscribe("k1/+/+/+/up/req", 0, c.answer).Wait()
			connected <- struct{}{}
		})
	client := mqtt.NewClient(o)
	client.Connect()
	t.Cleanup(func() { client.Disconnect(0) })
	select {
	case <-connected:
	case <-time.After(patience):
		t.Fatal("the centre gets no connection")
	}
	return c
}

func (c *centre) answer(client mqtt.Client, m mqtt.Message) {
	c.mu.Lock()
	c.known[string(m.Payload())] = true
	c.mu.Unlock()
	topic, err := wire.ParseTopic(m.Topic())
	if err != nil {
		c.t.Error(err)
		return
	}
	b, err := envelope.SignReceipt(rand.Reader, receiptFor(c.t, m.Payload()), c.cert.PrivateKey.(crypto.Signer), c.cert.Certificate)
	if err != nil {
		c.t.Error(err)
		return
	}
	client.Publish(topic.Branch.Down(wire.DownReceipt), 0, false, b)
}

func (c *centre) requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.known)
}

// realKit is a kit over real sockets, in real time.
type realKit struct {
	*kit
	changed chan struct{}
}

func newRealKit(t *testing.T, f *fleet, port int, device tls.Certificate, b wire.Branch) *realKit {
	t.Helper()
	q, err := outbox.Open(t.Context(), filepath.Join(t.TempDir(), "queue.db"), outbox.Options{ReserveBytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	k := &realKit{kit: &kit{t: t, queue: q, ended: make(chan error, 1)}, changed: make(chan struct{}, 1000)}
	k.link = uplink.New(uplink.Config{
		Broker: fmt.Sprintf("tls://localhost:%d", port), Branch: b,
		TLS: &tls.Config{RootCAs: f.pool(), Certificates: []tls.Certificate{device}},
		VerifyReceipt: func(b []byte) (request.Receipt, error) {
			return envelope.VerifyReceipt(b, f.pool(), time.Now())
		},
		VerifyResult: verifyResult,
		Jitter:       func() float64 { return 0.3 }, // 3 s after a loss: the centre is back by then
	}, q, nil)
	k.link.OnReceipt(func(r request.Receipt) {
		k.note(func() { k.receipts = append(k.receipts, r) })
		k.changed <- struct{}{}
	})
	k.link.OnStatus(func(s uplink.Status) {
		k.note(func() { k.statuses = append(k.statuses, s) })
		k.changed <- struct{}{}
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { k.ended <- k.link.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-k.ended; err != nil {
			t.Error(err)
		}
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

// save queues request n; the broker of these tests runs on its own time.
func (k *realKit) save(n int) {
	k.t.Helper()
	id, b := parcelOf(n)
	_, err := k.queue.Enqueue(k.t.Context(), outbox.Draft{ID: id, Service: "H01", Class: 1, ExpiresAt: tomorrow()}, b)
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *realKit) waitReceipts(n int) {
	k.t.Helper()
	k.wait(func() bool { return len(k.receipts) >= n }, "%d receipts", n)
}

// waitStatus waits for a status that is wanted and returns it.
func (k *realKit) waitStatus(wanted func(uplink.Status) bool) (found uplink.Status) {
	k.t.Helper()
	seen := 0
	k.wait(func() bool {
		for ; seen < len(k.statuses); seen++ {
			if wanted(k.statuses[seen]) {
				found = k.statuses[seen]
				return true
			}
		}
		return false
	}, "a status")
	return found
}

func (k *realKit) wait(done func() bool, what string, args ...any) {
	k.t.Helper()
	late := time.After(patience)
	for {
		k.mu.Lock()
		ok := done()
		k.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-k.changed:
		case <-late:
			k.t.Fatalf("waited in vain for "+what+"; the status is %+v", append(args, k.link.Status())...)
		}
	}
}

// TestTLSTroubles: what is wrong with a broker's TLS is told in one line that
// says what to do.
func TestTLSTroubles(t *testing.T) {
	f := newFleet(t)
	expired := func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }
	foreign := func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = []string{"broker.example"}, nil }
	old := f.serverTLS(f.server(nil))
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	for name, c := range map[string]struct {
		conf *tls.Config
		code fault.Code
		says string
	}{
		"the certificate is for another host":   {f.serverTLS(f.server(foreign)), fault.LinkRefused, "is for broker.example"},
		"the certificate is of another fleet":   {f.serverTLS(newFleet(t).server(nil)), fault.LinkRefused, "not from the authority in centre.ca"},
		"the certificate has ended":             {f.serverTLS(f.server(expired)), fault.LinkRefused, "check the kiosk's clock"},
		"TLS is too old":                        {old, fault.LinkRefused, "TLS 1.3"},
		"there is no TLS":                       {nil, fault.LinkRefused, "does not speak TLS"},
		"the device's certificate is not known": {newFleet(t).serverTLS(f.server(nil)), fault.LinkRefused, "refuses the device certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			port := listen(t, c.conf)
			k := newRealKit(t, f, port, f.device(branch().Device), branch())
			s := k.waitStatus(func(s uplink.Status) bool { return s.Code != "" })
			if s.Code != c.code || !strings.Contains(s.Text, c.says) || strings.Contains(s.Text, "\n") {
				t.Errorf("the status is %+v", s)
			}
		})
	}
}

// listen accepts connections, answers the TLS handshake or talks nonsense, and
// reads whatever comes.
func listen(t *testing.T, conf *tls.Config) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if conf == nil {
					_, _ = c.Write([]byte("220 mail.example ESMTP\r\n"))
					_, _ = c.Read(make([]byte, 1000))
					return
				}
				s := tls.Server(c, conf)
				_ = s.Handshake()
				_, _ = s.Read(make([]byte, 1000)) // CONNECT, if it gets so far
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// TestConfiguration: what cannot work is told before anything is tried.
func TestConfiguration(t *testing.T) {
	f := newFleet(t)
	for name, change := range map[string]func(*uplink.Config){
		"no names":               func(c *uplink.Config) { c.Branch = wire.Branch{} },
		"no scheme":              func(c *uplink.Config) { c.Broker = "localhost:8883" },
		"no TLS":                 func(c *uplink.Config) { c.Broker = "tcp://localhost:1883" },
		"no port":                func(c *uplink.Config) { c.Broker = "tls://localhost" },
		"no device certificate":  func(c *uplink.Config) { c.TLS.Certificates = nil },
		"no authority":           func(c *uplink.Config) { c.TLS.RootCAs = nil },
		"no verification":        func(c *uplink.Config) { c.TLS.InsecureSkipVerify = true },
		"nobody checks receipts": func(c *uplink.Config) { c.VerifyReceipt = nil },
	} {
		t.Run(name, func(t *testing.T) {
			c := uplink.Config{
				Broker: "tls://localhost:8883", Branch: branch(), VerifyReceipt: verifyReceipt, VerifyResult: verifyResult,
				TLS: &tls.Config{RootCAs: f.pool(), Certificates: []tls.Certificate{f.device("demo-k01")}},
			}
			change(&c)
			if err := uplink.New(c, nil, nil).Run(t.Context()); fault.CodeOf(err) != fault.ConfigInvalid {
				t.Errorf("got %v", err)
			}
		})
	}
}
