package main

import (
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/nats-io/nats.go"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/wire"
)

// Where devices find the list.
var (
	listPlace = wire.Document{Scope: wire.ScopeAll, Name: wire.DocRevocation}
	listTopic = listPlace.Topic()
)

// hears waits until a list of a number comes, and reports whether it had been kept
// for the device. Earlier lists may come before.
func hears(t *testing.T, w *world, lists <-chan mqtt.Message, number uint64) (kept bool) {
	t.Helper()
	for {
		m, err := within(lists, patience)
		if err != nil {
			t.Fatalf("waiting for list %d: %v", number, err)
		}
		list, err := envelope.VerifyRevocation(m.Payload(), w.fleet.Roots, time.Now())
		if err != nil || list.Number > number {
			t.Fatalf("waiting for list %d came %d, %v", number, list.Number, err)
		}
		if list.Number == number {
			return m.Retained()
		}
	}
}

// lists subscribes to the list.
func (k *kiosk) lists(t *testing.T) <-chan mqtt.Message {
	t.Helper()
	got := make(chan mqtt.Message, 64)
	token := k.client.Subscribe(listTopic, wire.QoSDocument, func(_ mqtt.Client, m mqtt.Message) { got <- m })
	if !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("subscribing to the list: %v", token.Error())
	}
	return got
}

// TestListReachesEverybody: who is connected hears of a revocation within seconds,
// and who connects later gets the newest list without asking; a device cannot
// take it away or put another one there.
func TestListReachesEverybody(t *testing.T) {
	w := withList(t)
	w.revoke(t, "lost", w.fleet.Device(t, "lost").Party)
	r := w.start(t)
	first := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	firstLists := first.lists(t)
	hears(t, w, firstLists, 1)
	r.says(t, `"msg":"kept"`)

	for _, b := range [][]byte{nil, []byte("forged")} {
		token := first.client.Publish(listTopic, 1, true, b)
		if !token.WaitTimeout(patience) || token.Error() != nil {
			t.Fatalf("publishing: %v", token.Error())
		}
	}
	second := connect(t, w, r.port, w.fleet.Device(t, "k02"))
	secondLists := second.lists(t)
	if !hears(t, w, secondLists, 1) {
		t.Error("it was not the one that the broker keeps")
	}

	w.revoke(t, "stolen", w.fleet.Device(t, "stolen").Party)
	begun := time.Now()
	hears(t, w, firstLists, 2)
	hears(t, w, secondLists, 2)
	t.Logf("two kiosks heard %v after the command ended", time.Since(begun).Round(time.Millisecond))
	third := connect(t, w, r.port, w.fleet.Device(t, "k03"))
	if !hears(t, w, third.lists(t), 2) {
		t.Error("it was not the one that the broker keeps")
	}
}

// TestBrokerStartsEmpty: a gatewayd that starts anew with an empty broker brings
// the list again.
func TestBrokerStartsEmpty(t *testing.T) {
	w := withList(t)
	w.revoke(t, "lost", w.fleet.Device(t, "lost").Party)
	for range 2 {
		r := w.start(t)
		hears(t, w, connect(t, w, r.port, w.fleet.Device(t, "k01")).lists(t), 1)
		r.says(t, `"msg":"kept"`)
		if !hears(t, w, connect(t, w, r.port, w.fleet.Device(t, "k02")).lists(t), 1) {
			t.Error("the broker does not keep it")
		}
		r.stop()
	}
}

// TestRevokedDevice: from its revocation on a device is sent away and not let in
// again, but for reading why; with that it disturbs nobody, not even the device
// that got its name.
func TestRevokedDevice(t *testing.T) {
	w := withList(t)
	lost, heir := w.fleet.Device(t, "k01"), w.fleet.Device(t, "k01")
	r := w.start(t)
	k := connect(t, w, r.port, lost)
	lists := k.lists(t)
	begun := time.Now()
	w.revoke(t, "k01", lost.Party)
	hears(t, w, lists, 1)
	k.sentAway(t, begun)
	t.Logf("heard of it and was sent away within %v", time.Since(begun).Round(time.Millisecond))
	cert := lost.TLS()
	disguised := lost.Party
	disguised.Cert = gatewaytest.Rewritten(t, lost.Cert)
	other := disguised.TLS()
	for _, o := range []*mqtt.ClientOptions{options(w, r.port, "k01", &cert), options(w, r.port, "k01", &other)} {
		if token := mqtt.NewClient(o).Connect(); !token.WaitTimeout(patience) || token.Error() == nil {
			t.Error("a revoked device was let in")
		}
	}

	successor := connect(t, w, r.port, heir)
	reader := &kiosk{Device: lost, client: mqtt.NewClient(options(w, r.port, wire.ReadingID("k01"), &cert))}
	if token := reader.client.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("connecting to read: %v", token.Error())
	}
	defer reader.client.Disconnect(0)
	hears(t, w, reader.lists(t), 1)
	for _, topic := range []string{lost.Branch.Down(wire.DownReceipt), "k1/all/doc/policy", "k1/all/doc/+", "#"} {
		if code := reader.subscribe(t, topic, func(string, []byte) {}); code != 0x80 {
			t.Errorf("it may read %s: SUBACK %#x", topic, code)
		}
	}
	reader.publish(t, lost.Branch.Up(wire.UpRequest), lost.CheckIn(t, gatewaytest.Person(1), "internal").Bytes)
	successor.send(t, heir.CheckIn(t, gatewaytest.Person(2), "internal"))
	successor.receipt(t)
	if strings.Contains(r.log.String(), `"msg":"alarm"`) {
		t.Errorf("what it published has come through:\n%s", r.log)
	}
}

// TestShelf: of several gateways the one with the newest list wins, in whatever
// order they come.
func TestShelf(t *testing.T) {
	w := withList(t)
	older, newer := w.signedList(t, 1), w.signedList(t, 2)
	s, _, port := w.broker(t)
	put := func(l *revocationFile) (bool, error) { return s.keep(t.Context(), listPlace, l.raw, l.newer) }
	if _, err := put(older); !errors.Is(err, errNoStream) {
		t.Errorf("before any device has connected: %v", err)
	}
	connect(t, w, port, w.fleet.Device(t, "k01"))
	for _, step := range []struct {
		list   *revocationFile
		stored bool
		err    error
	}{{older, true, nil}, {older, false, nil}, {newer, true, nil}, {older, false, errNewer}, {newer, false, nil}} {
		if stored, err := put(step.list); stored != step.stored || !errors.Is(err, step.err) {
			t.Errorf("list %d: stored %v, %v", step.list.number, stored, err)
		}
	}
}

// TestBrokerLosesEverything: what the broker kept is gone while everybody is
// connected. It is noticed, and devices that connect later get the list again.
func TestBrokerLosesEverything(t *testing.T) {
	w := withList(t)
	list := w.signedList(t, 1)
	s, conn, port := w.broker(t)
	lists := connect(t, w, port, w.fleet.Device(t, "k01")).lists(t)
	out := outgoing{shelf: s, worker: &worker{conn: conn, log: slog.New(slog.DiscardHandler)}, document: listPlace}
	out.changed()
	out.bring(t.Context(), list.raw, list.newer)
	hears(t, w, lists, 1)
	stream, err := s.stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	out.looked = time.Now().Add(-keptEvery)
	out.bring(t.Context(), list.raw, list.newer)
	hears(t, w, lists, 1)
	if !hears(t, w, connect(t, w, port, w.fleet.Device(t, "k02")).lists(t), 1) {
		t.Error("it was not the one that the broker keeps")
	}
}

// broker starts a broker without a gateway, and gives its shelf, a connection of
// the centre's and the port for devices.
func (w *world) broker(t *testing.T) (shelf, *nats.Conn, string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	conf, err := loadConfig(w.path("gatewayd.toml"))
	must(err)
	m, err := loadMaterial(conf, time.Now())
	must(err)
	log := slog.New(slog.DiscardHandler)
	b, err := startBroker(conf, m, log)
	must(err)
	t.Cleanup(func() { _ = b.stop() })
	b.admit()
	conn, err := b.connect(log)
	must(err)
	t.Cleanup(conn.Close)
	s, err := newShelf(conn)
	must(err)
	return s, conn, strconv.Itoa(b.port())
}

// signedList is a list of a number as a gateway has read it.
func (w *world) signedList(t *testing.T, number uint64) *revocationFile {
	t.Helper()
	w.revoke(t, "lost", w.fleet.Device(t, "lost").Party)
	raw, list := w.list(t)
	if list.Number != number {
		t.Fatalf("list %d", list.Number)
	}
	return &revocationFile{roots: w.fleet.Roots, raw: raw, number: number}
}
