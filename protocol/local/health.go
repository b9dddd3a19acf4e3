package local

import (
	"time"

	"motcua/protocol/fault"
)

// Health is the machine's state for a technician; it holds nothing about a person.
type Health struct {
	Version   string      `json:"version"`
	Device    string      `json:"device"`
	Ready     bool        `json:"ready"`
	Parts     []PartState `json:"parts"`
	QueueSize int         `json:"queue_size"`
	// Documents are what the centre signs for everybody, as far as it has come.
	Documents []DocumentState `json:"documents,omitempty"`
}

// DocumentState is the newest document of a kind that the kiosk has.
type DocumentState struct {
	Document string `json:"document"` // revocation
	Number   uint64 `json:"number"`
	At       int64  `json:"at"`   // when it was signed, unix milliseconds
	Next     int64  `json:"next"` // until when another one will be, unix milliseconds
	// AgeS is how old it is by what the kiosk knows of the centre's time, in seconds.
	AgeS int64      `json:"age_s"`
	Code fault.Code `json:"code,omitempty"` // what is wrong with it
}

// PartState is the state of one part: reader, queue, audit, link, trust, and each
// device that is configured.
type PartState struct {
	Part  string     `json:"part"`
	State string     `json:"state"` // ready, absent, probing, degraded, gone
	Code  fault.Code `json:"code,omitempty"`
	Do    string     `json:"do,omitempty"` // what a technician does about it
	// What, Why and Since are told of devices: maker and model and where it is
	// plugged in, the cause in a driver's words, and since when it is so.
	What  string    `json:"what,omitempty"`
	Why   string    `json:"why,omitempty"`
	Since time.Time `json:"since,omitzero"`
}
