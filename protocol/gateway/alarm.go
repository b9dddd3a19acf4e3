package gateway

import (
	"fmt"

	"motcua/protocol/request"
)

// AlarmKind says what is wrong.
type AlarmKind string

// Kinds of security alarms. None of them is an accident of the network: identical
// bytes are sent on every retry.
const (
	// AlarmIDReused: an id came back with other content.
	AlarmIDReused AlarmKind = "id-reused"
	// AlarmSeqReused: another request claims a place in the chain that is taken, as
	// a cloned or rolled-back kiosk does.
	AlarmSeqReused AlarmKind = "seq-reused"
	// AlarmChain: an envelope does not name the one before it, so the chain was
	// changed after it was made.
	AlarmChain AlarmKind = "chain-broken"
	// AlarmBranch: the message came on another device's topic.
	AlarmBranch AlarmKind = "foreign-branch"
)

// Alarm is a message that was authentic and yet cannot be. Nothing of it has been
// processed; it has no receipt. Somebody has to look at the device.
type Alarm struct {
	Kind   AlarmKind      `json:"kind"`
	Device string         `json:"device"`
	ID     request.ID     `json:"id"`
	Seq    uint64         `json:"seq"`
	Digest request.Digest `json:"digest"` // of the message that raised it
	At     int64          `json:"at"`     // first time, unix milliseconds
	Times  int            `json:"times"`
}

func (a *Alarm) Error() string {
	return fmt.Sprintf("security alarm: %s: device %s, id %s, seq %d", a.Kind, a.Device, a.ID, a.Seq)
}
