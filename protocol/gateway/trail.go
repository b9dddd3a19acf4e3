package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/anomaly"
	"motcua/protocol/request"
)

// Entry is one line of the centre's trail: what was held by a rule, and what people
// decided. Nothing in it is about a citizen; officers and approvers are references.
type Entry struct {
	Number uint64         `json:"number"` // from 1, without gaps
	Prev   request.Digest `json:"prev"`   // SHA-256 of the entry before as stored; zero for the first
	At     int64          `json:"at"`     // the centre's clock, unix milliseconds
	Act    Act            `json:"act"`

	Device   string         `json:"device,omitempty"`
	Facility string         `json:"facility,omitempty"`
	ID       request.ID     `json:"id"`
	Digest   request.Digest `json:"digest"` // of the envelope
	Service  string         `json:"service,omitempty"`
	Rules    []anomaly.Rule `json:"rules,omitempty"`
	Officer  string         `json:"officer,omitempty"` // on duty when the request was made
	// By is the approver, facility/reference, Reason why, and Statement what they
	// signed.
	By        string `json:"by,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Statement []byte `json:"statement,omitempty"`
}

// Act is what happened.
type Act string

// Acts.
const (
	ActHeld      Act = "held"
	ActReleased  Act = "released"
	ActRefused   Act = "refused"
	ActWithdrawn Act = "withdrawn" // consent, by whoever had the slip
	ActFlagged   Act = "flagged"   // accepted earlier, of somebody who was revoked since
)

// ErrTrail: the trail is not what was written.
var ErrTrail = errors.New("the centre's trail was changed")

const trailHead = "gateway/trail"

func trailKey(n uint64) string { return fmt.Sprintf("%s/%d", trailHead, n) }

// head is the number of the last entry and its digest.
func head(st State) (n uint64, last request.Digest, err error) {
	b, found, err := st.Get(trailHead)
	if err != nil || !found {
		return 0, last, err
	}
	if len(b) != 8+len(last) {
		return 0, last, ErrTrail
	}
	return binary.BigEndian.Uint64(b), request.Digest(b[8:]), nil
}

// note appends an entry to the trail.
func note(st State, e Entry, at time.Time) error {
	n, last, err := head(st)
	if err != nil {
		return err
	}
	e.Number, e.Prev, e.At = n+1, last, at.UnixMilli()
	b, err := request.Encode(e)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	return errors.Join(st.Set(trailKey(e.Number), b), st.Set(trailHead, append(binary.BigEndian.AppendUint64(nil, e.Number), sum[:]...)))
}

// Trail reads the entries from a number on, at most limit, and checks that each
// names the one before it. It fails with [ErrTrail] when one was changed, removed or
// put in between.
func Trail(ctx context.Context, in Inbox, from uint64, limit int) (all []Entry, err error) {
	err = in.Update(ctx, func(tx Tx) error {
		all = nil
		end, last, err := head(tx)
		if err != nil {
			return err
		}
		prev := request.Digest{}
		for n := uint64(1); n <= end; n++ {
			b, found, err := tx.Get(trailKey(n))
			if err != nil {
				return err
			}
			var e Entry
			if !found || cbor.Unmarshal(b, &e) != nil || e.Number != n || e.Prev != prev {
				return fmt.Errorf("%w: entry %d", ErrTrail, n)
			}
			prev = sha256.Sum256(b)
			if n >= from && len(all) < limit {
				all = append(all, e)
			}
		}
		if prev != last {
			return fmt.Errorf("%w: its end", ErrTrail)
		}
		return nil
	})
	return all, err
}
