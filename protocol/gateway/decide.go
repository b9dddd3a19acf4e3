package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/request"
)

// ErrNotHeld: there is no such request, or it does not wait for a person.
var ErrNotHeld = errors.New("no request is held under this device and id")

// maxDecision bounds an operator's words.
const maxDecision = 500

// Decide ends the waiting of a held request: it goes to its service, or is
// refused. Why is kept with the request; it should name nobody. What a rule holds is
// for [Approve]. The receipt stays
// what it was; what came of it is told by a result, which [Gateway.Work] makes.
func Decide(ctx context.Context, in Inbox, device string, id request.ID, release bool, why string, now time.Time) error {
	if why == "" || len(why) > maxDecision {
		return fmt.Errorf("deciding: a reason of 1 to %d bytes is needed", maxDecision)
	}
	return in.Update(ctx, func(tx Tx) error {
		r, err := tx.Record(device, id)
		if err != nil {
			return err
		}
		if r == nil || r.Status != request.StatusHeld || r.Decision != "" {
			return ErrNotHeld
		}
		if Ruled(r.Reason) {
			return ErrApprover
		}
		decided := *r
		decided.Decision = "released: " + why
		if !release {
			decided.Status, decided.Reason, decided.Decision = request.StatusRefused, "refused-by-operator", "refused: "+why
		}
		return errors.Join(tx.Settle(&decided), tx.PutJob(Job{Device: device, ID: id, Next: now.UnixMilli()}))
	})
}
