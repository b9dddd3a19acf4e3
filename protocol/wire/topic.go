package wire

import (
	"errors"
	"fmt"
	"strings"
)

// Root is the first level of every topic; it changes when topics change.
const Root = "k1"

// Kinds of upstream messages.
const (
	UpRequest = "req"    // requests, protocol/envelope
	UpEvent   = "evt"    // request.Hello after each connect
	UpAudit   = "audit"  // checkpoints of the audit log
	UpStatus  = "status" // retained state of the device, and its last will
)

// Kinds of downstream messages.
const (
	DownReceipt = "receipt" // signed receipts, protocol/envelope
	DownResult  = "result"  // signed results
	DownCommand = "command" // request.Welcome
)

// MaxName is the longest province, facility or device name.
const MaxName = 32

// ErrName means that a name cannot be part of a topic.
var ErrName = errors.New("a name needs 1 to 32 letters, digits, hyphens or underscores")

// ErrTopic means that a topic is none of this protocol's.
var ErrTopic = errors.New("not a topic of this protocol")

// CheckName reports whether v can be a province, facility or device: 1 to 32
// ASCII letters, digits, hyphens or underscores. That leaves out every character
// with a meaning in topics of MQTT (/ + # $) or subjects of NATS (. * >), spaces
// and control characters.
func CheckName(v string) error {
	if v == "" || len(v) > MaxName {
		return ErrName
	}
	for _, c := range []byte(v) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '-' && c != '_' {
			return ErrName
		}
	}
	return nil
}

// Branch is the place of one device in the tree of topics.
type Branch struct {
	Province string // ST of the device certificate
	Facility string // O of the device certificate
	Device   string // CN of the device certificate, and MQTT client id
}

// Validate checks the three names.
func (b Branch) Validate() error {
	for _, part := range []struct{ what, name string }{{"province", b.Province}, {"facility", b.Facility}, {"device", b.Device}} {
		if err := CheckName(part.name); err != nil {
			return fmt.Errorf("%s: %w", part.what, err)
		}
	}
	return nil
}

// String is the branch's topic prefix, without a slash at its end.
func (b Branch) String() string {
	return Root + "/" + b.Province + "/" + b.Facility + "/" + b.Device
}

// Up is the topic on which the device publishes a kind of message.
func (b Branch) Up(kind string) string { return b.String() + "/up/" + kind }

// Down is the topic on which the device is sent a kind of message.
func (b Branch) Down(kind string) string { return b.String() + "/dn/" + kind }

// Direction says which way a message goes.
type Direction string

// Directions.
const (
	Up   Direction = "up" // device to centre
	Down Direction = "dn" // centre to device
)

// Topic is a topic taken apart.
type Topic struct {
	Branch
	Direction Direction
	Kind      string
}

// String puts the topic together again.
func (t Topic) String() string { return t.Branch.String() + "/" + string(t.Direction) + "/" + t.Kind }

// ParseTopic takes apart a topic of a device's branch.
func ParseTopic(topic string) (Topic, error) {
	part := strings.Split(topic, "/")
	if len(part) != 6 || part[0] != Root {
		return Topic{}, ErrTopic
	}
	t := Topic{Branch{part[1], part[2], part[3]}, Direction(part[4]), part[5]}
	if err := t.Branch.Validate(); err != nil {
		return Topic{}, fmt.Errorf("%w: %w", ErrTopic, err)
	}
	if !known(t.Direction, t.Kind) {
		return Topic{}, ErrTopic
	}
	return t, nil
}

func known(d Direction, kind string) bool {
	switch d {
	case Up:
		return kind == UpRequest || kind == UpEvent || kind == UpAudit || kind == UpStatus
	case Down:
		return kind == DownReceipt || kind == DownResult || kind == DownCommand
	}
	return false
}
