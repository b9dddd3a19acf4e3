package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"motcua/protocol/wire"
)

// Where nats-server 2.15 keeps retained messages of MQTT: a stream with one message
// for each subject (server/mqtt.go, mqttRetainedMsgsStreamName), which its MQTT side
// follows and hands to whoever subscribes. It makes the stream when the first MQTT
// client connects. A header says with which flags the message was published.
const (
	retainedStream = "$MQTT_rmsgs"
	retainedPrefix = "$MQTT.rmsgs."
	retainedFlags  = "Nmqtt-RFlags"
)

var (
	// errNoStream: no device has ever connected, so there is nothing to keep documents in.
	errNoStream = errors.New("the broker keeps nothing yet")
	// errNewer: what the broker keeps is newer.
	errNewer = errors.New("the broker keeps a newer one")
)

// shelf is where the broker keeps documents for devices that subscribe later. It is
// written over NATS rather than by an MQTT client of the centre's own: what is
// written is acknowledged, and compared with what is there in one step, so that of
// several workers the one with the oldest file cannot win.
type shelf struct{ js jetstream.JetStream }

func newShelf(conn *nats.Conn) (shelf, error) {
	js, err := jetstream.New(conn)
	return shelf{js}, err
}

// keep stores a document, and reports whether it was not there before. newer tells
// whether what is stored should stay.
func (s shelf) keep(ctx context.Context, d wire.Document, b []byte, newer func(stored []byte) bool) (stored bool, err error) {
	stream, err := s.stream(ctx)
	if err != nil {
		return false, err
	}
	name := retainedPrefix + subject(d.Topic())
	var seq uint64
	last, err := stream.GetLastMsgForSubject(ctx, name)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
	case err != nil:
		return false, fmt.Errorf("looking at what the broker keeps: %w", err)
	case bytes.Equal(last.Data, b):
		return false, nil
	case newer(last.Data):
		return false, errNewer
	default:
		seq = last.Sequence
	}
	m := nats.NewMsg(name)
	m.Data = b
	m.Header.Set(retainedFlags, "0") // QoS 0
	if _, err := s.js.PublishMsg(ctx, m, jetstream.WithExpectLastSequencePerSubject(seq)); err != nil {
		return false, fmt.Errorf("letting the broker keep %s: %w", d.Topic(), err)
	}
	return true, nil
}

// has tells whether the broker keeps a document of that name.
func (s shelf) has(ctx context.Context, d wire.Document) (bool, error) {
	stream, err := s.stream(ctx)
	if errors.Is(err, errNoStream) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	name := retainedPrefix + subject(d.Topic())
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(name))
	if err != nil {
		return false, fmt.Errorf("looking at what the broker keeps: %w", err)
	}
	return info.State.Subjects[name] > 0, nil
}

func (s shelf) stream(ctx context.Context) (jetstream.Stream, error) {
	stream, err := s.js.Stream(ctx, retainedStream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, errNoStream
	}
	if err != nil {
		return nil, fmt.Errorf("looking for what the broker keeps: %w", err)
	}
	return stream, nil
}
