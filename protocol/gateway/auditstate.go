package gateway

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/request"
)

// auditState is what the centre knows of a device's audit log.
type auditState struct {
	Log  request.ID     `cbor:"log"`
	Size uint64         `cbor:"size"` // of the newest checkpoint that is known to continue all before it
	Root request.Digest `cbor:"root"`
	Seq  uint64         `cbor:"seq"`
	At   int64          `cbor:"at"`             // the centre's clock
	Made int64          `cbor:"made,omitempty"` // the device's clock; 0 in states of before
	// Recent are the last ones, so that one that comes late or twice is known.
	Recent []seenRoot `cbor:"recent"`
	// Pending wait for the way from Size to them, in the order of their arrival.
	Pending []pendingCheckpoint `cbor:"pending,omitempty"`
	Before  []request.ID        `cbor:"before,omitempty"` // logs that this one took the place of
}

// maxAuditState bounds the state's bytes: that of full lists, and as much again.
const maxAuditState = 64 << 10

// Validate is that of request.Decode.
func (s auditState) Validate() error {
	if s.Log == (request.ID{}) || len(s.Pending) > maxPending || len(s.Recent) > maxRecent || len(s.Before) > maxBefore {
		return errors.New("not the state of an audit log")
	}
	return nil
}

type seenRoot struct {
	Size uint64         `cbor:"size"`
	Root request.Digest `cbor:"root"`
}

// pendingCheckpoint is what is needed of a checkpoint to find its place later.
type pendingCheckpoint struct {
	Size  uint64           `cbor:"size"`
	Root  request.Digest   `cbor:"root"`
	From  uint64           `cbor:"from"`
	Proof []request.Digest `cbor:"proof,omitempty"`
	Seq   uint64           `cbor:"seq"`
	Since int64            `cbor:"since"`          // the centre's clock
	Made  int64            `cbor:"made,omitempty"` // the device's clock
}

func pendingOf(c request.Checkpoint, now time.Time) pendingCheckpoint {
	return pendingCheckpoint{c.Size, c.Root, c.From, c.Proof, c.Seq, now.UnixMilli(), c.At}
}

// has reports whether the log had this root at this size not long ago.
func (s *auditState) has(size uint64, root request.Digest) bool {
	return slices.Contains(s.Recent, seenRoot{size, root})
}

// drop forgets the waiting checkpoints up to a size that was found: each agrees
// with the next.
func (s *auditState) drop(size uint64) {
	at := slices.IndexFunc(s.Pending, func(p pendingCheckpoint) bool { return p.Size == size })
	chain := s.Pending[at].From
	s.Pending = slices.Delete(s.Pending, at, at+1)
	for { // and those before it in its chain
		at := slices.IndexFunc(s.Pending, func(p pendingCheckpoint) bool { return p.Size == chain })
		if at < 0 {
			return
		}
		chain = s.Pending[at].From
		s.Pending = slices.Delete(s.Pending, at, at+1)
	}
}

func auditKey(device string) string { return "gateway/audit/" + device }

func loadAudit(st State, device string) (auditState, error) {
	var s auditState
	value, found, err := st.Get(auditKey(device))
	if err == nil && found {
		s, err = request.Decode[auditState](value, maxAuditState)
	}
	if err != nil {
		return s, fmt.Errorf("reading the state of an audit log: %w", err)
	}
	return s, nil
}

func (s *auditState) save(st State, device string) error {
	value, err := request.Encode(s)
	if err != nil {
		return err
	}
	return st.Set(auditKey(device), value)
}

// heldAudit is what a Welcome tells a device about its audit log.
func heldAudit(st State, device string) (uint64, *request.Digest, error) {
	s, err := loadAudit(st, device)
	if err != nil || s.Size == 0 {
		return 0, nil, err
	}
	return s.Size, &s.Root, nil
}
