package main

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/wire"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// kiosk is a device with a real MQTT client.
type kiosk struct {
	*gatewaytest.Device
	client   mqtt.Client
	receipts chan []byte
	results  chan []byte
}

// options connect as a device does: MQTT 3.1.1 over mutual TLS, clean session.
func options(w *world, port, clientID string, cert *tls.Certificate) *mqtt.ClientOptions {
	roots := x509.NewCertPool()
	roots.AddCert(w.fleet.CA.Cert)
	conf := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}
	if cert != nil {
		conf.Certificates = []tls.Certificate{*cert}
	}
	return mqtt.NewClientOptions().AddBroker("tls://127.0.0.1:" + port).SetClientID(clientID).SetProtocolVersion(4).
		SetCleanSession(true).SetAutoReconnect(false).SetConnectRetry(false).SetConnectTimeout(patience).SetTLSConfig(conf)
}

// sentAway waits until the gateway has ended the connection: online, a revocation
// counts within a minute of begun.
func (k *kiosk) sentAway(t *testing.T, begun time.Time) {
	t.Helper()
	for k.client.IsConnectionOpen() {
		if time.Since(begun) > time.Minute {
			t.Fatal("still connected after a minute")
		}
		time.Sleep(10 * time.Millisecond) // paho tells nobody whom it was not told to
	}
}

// connect connects, and subscribes to receipts and results.
func connect(t *testing.T, w *world, port string, d *gatewaytest.Device) *kiosk {
	t.Helper()
	cert := d.TLS()
	k := &kiosk{Device: d, client: mqtt.NewClient(options(w, port, d.Branch.Device, &cert)), receipts: make(chan []byte, 64), results: make(chan []byte, 64)}
	if token := k.client.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("connecting: %v", token.Error())
	}
	t.Cleanup(func() { k.client.Disconnect(0) })
	for kind, into := range map[string]chan []byte{wire.DownReceipt: k.receipts, wire.DownResult: k.results} {
		if code := k.subscribe(t, d.Branch.Down(kind), func(_ string, b []byte) { into <- b }); code > 2 {
			t.Fatalf("subscribing to %s: SUBACK %#x", kind, code)
		}
	}
	return k
}

// subscribe gives the broker's answer: a QoS, or 0x80 for a refusal.
func (k *kiosk) subscribe(t *testing.T, topic string, got func(topic string, b []byte)) byte {
	t.Helper()
	token := k.client.Subscribe(topic, wire.QoSReceipt, func(_ mqtt.Client, m mqtt.Message) { got(m.Topic(), m.Payload()) })
	if !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("subscribing: %v", token.Error())
	}
	sub, ok := token.(*mqtt.SubscribeToken)
	if !ok {
		t.Fatalf("subscribing gave a %T", token)
	}
	return sub.Result()[topic]
}

// publish sends with QoS 1 and waits for the PUBACK, which says nothing else than
// that the broker has read it.
func (k *kiosk) publish(t *testing.T, topic string, b []byte) {
	t.Helper()
	if token := k.client.Publish(topic, wire.QoSRequest, false, b); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("publishing: %v", token.Error())
	}
}

func (k *kiosk) send(t *testing.T, m gatewaytest.Message) {
	t.Helper()
	k.publish(t, k.Branch.Up(wire.UpRequest), m.Bytes)
}

// receipt waits for one message on dn/receipt.
func (k *kiosk) receipt(t *testing.T) []byte {
	t.Helper()
	b, err := within(k.receipts, patience)
	if err != nil {
		t.Fatalf("waiting for a receipt: %v", err)
	}
	return b
}

func (k *kiosk) result(t *testing.T) []byte {
	t.Helper()
	b, err := within(k.results, patience)
	if err != nil {
		t.Fatalf("waiting for a result: %v", err)
	}
	return b
}

// listen collects what comes on a topic.
func (k *kiosk) listen(t *testing.T, topic string) chan []byte {
	t.Helper()
	got := make(chan []byte, 64)
	if code := k.subscribe(t, topic, func(_ string, b []byte) { got <- b }); code > 2 {
		t.Fatalf("subscribing to %s: SUBACK %#x", topic, code)
	}
	return got
}
