package uplink

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"syscall"

	"golang.org/x/sys/unix"

	"motcua/protocol/fault"
)

// Way is one way to the centre.
type Way struct {
	Broker string // tls://host:port
	Bearer string // network interface; empty: as the machine's routes say
}

// String is the way as a technician reads it.
func (w Way) String() string {
	if w.Bearer == "" {
		return w.Broker
	}
	return w.Broker + " over " + w.Bearer
}

// path is a way that can be dialled.
type path struct {
	Way
	dial func(context.Context) (net.Conn, error)
}

// paths checks the configuration and lists the ways, the best first.
func (c Config) paths() ([]path, error) {
	if err := c.Branch.Validate(); err != nil {
		return nil, invalid("the device's names: %w", err)
	}
	if c.VerifyReceipt == nil || c.VerifyResult == nil {
		return nil, invalid("nobody verifies receipts and results")
	}
	var all []path
	for _, w := range c.ways() {
		dial, err := c.dialer(w)
		if err != nil {
			return nil, err
		}
		all = append(all, path{w, dial})
	}
	return all, nil
}

// ways are each bearer with each broker, so that a metered bearer is used only
// when no broker can be reached over the one before.
func (c Config) ways() (all []Way) {
	brokers, bearers := []string{c.Broker}, c.Bearers
	if c.Fallback != "" {
		brokers = append(brokers, c.Fallback)
	}
	if len(bearers) == 0 {
		bearers = []string{""}
	}
	for _, bearer := range bearers {
		for _, broker := range brokers {
			all = append(all, Way{broker, bearer})
		}
	}
	return all
}

// dialer makes the function that opens a way.
func (c Config) dialer(w Way) (func(context.Context) (net.Conn, error), error) {
	if c.Dial != nil {
		return func(ctx context.Context) (net.Conn, error) { return c.Dial(ctx, w) }, nil
	}
	u, err := url.Parse(w.Broker)
	if err != nil || u.Scheme != "tls" || u.Hostname() == "" || u.Port() == "" {
		return nil, invalid("broker %q: tls://host:port is wanted", w.Broker)
	}
	conf, err := c.tls(u.Hostname())
	if err != nil {
		return nil, err
	}
	d := &tls.Dialer{Config: conf, NetDialer: &net.Dialer{Control: w.prepare}}
	return func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, "tcp", u.Host) }, nil
}

// prepare sets a socket's options before it connects. The kernel gives a
// connection up when what was sent is not acknowledged in time: a peer that is
// half gone is noticed even while there is room in buffers (tcp(7),
// TCP_USER_TIMEOUT). Binding to an interface needs no privilege since Linux 5.7
// (socket(7), SO_BINDTODEVICE).
func (w Way) prepare(_, _ string, c syscall.RawConn) error {
	var err error
	cerr := c.Control(func(fd uintptr) {
		if err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(ackTimeout.Milliseconds())); err != nil {
			err = fmt.Errorf("bounding the time for a write: %w", err)
			return
		}
		if w.Bearer == "" {
			return
		}
		if err = unix.BindToDevice(int(fd), w.Bearer); err != nil {
			err = fmt.Errorf("%w %s: %w", errBearer, w.Bearer, err)
		}
	})
	if cerr != nil {
		return cerr
	}
	return err
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
