package main

import (
	"crypto/tls"
	"log/slog"
	"time"

	"motcua/daemon/config"
	"motcua/daemon/outbox"
	"motcua/daemon/session"
	"motcua/daemon/sign"
	"motcua/daemon/uplink"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// newLink makes the link to the centre and lets the session hear what comes of it.
func newLink(c config.Config, key *sign.FileKey, far centre, store *outbox.Store, s *session.Session, log *slog.Logger) *uplink.Uplink {
	u := uplink.New(uplink.Config{
		Broker: c.Centre.Broker,
		TLS: &tls.Config{
			MinVersion:   tls.VersionTLS13,
			RootCAs:      far.roots,
			Certificates: []tls.Certificate{key.TLSCertificate()},
		},
		Branch: key.Branch(),
		VerifyReceipt: func(b []byte) (request.Receipt, error) {
			return envelope.VerifyReceipt(b, far.receipt, time.Now())
		},
		VerifyResult: func(b []byte) (request.Result, error) {
			return envelope.VerifyResult(b, far.receipt, time.Now())
		},
	}, store, log)
	u.OnStatus(func(st uplink.Status) { s.SetLink(session.Link{Online: st.Online, Code: st.Code}) })
	u.OnSent(s.Sent)
	u.OnReceipt(s.Receipt)
	u.OnResult(s.Result)
	return u
}
