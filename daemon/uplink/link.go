package uplink

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/protocol/wire"
)

// Times of the connection. A write that does not get through in time is the only
// thing that reveals a peer that is half gone while there is something to send;
// pings reveal it otherwise.
const (
	connectTimeout = 15 * time.Second
	writeTimeout   = 10 * time.Second
	pingTimeout    = 10 * time.Second
	// ackTimeout is how long the kernel waits for the peer's; it takes up to half a
	// second longer, and has to be done within the time for a write.
	ackTimeout = 9 * time.Second
	quiesce    = 100 * time.Millisecond // that a goodbye may take
)

// Bounds of what one connection holds in memory.
const (
	maxUnacked  = 64  // publishes that the broker has not acknowledged
	maxIncoming = 192 // messages that wait to be read: all that one Hello can bring back
	maxPapers   = 4   // documents that wait to be read; each may be half a megabyte
)

// Reasons for which a connection ends.
var (
	errConnect      = errors.New("connecting failed")
	errLost         = errors.New("connection lost")
	errSubscription = errors.New("subscription refused")
	errMute         = errors.New("the broker acknowledges nothing")
	errPublish      = errors.New("publishing failed")
	errBearer       = errors.New("using the network interface")
)

// message is something the broker sent.
type message struct {
	kind    string // wire.DownReceipt, wire.DownResult or wire.DownCommand
	payload []byte
}

// paper is a document that the broker sent.
type paper struct {
	from    wire.Document
	payload []byte
}

// link is one connection, from CONNECT to its end. It is never used again.
type link struct {
	client   mqtt.Client
	conn     *guarded
	lost     chan error // gets the reason when the connection breaks
	incoming chan message
	papers   chan paper
	dropped  func()
	greeted  chan struct{} // closed when the Welcome has come, or is not waited for any more

	mu      sync.Mutex // guards unacked
	unacked []mqtt.Token
}

// connect opens a way and waits for the broker's CONNACK, within the limit for
// both.
func connect(ctx context.Context, clientID string, p path, limit time.Duration) (*link, error) {
	l := &link{
		lost: make(chan error, 1), incoming: make(chan message, maxIncoming), papers: make(chan paper, maxPapers), greeted: make(chan struct{}),
	}
	giveUp := func() bool { return true }
	open := func(*url.URL, mqtt.ClientOptions) (net.Conn, error) {
		conn, err := p.within(ctx, limit)
		if err != nil {
			return nil, err
		}
		giveUp = context.AfterFunc(ctx, func() { _ = conn.Close() })
		l.conn = guard(conn)
		return l.conn, nil
	}
	o := mqtt.NewClientOptions().
		AddBroker("tls://broker"). // the library wants one; open knows the way
		SetCustomOpenConnectionFn(open).
		SetClientID(clientID).
		SetProtocolVersion(4).
		SetCleanSession(true).
		SetAutoReconnect(false).
		SetConnectRetry(false).
		SetOrderMatters(true). // receipts come before the Welcome; receive never blocks
		SetConnectTimeout(limit).
		SetWriteTimeout(writeTimeout).
		SetKeepAlive(wire.KeepAlive).
		SetPingTimeout(pingTimeout).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { l.lost <- err })
	l.client = mqtt.NewClient(o)
	token := l.client.Connect()
	<-token.Done() // bounded by the limit and by ctx
	giveUp()
	if err := token.Error(); err != nil {
		if l.conn != nil {
			_ = l.conn.Close() // of no use
		}
		return nil, fmt.Errorf("%w: %w", errConnect, err)
	}
	return l, nil
}

// listen subscribes to the device's answers. It is done before anything is sent,
// so that no receipt can be missed.
func (l *link) listen(ctx context.Context, b wire.Branch) error {
	filters := map[string]byte{
		b.Down(wire.DownReceipt): wire.QoSReceipt, b.Down(wire.DownResult): wire.QoSResult, b.Down(wire.DownCommand): wire.QoSCommand,
	}
	return l.subscribe(ctx, filters, l.receive)
}

// subscribe asks the broker for topics, and waits until it has granted them.
func (l *link) subscribe(ctx context.Context, filters map[string]byte, receive mqtt.MessageHandler) error {
	token, ok := l.client.SubscribeMultiple(filters, receive).(*mqtt.SubscribeToken)
	if !ok {
		return fmt.Errorf("%w: the library gave no answer", errSubscription)
	}
	late := time.NewTimer(connectTimeout)
	defer late.Stop()
	select {
	case <-token.Done():
	case err := <-l.lost:
		return fmt.Errorf("%w: %w", errLost, err)
	case <-ctx.Done():
		return ctx.Err()
	case <-late.C:
		return fmt.Errorf("%w: no SUBACK within %v", errMute, connectTimeout)
	}
	if err := token.Error(); err != nil {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	for topic, granted := range token.Result() {
		if granted > 2 { // 0x80: refused, MQTT 3.1.1 section 3.9.3
			return fmt.Errorf("%w: %s", errSubscription, topic)
		}
	}
	return nil
}

// receive takes a message from the library, in the library's goroutine.
func (l *link) receive(_ mqtt.Client, m mqtt.Message) {
	t, err := wire.ParseTopic(m.Topic())
	if err != nil || t.Direction != wire.Down || len(m.Payload()) > t.Limit() {
		return
	}
	select {
	case l.incoming <- message{kind: t.Kind, payload: m.Payload()}:
	default: // the centre sends again when it is asked again
		l.dropped()
	}
}

// publish hands a message to the broker. That it returns no error means nothing
// but that.
func (l *link) publish(ctx context.Context, topic string, qos byte, b []byte) error {
	if l.waiting() >= maxUnacked {
		return errMute
	}
	handed := make(chan mqtt.Token, 1)
	go func() { handed <- l.client.Publish(topic, qos, false, b) }() // takes writeTimeout at most
	select {
	case token := <-handed:
		if isDone(token) && token.Error() != nil {
			return fmt.Errorf("%w: %w", errPublish, token.Error())
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.unacked = append(l.unacked, token)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// waiting is how many publishes the broker has not acknowledged.
func (l *link) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unacked = slices.DeleteFunc(l.unacked, isDone)
	return len(l.unacked)
}

func isDone(t mqtt.Token) bool {
	select {
	case <-t.Done():
		return true
	default:
		return false
	}
}

// close says goodbye.
func (l *link) close() {
	l.client.Disconnect(uint(quiesce.Milliseconds()))
	_ = l.conn.Close() // the library has, or has given up
}
