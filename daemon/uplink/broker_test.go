package uplink_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"motcua/daemon/uplink"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// broker is a scripted MQTT broker behind pipes: no sockets, so that time can be
// faked, and it misbehaves as it is told. Set its fields before it is used.
type broker struct {
	connack byte                                    // answer to CONNECT
	suback  byte                                    // answer to SUBSCRIBE
	request func(p *peer, m *packets.PublishPacket) // what happens to a PUBLISH; by default it is acknowledged
	// hello is what the centre does with a Hello; when it is nil, the device says none.
	hello func(p *peer, h request.Hello)
	// documents is what the broker gives to a subscription to documents, the n-th of
	// all, and whether it grants that; when it is nil, the device wants none.
	documents func(p *peer, n int) (granted bool)
	readable  bool                   // who is not let in may read documents
	deaf      bool                   // reads nothing after SUBACK: a peer whose power was cut, behind full buffers
	dumb      bool                   // answers nothing after SUBACK: the same, behind empty buffers
	blocked   func(uplink.Way) error // a way does not lead here
	hang      string                 // dialling this broker takes for ever
	mute      string                 // connecting to this one gets no CONNACK
	fallback  string                 // what the device is configured with
	bearers   []string
	refuse    func(try int) error // connecting fails

	t     *testing.T
	over  chan struct{} // closed at the end of the test
	mu    sync.Mutex
	tries int
	asked int // subscriptions to documents
	peers []*peer
	// hellos are those that came, in order.
	hellos []request.Hello
}

// peer is the broker's end of one connection.
type peer struct {
	b       *broker
	conn    net.Conn
	topics  []string
	writing sync.Mutex
	pings   int
	frozen  atomic.Bool
	mute    bool
}

func (b *broker) dial(ctx context.Context, w uplink.Way) (net.Conn, error) {
	if b.hang == w.Broker {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tries++
	if b.refuse != nil {
		if err := b.refuse(b.tries); err != nil {
			return nil, err
		}
	}
	if b.blocked != nil {
		if err := b.blocked(w); err != nil {
			return nil, err
		}
	}
	ours, theirs := net.Pipe()
	p := &peer{b: b, conn: ours, mute: b.mute == w.Broker}
	b.peers = append(b.peers, p)
	go p.serve()
	return theirs, nil
}

// become changes the broker's manners.
func (b *broker) become(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

// deafness is what happens after SUBACK.
func (b *broker) deafness() (deaf, dumb bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.deaf, b.dumb
}

func (b *broker) onRequest() func(*peer, *packets.PublishPacket) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.request
}

// newest is the latest connection.
func (b *broker) newest() *peer {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.peers[len(b.peers)-1]
}

// knocks is how often somebody tried to connect.
func (b *broker) knocks() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tries
}

// greeted are the Hellos that came.
func (b *broker) greeted() []request.Hello {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.hellos)
}

func (b *broker) connections() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.peers)
}

// serve plays one connection to its end.
func (p *peer) serve() {
	defer p.conn.Close()
	for {
		packet, err := packets.ReadPacket(p.conn)
		if err != nil {
			return
		}
		if p.frozen.Load() {
			<-p.b.over
			return
		}
		switch m := packet.(type) {
		case *packets.ConnectPacket:
			if p.mute {
				_, _ = io.Copy(io.Discard, p.conn)
				return
			}
			p.connect(m)
		case *packets.SubscribePacket:
			p.subscribe(m)
			deaf, dumb := p.b.deafness()
			if deaf {
				<-p.b.over
			}
			if dumb {
				_, _ = io.Copy(io.Discard, p.conn)
			}
		case *packets.PublishPacket:
			p.publish(m)
		case *packets.PingreqPacket:
			p.pings++
			p.write(packets.NewControlPacket(packets.Pingresp))
		case *packets.DisconnectPacket:
			return
		}
	}
}

// freeze makes the peer one whose power was cut: from the next packet on it reads
// nothing more.
func (p *peer) freeze() { p.frozen.Store(true) }

func (p *peer) connect(m *packets.ConnectPacket) {
	reading := m.ClientIdentifier == wire.ReadingID(branch().Device)
	if m.ProtocolVersion != 4 || !m.CleanSession || m.ClientIdentifier != branch().Device && !(reading && p.b.documents != nil) {
		p.b.t.Errorf("CONNECT with version %d, clean session %v, client id %q", m.ProtocolVersion, m.CleanSession, m.ClientIdentifier)
	}
	answer := packets.NewControlPacket(packets.Connack).(*packets.ConnackPacket)
	if answer.ReturnCode = p.b.connack; reading && p.b.readable {
		answer.ReturnCode = 0
	}
	p.write(answer)
}

func (p *peer) subscribe(m *packets.SubscribePacket) {
	if p.b.documents != nil && slices.Contains(m.Topics, listPlace().Topic()) {
		p.subscribeDocuments(m)
		return
	}
	p.topics = append(p.topics, m.Topics...)
	answer := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
	answer.MessageID = m.MessageID
	for _, qos := range m.Qoss {
		if qos != 0 {
			p.b.t.Errorf("a subscription with QoS %d", qos)
		}
		answer.ReturnCodes = append(answer.ReturnCodes, p.b.suback)
	}
	p.write(answer)
}

// subscribeDocuments answers a subscription to documents and nothing else.
func (p *peer) subscribeDocuments(m *packets.SubscribePacket) {
	p.b.mu.Lock()
	p.b.asked++
	n, documents := p.b.asked, p.b.documents
	p.b.mu.Unlock()
	answer := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
	answer.MessageID, answer.ReturnCodes = m.MessageID, []byte{0x80}
	after := &peer{b: p.b, conn: &later{Conn: p.conn}} // what is given comes behind the SUBACK
	if documents(after, n) {
		answer.ReturnCodes[0] = 0
	}
	if len(m.Topics) != 1 || m.Qoss[0] != 0 {
		p.b.t.Errorf("a subscription to %v", m.Topics)
	}
	p.write(answer)
	if given, ok := after.conn.(*later); ok {
		p.writing.Lock()
		defer p.writing.Unlock()
		_, _ = p.conn.Write(given.out.Bytes())
	}
}

// later keeps what is written.
type later struct {
	net.Conn
	out bytes.Buffer
}

func (l *later) Write(b []byte) (int, error) { return l.out.Write(b) }

func (p *peer) publish(m *packets.PublishPacket) {
	if len(p.topics) == 0 {
		p.b.t.Error("a request before the subscription to receipts")
	}
	if m.TopicName == branch().Up(wire.UpEvent) {
		p.ack(m)
		p.hello(m.Payload)
		return
	}
	if request := p.b.onRequest(); request != nil {
		request(p, m)
		return
	}
	p.ack(m)
}

// hello reads a Hello as a centre does.
func (p *peer) hello(b []byte) {
	plain, ok := bytes.CutPrefix(b, deviceSignature)
	h, err := request.DecodeHello(plain)
	if !ok || err != nil {
		p.b.t.Errorf("a hello that nobody takes: %v", err)
		return
	}
	p.b.mu.Lock()
	p.b.hellos = append(p.b.hellos, h)
	answer := p.b.hello
	p.b.mu.Unlock()
	answer(p, h)
}

func (p *peer) ack(m *packets.PublishPacket) {
	answer := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
	answer.MessageID = m.MessageID
	p.write(answer)
}

// send delivers a message to the device.
func (p *peer) send(topic string, payload []byte) {
	m := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	m.TopicName, m.Payload = topic, payload
	p.write(m)
}

func (p *peer) write(packet packets.ControlPacket) {
	p.writing.Lock()
	defer p.writing.Unlock()
	_ = packet.Write(p.conn) // the device may be gone
}
