package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// TestCheckIn is the whole way: a device sends a request over mutual TLS, and gets
// the signed receipt and the result with its ticket. Sent three times, it is one
// request with one receipt.
func TestCheckIn(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	m := k.CheckIn(t, gatewaytest.Person(1), "internal")
	var first []byte
	for i := range 3 {
		k.send(t, m)
		got := k.receipt(t)
		if first == nil {
			first = got
		}
		if !bytes.Equal(got, first) {
			t.Errorf("delivery %d got another receipt", i+1)
		}
		k.checkAnswer(t, w, m)
	}
	rc, err := envelope.VerifyReceipt(first, w.fleet.Roots, time.Now())
	if err != nil || rc.ID != m.Outer.ID || rc.Digest != m.Digest || rc.Status != request.StatusAccepted || rc.Contiguous != 1 {
		t.Errorf("receipt: %+v, %v", rc, err)
	}
	if got := w.inbox(t); got != "H01 accepted 1\n" {
		t.Errorf("inbox:\n%s", got)
	}
	var report inboxReport
	if err := json.Unmarshal([]byte(w.inbox(t, "-json")), &report); err != nil || len(report.Requests) != 1 || report.Requests[0].Count != 1 || report.Alarms == nil {
		t.Errorf("inbox -json: %+v, %v", report, err)
	}
	if status := r.stop(); status != exitOK {
		t.Errorf("ended with %d:\n%s", status, r.log)
	}
	nobody(t, r.log.String())
	files, _ := filepath.Glob(filepath.Join(w.dir, "data", "*"))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		nobody(t, string(data))
	}
}

// checkAnswer opens the next result.
func (k *kiosk) checkAnswer(t *testing.T, w *world, m gatewaytest.Message) {
	t.Helper()
	res, err := envelope.VerifyResult(k.result(t), w.fleet.Roots, time.Now())
	if err != nil || res.ID != m.Outer.ID {
		t.Fatalf("result: %v", err)
	}
	a, err := envelope.OpenResult(res, m.Reply)
	if err != nil || a.CheckIn == nil {
		t.Fatalf("answer: %v", err)
	}
	if tk := a.CheckIn.Ticket; tk.Prefix != "A" || tk.Number != 1 || a.CheckIn.Insurance.Class != request.ClassOK {
		t.Errorf("ticket %s%d, insurance %s", tk.Prefix, tk.Number, a.CheckIn.Insurance.Class)
	}
}

// nobody fails when a text names the person of the tests.
func nobody(t *testing.T, text string) {
	t.Helper()
	for _, word := range []string{gatewaytest.Person(1).Number, "MẪU", "01/02/1990", "GD4990990000001"} {
		if strings.Contains(text, word) {
			t.Errorf("%q is in a log or file", word)
		}
	}
}

// TestStrangers: who is not of the fleet, shows no certificate, or takes another
// device's id does not get in.
func TestStrangers(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	d := w.fleet.Device(t, "k01")
	own, foreign := d.TLS(), gatewaytest.NewFleet(t, time.Now()).Device(t, "k01").TLS()
	server := w.fleet.Server.TLS()
	odd := func(change func(*x509.Certificate)) tls.Certificate {
		c := envelope.DeviceTemplate("k01", "h001", "99", big.NewInt(7), w.fleet.From, w.fleet.From.AddDate(1, 0, 0))
		change(c)
		return w.fleet.Issue(t, c).TLS()
	}
	wild := odd(func(c *x509.Certificate) { c.Subject.CommonName = "k01.*" })
	two := odd(func(c *x509.Certificate) { c.Subject.Organization = []string{"h001", "h002"} })
	none := odd(func(c *x509.Certificate) { c.Subject.Province = nil })
	for _, c := range []struct {
		story, id string
		cert      *tls.Certificate
	}{
		{"no certificate", "k01", nil},
		{"another fleet's certificate", "k01", &foreign},
		{"a certificate for servers", "broker", &server},
		{"a wildcard in the certificate", "k01.*", &wild},
		{"two facilities in the certificate", "k01", &two},
		{"no province in the certificate", "k01", &none},
		{"another device's client id", "k02", &own},
		{"a client id that ends like the device's", `x" - "k01`, &own},
		{"no client id", "", &own},
	} {
		client := mqtt.NewClient(options(w, r.port, c.id, c.cert))
		token := client.Connect()
		if !token.WaitTimeout(patience) || token.Error() == nil {
			t.Errorf("%s: let in", c.story)
			client.Disconnect(0)
		}
	}
	old := options(w, r.port, "k01", &own)
	old.TLSConfig.MinVersion, old.TLSConfig.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	if token := mqtt.NewClient(old).Connect(); !token.WaitTimeout(patience) || token.Error() == nil {
		t.Error("TLS 1.2: let in")
	}
	connect(t, w, r.port, d) // the device itself still gets in
}

// TestOwnBranchOnly: a device hears nothing and says nothing outside its branch.
func TestOwnBranchOnly(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	k1, k2 := connect(t, w, r.port, w.fleet.Device(t, "k01")), connect(t, w, r.port, w.fleet.Device(t, "k02"))
	// The client hands a message to every handler whose filter fits, refused or not;
	// only what is not the device's own counts.
	overheard := func(topic string, _ []byte) {
		if !strings.HasPrefix(topic, k1.Branch.String()+"/dn/") {
			t.Errorf("k01 hears %s", topic)
		}
	}
	for _, topic := range []string{
		k2.Branch.Down(wire.DownReceipt), k2.Branch.Up(wire.UpRequest), k1.Branch.Up(wire.UpRequest),
		"#", "k1/#", "k1/+/+/+/dn/receipt", k1.Branch.String() + "/dn/#", "$SYS/#", "$MQTT/#", "$JS/#",
	} {
		if code := k1.subscribe(t, topic, overheard); code != 0x80 {
			t.Errorf("subscribing to %s: SUBACK %#x", topic, code)
		}
	}
	if code := k1.subscribe(t, "k1/99/h001/doc/+", overheard); code == 0x80 {
		t.Error("the documents of its facility are closed to it")
	}
	// k1 forges a receipt for k2, sends k2's request, and its own on k2's topic. MQTT
	// 3.1.1 acknowledges what it drops, so the proof is what arrives: only the last.
	m := k2.CheckIn(t, gatewaytest.Person(1), "internal")
	k1.publish(t, k2.Branch.Down(wire.DownReceipt), []byte("forged"))
	k1.publish(t, k1.Branch.Down(wire.DownReceipt), []byte("forged"))
	k1.publish(t, k2.Branch.Up(wire.UpRequest), m.Bytes)
	k1.send(t, m) // on its own topic, but signed by another: an alarm, no receipt
	own := k1.CheckIn(t, gatewaytest.Person(2), "internal")
	k1.send(t, own)
	rc, err := envelope.VerifyReceipt(k1.receipt(t), w.fleet.Roots, time.Now())
	if err != nil || rc.ID != own.Outer.ID {
		t.Fatalf("the first that k1 hears: %v", err)
	}
	if n := len(k2.receipts); n != 0 {
		t.Errorf("k2 heard %d messages", n)
	}
	r.says(t, "foreign-branch")
	if got, want := w.inbox(t), "H01 accepted 1\nalarm foreign-branch k02 seq 1, 1 times\n"; got != want {
		t.Errorf("inbox:\n%s", got)
	}
}

// TestRestart: a receipt that was committed and never sent is given again, the
// same, by the next gatewayd.
func TestRestart(t *testing.T) {
	w := newWorld(t)
	d := w.fleet.Device(t, "k01")
	r := w.start(t)
	k := connect(t, w, r.port, d)
	m := k.CheckIn(t, gatewaytest.Person(1), "internal")
	k.send(t, m)
	first := k.receipt(t)
	if status := r.stop(); status != exitOK {
		t.Fatalf("ended with %d:\n%s", status, r.log)
	}
	r = w.start(t)
	k = connect(t, w, r.port, d)
	k.send(t, m)
	if !bytes.Equal(k.receipt(t), first) {
		t.Error("another receipt after the restart")
	}
	if !strings.Contains(r.log.String(), `"again":true`) {
		t.Errorf("the log does not tell the repetition:\n%s", r.log)
	}
}

// TestTooLarge: a message beyond the limit ends its connection and nothing else.
func TestTooLarge(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	k.client.Publish(k.Branch.Up(wire.UpRequest), wire.QoSRequest, false, make([]byte, wire.MaxPayload+1))
	other := connect(t, w, r.port, w.fleet.Device(t, "k02"))
	other.publish(t, other.Branch.Up(wire.UpRequest), []byte("noise"))
	other.send(t, other.CheckIn(t, gatewaytest.Person(1), "internal"))
	other.receipt(t)
}
