package local

import "motcua/protocol/fault"

// Health is the machine's state for a technician; it holds nothing about a person.
type Health struct {
	Version   string      `json:"version"`
	Device    string      `json:"device"`
	Ready     bool        `json:"ready"`
	Parts     []PartState `json:"parts"`
	QueueSize int         `json:"queue_size"`
}

// PartState is the state of one part: reader, queue, uplink, key, disk.
type PartState struct {
	Part  string     `json:"part"`
	State string     `json:"state"` // ready, absent, probing, degraded, gone
	Code  fault.Code `json:"code,omitempty"`
	Do    string     `json:"do,omitempty"` // what a technician does about it
}
