package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// Suspect is somebody or something whose earlier requests have to be looked at
// again, because it was revoked. One of the three is set.
type Suspect struct {
	Device string
	// Facility with Province is a whole one; with Officer it is that of an officer.
	Province, Facility string
	Officer            string
}

func (s Suspect) String() string {
	switch {
	case s.Device != "":
		return "device " + s.Device
	case s.Officer != "":
		return "officer " + s.Facility + "/" + s.Officer
	}
	return "facility " + s.Province + "/" + s.Facility
}

// meets tells whether a request is the suspect's. Who the officer was is sealed.
func (s Suspect) meets(r *Record, key envelope.ServicePrivateKey, roots *envelope.Verifier) (bool, error) {
	if s.Device != "" {
		return r.Device == s.Device, nil
	}
	o, err := outerOf(r)
	if err != nil || o.Facility != s.Facility || s.Officer == "" {
		return o.Facility == s.Facility && o.Province == s.Province, err
	}
	if left, gone, err := forgotten(r); gone || err != nil {
		return left.Officer == s.Officer, err
	}
	opened, err := roots.Verify(r.Envelope, time.UnixMilli(r.At))
	if err != nil {
		return false, fmt.Errorf("opening a stored request: %w", err)
	}
	in, err := opened.Open(key)
	if err != nil {
		return false, fmt.Errorf("opening a stored request: %w", err)
	}
	return in.Officer != nil && in.Officer.Ref == s.Officer, nil
}

// Review flags what was accepted of a suspect between two times: each such request
// gets an entry in the trail and an alarm, with which everybody hears of it who hears
// of alarms. What a request has had as its effect stays; undoing that is its
// service's. A request is flagged once.
func (g *Gateway) Review(ctx context.Context, s Suspect, from, until time.Time) (flagged []*Record, err error) {
	err = g.cfg.Inbox.Accepted(ctx, from.UnixMilli(), until.UnixMilli(), func(r *Record) error {
		found, err := s.meets(r, g.cfg.Service, g.verifier)
		if found {
			r.Envelope = nil
			flagged = append(flagged, r)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, r := range flagged {
		if err := g.flag(ctx, s, r); err != nil {
			return nil, err
		}
	}
	return flagged, nil
}

func reviewKey(device string, id request.ID) string {
	return "gateway/review/" + device + "/" + id.String()
}

func (g *Gateway) flag(ctx context.Context, s Suspect, r *Record) error {
	now := g.cfg.Now()
	return g.cfg.Inbox.Update(ctx, func(tx Tx) error {
		key := reviewKey(r.Device, r.ID)
		if _, done, err := tx.Get(key); done || err != nil {
			return err
		}
		return errors.Join(
			tx.Set(key, []byte(s.String())),
			tx.Raise(Alarm{Kind: AlarmReview, Device: r.Device, ID: r.ID, Seq: r.Seq, Digest: r.Digest, At: now.UnixMilli(), Times: 1}),
			note(tx, Entry{Act: ActFlagged, Device: r.Device, Facility: s.Facility, ID: r.ID, Digest: r.Digest, Service: r.Service, Officer: s.Officer, Reason: s.String() + " was revoked"}, now),
		)
	})
}
