package main

import (
	"crypto/rand"
	"crypto/tls"
	"log/slog"
	"time"

	"motcua/daemon/clock"
	"motcua/daemon/config"
	"motcua/daemon/leases"
	"motcua/daemon/nonces"
	"motcua/daemon/outbox"
	"motcua/daemon/session"
	"motcua/daemon/sign"
	"motcua/daemon/uplink"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// memory is what the kiosk keeps of the centre's beside its queue.
type memory struct {
	clock  *clock.Clock
	nonces *nonces.Pool
	leases *leases.Pool
}

// openMemory reads all of it. Nothing of it stops the kiosk: without, requests say
// that the clock is unset, are dated by their arrival alone, and bring no number.
func openMemory(queueFile string, t config.Tickets, src clock.Source, log *slog.Logger) memory {
	c := clock.Open(queueFile+".clock", src, log)
	return memory{
		clock: c, nonces: nonces.Open(queueFile+".nonces", c.Centre, log),
		leases: leases.Open(queueFile+".leases", t.Queues, c.Centre, log),
	}
}

// linkConfig is how the centre is reached, and what it is told and asked.
func linkConfig(c config.Config, key *sign.FileKey, far centre, m memory, p papers, n *notary) uplink.Config {
	return uplink.Config{
		Broker:   c.Centre.Broker,
		Fallback: c.Centre.Fallback,
		Bearers:  c.Centre.Bearers,
		TLS: &tls.Config{
			MinVersion:   tls.VersionTLS13,
			RootCAs:      far.roots,
			Certificates: []tls.Certificate{key.TLSCertificate()},
		},
		Branch:        key.Branch(),
		VerifyReceipt: func(b []byte) (request.Receipt, error) { return p.centre.Receipt(b, time.Now()) },
		VerifyResult:  func(b []byte) (request.Result, error) { return p.centre.Result(b, time.Now()) },
		Documents:     p.all(),
		Greeting: uplink.Greeting{
			Sign: func(h request.Hello) ([]byte, error) {
				return envelope.SignHello(rand.Reader, h, key, key.Chain())
			},
			Verify: func(b []byte) (request.Welcome, error) { return p.centre.Welcome(b, time.Now()) },
			Nonces: m.nonces,
			Leases: m.leases,
			Clock:  m.clock,
			Audit:  n,
		},
	}
}

// newLink makes the link to the centre and lets others hear what comes of it.
func newLink(c uplink.Config, store *outbox.Store, to hearers, log *slog.Logger) *uplink.Uplink {
	u := uplink.New(c, store, log)
	u.OnStatus(func(st uplink.Status) { to.session.SetLink(session.Link{Online: st.Online, Code: st.Code}) })
	u.OnSent(to.session.Sent)
	u.OnReceipt(to.receipt)
	u.OnResult(to.result)
	return u
}
