package events

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Root is the first part of the subjects on which events leave.
const Root = "motcua.events"

// Types of events; the last part changes when the data changes.
const (
	TypeRequest = "vn.motcua.request.v1"
	TypeAlarm   = "vn.motcua.alarm.v1"
	TypeDose    = "vn.motcua.dose.v1"
)

// Stage says when an event about a request was made.
type Stage string

// Stages.
const (
	StageReceived Stage = "received" // stored for the first time, with its receipt
	StageSettled  Stage = "settled"  // its service has answered, or a person has decided
)

// CloudEvent is an event as it leaves (CloudEvents 1.0.2, JSON format 1.0.2).
type CloudEvent struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"` // the device's branch: /k1/province/facility/device; /k1/device for an alarm
	Type            string          `json:"type"`
	Subject         string          `json:"subject"` // the request's id
	Time            time.Time       `json:"time"`    // the centre's clock
	DataContentType string          `json:"datacontenttype"`
	DataSchema      string          `json:"dataschema"`
	Data            json.RawMessage `json:"data"`
}

// RequestData is the data of [TypeRequest]. The business key is left out, although
// it is hashed: it would link the requests of a person.
type RequestData struct {
	Stage    Stage          `json:"stage"`
	Service  string         `json:"service"`
	Province string         `json:"province"`
	Facility string         `json:"facility"`
	Device   string         `json:"device"`
	Seq      uint64         `json:"seq"`
	Digest   request.Digest `json:"digest"` // of the envelope
	Status   request.Status `json:"status"`
	Reason   string         `json:"reason,omitempty"`
	Level    request.Level  `json:"level,omitempty"`
	Basis    gateway.Basis  `json:"basis,omitempty"`
}

// AlarmData is the data of [TypeAlarm].
type AlarmData struct {
	Kind   gateway.AlarmKind `json:"kind"`
	Device string            `json:"device"`
	Seq    uint64            `json:"seq"`
	Digest request.Digest    `json:"digest"` // of the message that raised it
}

// DoseData is the data of [TypeDose]: a dose was recorded, so its beneficiary has to
// hear of it. Who that is the registry knows, by the request's id.
type DoseData struct {
	Province string `json:"province"`
	Facility string `json:"facility"`
	Device   string `json:"device"`
	Seq      uint64 `json:"seq"`
}

// ofRequest makes the event of a record, whose envelope was verified before.
func ofRequest(r *gateway.Record, stage Stage, at time.Time, rand io.Reader) (gateway.Event, error) {
	o, err := envelope.ReadOuter(r.Envelope)
	if err != nil {
		return gateway.Event{}, err
	}
	b := wire.Branch{Province: o.Province, Facility: o.Facility, Device: o.Device}
	return newEvent(TypeRequest, "/"+b.String(), r.ID, fmt.Sprintf("%s.request.%s.%s.%s", Root, o.Service, o.Province, o.Facility), at, rand, RequestData{
		Stage: stage, Service: r.Service, Province: o.Province, Facility: o.Facility, Device: r.Device, Seq: r.Seq, Digest: r.Digest,
		Status: r.Status, Reason: r.Reason, Level: r.Level, Basis: r.Basis,
	})
}

// ofDose makes the event of a dose that was recorded.
func ofDose(r *gateway.Record, at time.Time, rand io.Reader) (gateway.Event, error) {
	o, err := envelope.ReadOuter(r.Envelope)
	if err != nil {
		return gateway.Event{}, err
	}
	b := wire.Branch{Province: o.Province, Facility: o.Facility, Device: o.Device}
	return newEvent(TypeDose, "/"+b.String(), r.ID, Root+".dose."+o.Province+"."+o.Facility, at, rand,
		DoseData{Province: o.Province, Facility: o.Facility, Device: o.Device, Seq: r.Seq})
}

func ofAlarm(a gateway.Alarm, rand io.Reader) (gateway.Event, error) {
	return newEvent(TypeAlarm, "/"+wire.Root+"/"+a.Device, a.ID, Root+".alarm."+string(a.Kind), time.UnixMilli(a.At), rand,
		AlarmData{Kind: a.Kind, Device: a.Device, Seq: a.Seq, Digest: a.Digest})
}

func newEvent(kind, source string, about request.ID, subject string, at time.Time, rand io.Reader, data any) (gateway.Event, error) {
	id, err := request.NewID(at, rand)
	if err != nil {
		return gateway.Event{}, err
	}
	inner, err := json.Marshal(data)
	if err != nil {
		return gateway.Event{}, err
	}
	schema := map[string]string{
		TypeRequest: "urn:motcua:schema:event-request:1", TypeAlarm: "urn:motcua:schema:event-alarm:1", TypeDose: "urn:motcua:schema:event-dose:1",
	}
	b, err := json.Marshal(CloudEvent{
		SpecVersion: "1.0", ID: id.String(), Source: source, Type: kind, Subject: about.String(), Time: at.UTC(),
		DataContentType: "application/json", DataSchema: schema[kind], Data: inner,
	})
	return gateway.Event{ID: id.String(), Subject: subject, Data: b}, err
}
