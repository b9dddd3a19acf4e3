package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/events"
)

// eventStream is the stream that keeps events for services that are away.
const eventStream = "MOTCUA_EVENTS"

// eventsConfig says whether events of verified requests leave, and how long they
// are kept.
type eventsConfig struct {
	Enabled  bool `toml:"enabled"`
	Replicas int  `toml:"replicas"`  // nodes that keep each event; 0: 3
	KeepDays int  `toml:"keep_days"` // 0: 7
}

func (c eventsConfig) faults(m mode) (faults []error) {
	if c.Enabled && m != modeWorker {
		faults = append(faults, fmt.Errorf("events.enabled has no meaning for %s; events leave on the nodes of a cluster", m))
	}
	if c.Replicas < 0 || c.Replicas > 5 {
		faults = append(faults, errors.New("events.replicas must be 1 to 5"))
	}
	if c.KeepDays < 0 || c.KeepDays > 365 {
		faults = append(faults, errors.New("events.keep_days must be 1 to 365"))
	}
	return faults
}

// sameWithin is how long the stream knows an event that comes again.
const sameWithin = 10 * time.Minute

func (c eventsConfig) stream() jetstream.StreamConfig {
	replicas, days := c.Replicas, c.KeepDays
	if replicas == 0 {
		replicas = 3
	}
	if days == 0 {
		days = 7
	}
	return jetstream.StreamConfig{
		Name: eventStream, Subjects: []string{events.Root + ".>"}, Storage: jetstream.FileStorage, Replicas: replicas,
		MaxAge: time.Duration(days) * 24 * time.Hour, Duplicates: sameWithin, Description: "CloudEvents of verified requests",
	}
}

// publisher sends events to the stream.
type publisher struct {
	js     jetstream.JetStream
	config jetstream.StreamConfig
	made   bool
}

// publishEvents sends what the inbox has to tell until ctx ends.
func publishEvents(ctx context.Context, c eventsConfig, inbox gateway.Inbox, conn *nats.Conn, log *slog.Logger) error {
	js, err := jetstream.New(conn)
	if err != nil {
		return err
	}
	p := &publisher{js: js, config: c.stream()}
	events.Publish(ctx, inbox, nats.NewInbox(), p.send, time.Now, log)
	return nil
}

// send publishes all, then waits until the stream says of each that it is kept.
func (p *publisher) send(ctx context.Context, all []gateway.Event) error {
	if !p.made {
		if _, err := p.js.CreateOrUpdateStream(ctx, p.config); err != nil {
			return fmt.Errorf("the stream of events: %w", err)
		}
		p.made = true
	}
	kept := make([]jetstream.PubAckFuture, len(all))
	for i, e := range all {
		m := nats.NewMsg(e.Subject)
		m.Data = e.Data
		m.Header.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
		var err error
		if kept[i], err = p.js.PublishMsgAsync(m, jetstream.WithMsgID(e.ID)); err != nil {
			return fmt.Errorf("publishing events: %w", err)
		}
	}
	for _, k := range kept {
		select {
		case <-k.Ok():
		case err := <-k.Err():
			return fmt.Errorf("publishing events: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("publishing events: %w", ctx.Err())
		}
	}
	return nil
}
