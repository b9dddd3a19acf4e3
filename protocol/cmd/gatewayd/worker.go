package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/wire"
)

// Bounds of what waits in memory. A message that is dropped here is sent again by
// its kiosk.
const (
	waitingMessages = 1024
	waitingBytes    = 32 << 20
	workers         = 96 // more than one batch of the inbox: the others work while it is being synced
	processWithin   = 30 * time.Second
)

// worker brings messages from the broker to the gateway and the answers back.
type worker struct {
	gateway *gateway.Gateway
	conn    *nats.Conn
	log     *slog.Logger
	sub     *nats.Subscription
	queue   chan *nats.Msg
	busy    sync.WaitGroup
}

// startWorker subscribes to the requests of all devices.
func startWorker(g *gateway.Gateway, conn *nats.Conn, log *slog.Logger) (*worker, error) {
	w := &worker{gateway: g, conn: conn, log: log, queue: make(chan *nats.Msg)}
	for range workers {
		w.busy.Go(func() {
			for m := range w.queue {
				w.handle(m)
			}
		})
	}
	requests := subject(wire.Root + "/+/+/+/up/" + wire.UpRequest)
	sub, err := conn.Subscribe(requests, func(m *nats.Msg) { w.queue <- m })
	if err == nil {
		err = sub.SetPendingLimits(waitingMessages, waitingBytes)
	}
	if err == nil {
		err = conn.Flush()
	}
	if err != nil {
		return nil, fmt.Errorf("subscribing to requests: %w", err)
	}
	w.sub = sub
	return w, nil
}

// stop takes no more messages, and finishes those that have come.
func (w *worker) stop() error {
	drained := make(chan struct{})
	w.sub.SetClosedHandler(func(string) { close(drained) })
	if err := w.sub.Drain(); err != nil {
		return fmt.Errorf("ending the subscription: %w", err)
	}
	<-drained
	close(w.queue)
	w.busy.Wait()
	defer w.conn.Close()
	if err := w.conn.Flush(); err != nil {
		return fmt.Errorf("sending the last answers: %w", err)
	}
	return nil
}

// handle processes one message. The topic is the broker's word for who sent it;
// the gateway holds it against the signature.
func (w *worker) handle(m *nats.Msg) {
	t, err := wire.ParseTopic(topic(m.Subject))
	if err != nil || len(m.Data) > t.Limit() {
		w.log.Warn("dropped", "reason", "not a request", "bytes", len(m.Data))
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), processWithin)
	defer cancel()
	reply, err := w.gateway.Process(ctx, t.Branch, m.Data)
	if err != nil {
		w.report(t.Branch, err)
		return
	}
	w.log.Info("request", "device", reply.Branch.Device, "service", reply.Service, "seq", reply.Seq, "id", reply.ID.String(),
		"status", string(reply.Status), "reason", reply.Reason, "again", reply.Again)
	for _, a := range reply.Alarms {
		w.alarm(a)
	}
	w.answer(reply)
}

// report says what became of a message without a receipt.
func (w *worker) report(b wire.Branch, err error) {
	alarm, isAlarm := errors.AsType[*gateway.Alarm](err)
	switch {
	case isAlarm:
		w.alarm(*alarm)
	case fault.CodeOf(err) == fault.Refused:
		w.log.Warn("dropped", "device", b.Device, "reason", err.Error())
	default:
		w.log.Error("failed", "device", b.Device, "fault", err.Error())
	}
}

func (w *worker) alarm(a gateway.Alarm) {
	w.log.Error("alarm", "kind", string(a.Kind), "device", a.Device, "seq", a.Seq, "id", a.ID.String())
}

// answer publishes receipt and result. They are durable: if they get lost, the
// kiosk sends again and gets the same.
func (w *worker) answer(r gateway.Reply) {
	w.publish(r.Branch.Down(wire.DownReceipt), r.Receipt)
	if r.Result != nil {
		w.publish(r.Branch.Down(wire.DownResult), r.Result)
	}
}

func (w *worker) publish(topic string, b []byte) {
	if err := w.conn.Publish(subject(topic), b); err != nil {
		w.log.Warn("not published", "topic", topic, "fault", err.Error())
	}
}
