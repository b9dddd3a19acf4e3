package uplink_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"
	"testing"
	"time"

	"motcua/daemon/uplink"
	"motcua/protocol/fault"
	"motcua/protocol/wire"
)

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
