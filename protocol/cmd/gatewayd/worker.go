package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
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
	waitingMessages = 2048
	waitingBytes    = 32 << 20
	workers         = 1024 // several batches of the inbox: some are computed while one is being synced
	processWithin   = 30 * time.Second
)

// worker brings messages from the broker to the gateway and the answers back.
type worker struct {
	gateway *gateway.Gateway
	conn    *nats.Conn
	log     *slog.Logger
	figures *figures
	subs    []*nats.Subscription
	queue   chan *nats.Msg
	put     chan struct{} // something was put off just now
	busy    sync.WaitGroup
}

// startWorker subscribes to the requests of all devices.
func startWorker(g *gateway.Gateway, conn *nats.Conn, f *figures, log *slog.Logger) (*worker, error) {
	w := &worker{gateway: g, conn: conn, log: log, figures: f, queue: make(chan *nats.Msg), put: make(chan struct{}, 1)}
	for range workers {
		w.busy.Go(func() {
			for m := range w.queue {
				w.handle(m)
			}
		})
	}
	for _, kind := range []string{wire.UpRequest, wire.UpEvent, wire.UpAudit} {
		if err := w.subscribe(kind); err != nil {
			return nil, fmt.Errorf("subscribing to what devices send: %w", err)
		}
	}
	return w, nil
}

// subscribe takes what all devices send on one kind of topic.
func (w *worker) subscribe(kind string) error {
	sub, err := w.conn.QueueSubscribe(subject(wire.Root+"/+/+/+/up/"+kind), queueGroup, func(m *nats.Msg) { w.queue <- m })
	if err != nil {
		return err
	}
	w.subs = append(w.subs, sub)
	if err := sub.SetPendingLimits(waitingMessages, waitingBytes); err != nil {
		return err
	}
	return w.conn.Flush()
}

// stop takes no more messages, and finishes those that have come.
func (w *worker) stop() error {
	for _, sub := range w.subs {
		drained := make(chan struct{})
		sub.SetClosedHandler(func(string) { close(drained) })
		if err := sub.Drain(); err != nil {
			return fmt.Errorf("ending a subscription: %w", err)
		}
		<-drained
	}
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
		w.figures.drop(fault.Refused)
		w.log.Warn("dropped", "reason", "not a request", "bytes", len(m.Data))
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), processWithin)
	defer cancel()
	switch t.Kind {
	case wire.UpEvent:
		w.hello(ctx, t.Branch, m.Data)
	case wire.UpAudit:
		w.audit(ctx, t.Branch, m.Data)
	default:
		w.request(ctx, t.Branch, m.Data)
	}
}

// hello sends the lost answers again, then the Welcome.
func (w *worker) hello(ctx context.Context, b wire.Branch, message []byte) {
	greeting, err := w.gateway.Hello(ctx, b, message)
	if err != nil {
		w.report(b, err)
		return
	}
	w.figures.hellos.Inc()
	w.log.Info("hello", "device", b.Device, "again", len(greeting.Replies))
	for _, r := range greeting.Replies {
		w.answer(r)
	}
	w.publish(b.Down(wire.DownCommand), greeting.Welcome)
}

// audit takes a checkpoint of a device's audit log; nothing is answered.
func (w *worker) audit(ctx context.Context, b wire.Branch, message []byte) {
	reply, err := w.gateway.Audit(ctx, b, message)
	if err != nil {
		w.report(b, err)
		return
	}
	w.log.Info("checkpoint", "device", b.Device, "log", reply.Log.String(), "size", reply.Size, "status", string(reply.Status))
	for _, a := range reply.Alarms {
		w.alarm(a)
	}
}

func (w *worker) request(ctx context.Context, b wire.Branch, message []byte) {
	begun := time.Now()
	reply, err := w.gateway.Process(ctx, b, message)
	if err != nil {
		w.report(b, err)
		return
	}
	w.figures.request(reply, time.Since(begun))
	w.log.Info("request", "device", reply.Branch.Device, "service", reply.Service, "seq", reply.Seq, "id", reply.ID.String(),
		"status", string(reply.Status), "reason", reply.Reason, "again", reply.Again)
	for _, a := range reply.Alarms {
		w.alarm(a)
	}
	w.answer(reply)
	if reply.Result == nil && reply.Reason == "" && !reply.Again {
		select {
		case w.put <- struct{}{}:
		default: // it is known already
		}
	}
}

// report says what became of a message without a receipt.
func (w *worker) report(b wire.Branch, err error) {
	alarm, isAlarm := errors.AsType[*gateway.Alarm](err)
	switch {
	case isAlarm:
		w.alarm(*alarm)
	case slices.Contains([]fault.Code{fault.Refused, fault.Frozen, fault.Busy}, fault.CodeOf(err)):
		w.figures.drop(fault.CodeOf(err))
		w.log.Warn("dropped", "code", string(fault.CodeOf(err)), "device", b.Device, "reason", err.Error())
	default:
		w.figures.failed.Inc()
		w.log.Error("failed", "device", b.Device, "fault", err.Error())
	}
}

func (w *worker) alarm(a gateway.Alarm) {
	w.figures.alarm(a.Kind)
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

// waiting is how many messages have come and not been taken up.
func (w *worker) waiting() int {
	n := 0
	for _, sub := range w.subs {
		if messages, _, err := sub.Pending(); err == nil {
			n += messages
		}
	}
	return n
}
