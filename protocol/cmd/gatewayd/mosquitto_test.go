package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/protocol/anomaly"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/simcentral"
	"motcua/protocol/wire"
)

// mosquittoConf and its two lists are told in docs/gatewayd.md.
const mosquittoConf = `per_listener_settings true

listener %s 127.0.0.1
cafile ca.crt
certfile tls.crt
keyfile tls.key
tls_version tlsv1.3
require_certificate true
use_identity_as_username true
use_username_as_clientid true
acl_file devices.acl

listener %s 127.0.0.1
cafile centre.crt
certfile tls.crt
keyfile tls.key
tls_version tlsv1.3
require_certificate true
use_identity_as_username true
acl_file centre.acl
`

const devicesACL = `pattern write k1/+/+/%u/up/req
pattern write k1/+/+/%u/up/evt
pattern write k1/+/+/%u/up/audit
pattern write k1/+/+/%u/up/status
pattern read k1/+/+/%u/dn/receipt
pattern read k1/+/+/%u/dn/result
pattern read k1/+/+/%u/dn/command
pattern read k1/+/doc/+
pattern read k1/+/+/doc/+
`

const centreACL = `user gateway
topic read k1/+/+/+/up/+
topic write k1/+/+/+/dn/+
topic write k1/+/doc/+
topic write k1/+/+/doc/+
`

// TestMosquitto: the same kiosk and the same gateway over another broker, which
// confines devices by lists of its own. Between broker and gateway stands a few
// lines' bridge, which gatewayd does not have.
func TestMosquitto(t *testing.T) {
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		program = "/usr/sbin/mosquitto"
	}
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("CI") == "true" || os.Getenv("MOTCUA_CI") == "1" {
			t.Fatal("mosquitto is missing: install the package mosquitto")
		}
		t.Skip("mosquitto is missing: install the package mosquitto")
	}
	page, err := os.ReadFile("../../../docs/gatewayd.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(devicesACL + centreACL) {
		if !strings.Contains(string(page), "    "+line) {
			t.Errorf("docs/gatewayd.md does not have %q", line)
		}
	}
	w := withList(t)
	w.revoke(t, "lost", w.fleet.Device(t, "lost").Party)
	centre := gatewaytest.NewFleet(t, time.Now())
	devices, inner := freePort(t), freePort(t)
	w.write(t, "centre.crt", centre.CA.CertPEM())
	w.write(t, "devices.acl", []byte(devicesACL))
	w.write(t, "centre.acl", []byte(centreACL))
	conf := fmt.Sprintf(mosquittoConf, devices, inner)
	if os.Geteuid() == 0 {
		conf = "user root\n" + conf // else it drops to a user that may not read the keys
	}
	w.write(t, "mosquitto.conf", []byte(conf))
	var log bytes.Buffer
	broker := exec.Command(program, "-c", "mosquitto.conf")
	broker.Dir, broker.Stderr = w.dir, &log
	if err := broker.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = broker.Process.Kill(); _ = broker.Wait() })
	listening(t, devices)
	listening(t, inner)
	bridge(t, w, inner, centre)
	w.documents(t, devices)

	d, other := w.fleet.Device(t, "k01"), w.fleet.Device(t, "k02")
	k, spy := connect(t, w, devices, d), connect(t, w, devices, other)
	overheard := make(chan string, 16)
	for _, filter := range []string{"#", "k1/#", "k1/+/+/+/dn/receipt", d.Branch.Down(wire.DownReceipt), d.Branch.Up(wire.UpRequest)} {
		spy.subscribe(t, filter, func(topic string, _ []byte) { overheard <- topic })
	}
	m := k.CheckIn(t, gatewaytest.Person(1), "internal")
	spy.publish(t, d.Branch.Up(wire.UpRequest), []byte("forged")) // goes nowhere: the bridge would tell
	k.send(t, m)
	first := k.receipt(t)
	k.checkAnswer(t, w, m)
	k.send(t, m)
	if !bytes.Equal(k.receipt(t), first) {
		t.Error("another receipt for the same envelope")
	}
	rc, err := envelope.VerifyReceipt(first, w.fleet.Roots, time.Now())
	if err != nil || rc.ID != m.Outer.ID || rc.Status != request.StatusAccepted {
		t.Errorf("receipt: %+v, %v", rc, err)
	}
	if got := w.inbox(t); got != "H01 accepted 1\n" {
		t.Errorf("inbox:\n%s", got)
	}
	for len(overheard) > 0 {
		if topic := <-overheard; !strings.HasPrefix(topic, other.Branch.String()) && !strings.Contains(topic, "/doc/") {
			t.Errorf("k02 hears %s", topic)
		}
	}
}

// documents: mosquitto keeps the list for whoever connects later, and no device can
// take it away or put another one there.
func (w *world) documents(t *testing.T, port string) {
	t.Helper()
	first := connect(t, w, port, w.fleet.Device(t, "k03"))
	hears(t, w, first.lists(t), 1)
	for _, b := range [][]byte{nil, []byte("forged")} {
		if token := first.client.Publish(listTopic, 1, true, b); !token.WaitTimeout(patience) || token.Error() != nil {
			t.Fatalf("publishing: %v", token.Error())
		}
	}
	if !hears(t, w, connect(t, w, port, w.fleet.Device(t, "k04")).lists(t), 1) {
		t.Error("the list is not the one that mosquitto keeps")
	}
}

func listening(t *testing.T, port string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = c.Close()
			return
		}
	}
	t.Fatal("mosquitto does not start")
}

// bridge carries requests from the broker to a gateway, and the answers back.
func bridge(t *testing.T, w *world, port string, centre *gatewaytest.Fleet) {
	t.Helper()
	conf, err := loadConfig(w.path("gatewayd.toml"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := loadMaterial(conf, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	inbox, err := openInbox(t.Context(), conf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	g, err := newGateway(m, inbox, gateway.Limits{}, simcentral.Services(m.insurer), believed{trust: gateway.NewTrusted(m.trust.anchors)}, anomaly.Default())
	if err != nil {
		t.Fatal(err)
	}
	template := envelope.DeviceTemplate("gateway", "centre", "00", w.fleet.CA.Cert.SerialNumber, centre.From, centre.From.AddDate(1, 0, 0))
	cert := centre.Issue(t, template).TLS()
	roots := x509.NewCertPool()
	roots.AddCert(w.fleet.CA.Cert)
	client := mqtt.NewClient(mqtt.NewClientOptions().AddBroker("tls://127.0.0.1:" + port).SetClientID("gateway").SetOrderMatters(false).
		SetTLSConfig(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots, Certificates: []tls.Certificate{cert}}))
	if token := client.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("the centre gets no connection: %v", token.Error())
	}
	t.Cleanup(func() { client.Disconnect(0) })
	list, _ := w.list(t)
	if token := client.Publish(listTopic, 1, true, list); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("publishing the list: %v", token.Error())
	}
	token := client.Subscribe("k1/+/+/+/up/+", 0, func(_ mqtt.Client, msg mqtt.Message) {
		topic, err := wire.ParseTopic(msg.Topic())
		if err != nil {
			t.Error(err)
			return
		}
		reply, err := g.Process(context.Background(), topic.Branch, msg.Payload())
		if err != nil {
			t.Errorf("processing: %v", errors.Unwrap(err))
			return
		}
		client.Publish(reply.Branch.Down(wire.DownReceipt), 0, false, reply.Receipt)
		client.Publish(reply.Branch.Down(wire.DownResult), 0, false, reply.Result)
	})
	if !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatal(token.Error())
	}
}
