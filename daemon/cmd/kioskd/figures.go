package main

import (
	"context"
	"time"

	"motcua/daemon/metrics"
	"motcua/daemon/outbox"
	"motcua/daemon/session"
	"motcua/daemon/uplink"
	"motcua/protocol/request"
)

// sources are the parts that are asked for figures.
func (k *kiosk) sources(m memory, p papers) metrics.Sources {
	s := metrics.Sources{
		Queue:       func() (outbox.Stats, error) { return k.store.Stats(context.Background()) },
		Alarms:      k.store.Alarms,
		Link:        func() (uplink.Status, uplink.Counts) { return k.link.Status(), k.link.Counts() },
		Clock:       m.clock.State,
		Uncertainty: m.clock.Uncertainty,
		Nonces:      m.nonces.Left,
		Devices:     k.devices.Health,
		Case:        k.devices.CaseOpen,
		Documents:   p.states(m.clock.Centre),
		Now:         time.Now,
	}
	if book := k.notary.book; book != nil {
		s.Audit = book.Size
	}
	return s
}

// hearers hear what comes of the link.
type hearers struct {
	session *session.Session
	figures *metrics.Kiosk
	notary  *notary
}

func (h hearers) receipt(r request.Receipt) {
	h.figures.Receipt(r, time.Now())
	h.notary.receipt(r)
	h.session.Receipt(r)
}

func (h hearers) result(r request.Result) {
	h.notary.result(r)
	h.session.Result(r)
}
