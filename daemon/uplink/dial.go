package uplink

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"motcua/protocol/fault"
	"motcua/protocol/wire"
)

// dialFunc opens the way to the broker.
type dialFunc func(context.Context) (net.Conn, error)

// dialer checks the configuration and makes the function that connects.
func (c Config) dialer() (dialFunc, error) {
	if err := c.Branch.Validate(); err != nil {
		return nil, invalid("the device's names: %w", err)
	}
	if c.VerifyReceipt == nil || c.VerifyResult == nil {
		return nil, invalid("nobody verifies receipts and results")
	}
	if c.Dial != nil {
		return c.Dial, nil
	}
	u, err := url.Parse(c.Broker)
	if err != nil || u.Scheme != "tls" || u.Hostname() == "" || u.Port() == "" {
		return nil, invalid("centre.broker %q: tls://host:port is wanted", c.Broker)
	}
	conf, err := c.tls(u.Hostname())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		defer cancel()
		return (&tls.Dialer{Config: conf}).DialContext(ctx, "tcp", u.Host)
	}, nil
}

// tls hardens the configuration: mutual, 1.3, the server's name checked against
// an authority of our own.
func (c Config) tls(host string) (*tls.Config, error) {
	switch {
	case c.TLS == nil || len(c.TLS.Certificates) == 0 && c.TLS.GetClientCertificate == nil:
		return nil, invalid("there is no device certificate")
	case c.TLS.RootCAs == nil:
		return nil, invalid("there is no authority for the broker's certificate (centre.ca)")
	case c.TLS.InsecureSkipVerify:
		return nil, invalid("the broker's certificate has to be verified")
	}
	conf := c.TLS.Clone()
	conf.MinVersion = tls.VersionTLS13
	conf.ServerName = host
	if conf.ClientSessionCache == nil {
		// resuming spares the broker most of a handshake when all come back at once
		conf.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
	return conf, nil
}

func invalid(format string, args ...any) error {
	return fault.Wrap(fault.ConfigInvalid, fmt.Errorf("connecting to the centre: "+format, args...))
}

// maxPacket bounds what a broker may make us read at once, in bytes.
const maxPacket = wire.MaxPayload + 1024

var errPacket = errors.New("the broker sends a packet that is longer than any of this protocol")

// guarded reads MQTT packets from a connection, in blocks, and refuses one that
// is too long before anybody allocates memory for it. It gives every write a time
// limit: the library's own spares its pings, which are what has to notice a peer
// that is gone.
type guarded struct {
	net.Conn
	in    *bufio.Reader
	left  int // bytes of the packet's body still to come
	shift int // bits of the length read so far; -1: at the packet's first byte
}

func guard(c net.Conn) *guarded {
	return &guarded{Conn: c, in: bufio.NewReaderSize(c, 4096), shift: -1}
}

// Read follows the framing of MQTT 3.1.1 section 2.2: a byte, a length of one to
// four bytes, as many bytes as that.
func (g *guarded) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if g.left > 0 && g.shift < 0 {
		n, err := g.in.Read(p[:min(len(p), g.left)])
		g.left -= n
		return n, err
	}
	b, err := g.in.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	if g.shift < 0 {
		g.shift, g.left = 0, 0
		return 1, nil
	}
	g.left |= int(b&0x7f) << g.shift
	g.shift += 7
	if g.left > maxPacket || b&0x80 != 0 && g.shift > 21 {
		return 0, errPacket
	}
	if b&0x80 == 0 {
		g.shift = -1
	}
	return 1, nil
}

// Write ends within writeTimeout. A write that fails ends the connection: half a
// packet may be on its way.
func (g *guarded) Write(p []byte) (int, error) {
	if err := g.Conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	n, err := g.Conn.Write(p)
	if err != nil {
		err = errors.Join(err, g.Conn.Close())
	}
	return n, err
}
