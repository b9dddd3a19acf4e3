package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"motcua/daemon/uplink"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/pki"
	"motcua/protocol/request"
	"motcua/protocol/simcentral"
	"motcua/protocol/wire"
)

// line is the way from the kiosk's uplink to the centre's gateway: a broker behind a
// pipe, so that time can be faked. It can be cut.
type line struct {
	t       *testing.T
	gateway *gateway.Gateway
	papers  map[string][]byte // by topic, what the broker keeps

	mu      sync.Mutex
	cut     bool
	conns   []net.Conn
	arrived []arrival // requests in the order of their coming, each the first time
	again   int       // requests that had come before
}

// arrival is what the broker sees of a request.
type arrival struct {
	outer request.Outer
	at    time.Time
	reply gateway.Reply
}

var errCut = errors.New("no route to host")

// dial is the uplink's way out.
func (l *line) dial(context.Context, uplink.Way) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return nil, errCut
	}
	ours, theirs := net.Pipe()
	l.conns = append(l.conns, ours)
	go l.serve(ours)
	return theirs, nil
}

// sever cuts the line, or mends it.
func (l *line) sever(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut = cut; cut {
		for _, c := range l.conns {
			_ = c.Close()
		}
		l.conns = nil
	}
}

// serve plays the broker on one connection.
func (l *line) serve(conn net.Conn) {
	defer conn.Close()
	for {
		packet, err := packets.ReadPacket(conn)
		if err != nil {
			return
		}
		switch m := packet.(type) {
		case *packets.ConnectPacket:
			_ = packets.NewControlPacket(packets.Connack).Write(conn)
		case *packets.SubscribePacket:
			answer := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
			answer.MessageID, answer.ReturnCodes = m.MessageID, m.Qoss
			_ = answer.Write(conn)
			for _, topic := range m.Topics {
				if b := l.papers[topic]; b != nil {
					down(conn, topic, b)
				}
			}
		case *packets.PublishPacket:
			answer := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
			answer.MessageID = m.MessageID
			_ = answer.Write(conn)
			l.take(conn, m)
		case *packets.PingreqPacket:
			_ = packets.NewControlPacket(packets.Pingresp).Write(conn)
		case *packets.DisconnectPacket:
			return
		}
	}
}

// down delivers to the kiosk, which may be gone.
func down(conn net.Conn, topic string, b []byte) {
	m := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	m.TopicName, m.Payload = topic, b
	_ = m.Write(conn)
}

// take hands to the gateway what came, and its answer back.
func (l *line) take(conn net.Conn, m *packets.PublishPacket) {
	topic, err := wire.ParseTopic(m.TopicName)
	if err != nil {
		l.t.Errorf("a message to %s", m.TopicName)
		return
	}
	ctx, b := context.Background(), topic.Branch
	switch topic.Kind {
	case wire.UpEvent:
		g, err := l.gateway.Hello(ctx, b, m.Payload)
		if err != nil {
			l.t.Errorf("a hello: %v", err)
			return
		}
		for _, r := range g.Replies {
			l.answer(conn, r)
		}
		down(conn, b.Down(wire.DownCommand), g.Welcome)
	case wire.UpRequest:
		r, err := l.gateway.Process(ctx, b, m.Payload)
		if err != nil {
			l.t.Errorf("a request: %v", err)
			return
		}
		l.note(m.Payload, r)
		l.answer(conn, r)
	}
}

func (l *line) answer(conn net.Conn, r gateway.Reply) {
	down(conn, r.Branch.Down(wire.DownReceipt), r.Receipt)
	if r.Result != nil {
		down(conn, r.Branch.Down(wire.DownResult), r.Result)
	}
}

func (l *line) note(b []byte, r gateway.Reply) {
	outer, err := envelope.ReadOuter(b)
	if err != nil {
		l.t.Error(err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Again {
		l.again++
		return
	}
	l.arrived = append(l.arrived, arrival{outer, time.Now(), r})
}

// requests are those that have come.
func (l *line) requests() []arrival {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.arrived)
}

// newLine opens the centre of a demo world, with its inbox in a file.
func newLine(t *testing.T, dir string, a pki.Anchors, nonces int) *line {
	t.Helper()
	inbox, err := inboxsqlite.Open(t.Context(), filepath.Join(dir, "inbox.db"))
	must(t, err)
	t.Cleanup(func() { must(t, inbox.Close()) })
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "centre/receipt.crt"), filepath.Join(dir, "centre/receipt.key"))
	must(t, err)
	service, err := envelope.ServicePrivateKeyFromPEM(file(t, dir, "centre/service.key"))
	must(t, err)
	insurer, err := simcentral.ReadInsurer(file(t, dir, "centre/bhyt.json"))
	must(t, err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(file(t, dir, "fleet/ca.crt"))
	g, err := gateway.New(gateway.Config{
		Roots: roots, Service: service, Signer: pair.PrivateKey.(*ecdsa.PrivateKey), Chain: pair.Certificate,
		Inbox: inbox, Services: simcentral.Services(insurer), Now: time.Now, Rand: rand.Reader,
		Nonces: gateway.Nonces{Most: nonces, Life: gateway.DefaultNonces().Life},
		Trust:  gateway.NewTrusted(a), Queues: simcentral.Queues(),
	})
	must(t, err)
	return &line{t: t, gateway: g, papers: map[string][]byte{
		wire.Document{Scope: wire.ScopeAll, Name: wire.DocRevocation}.Topic():     revocation(t, dir),
		wire.Document{Scope: wire.ScopeAll, Name: wire.DocHC1Signers}.Topic():     file(t, dir, "centre/hc1-signers.signed"),
		wire.Document{Scope: wire.ScopeAll, Name: wire.DocHC1Revocations}.Topic(): file(t, dir, "centre/hc1-revocations.signed"),
	}}
}

// revocation is an empty list of revoked certificates, after which the next is due in a
// day.
func revocation(t *testing.T, dir string) []byte {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "centre/document.crt"), filepath.Join(dir, "centre/document.key"))
	must(t, err)
	now := time.Now()
	list := request.Revocation{V: request.Version, Type: request.TypeRevocation, Number: 1, At: now.UnixMilli(), Next: now.Add(24 * time.Hour).UnixMilli()}
	b, err := envelope.SignRevocation(rand.Reader, list, pair.PrivateKey.(*ecdsa.PrivateKey), pair.Certificate)
	must(t, err)
	return b
}

func file(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	must(t, err)
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
