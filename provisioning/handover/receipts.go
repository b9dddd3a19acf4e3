package handover

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"motcua/daemon/outbox"
	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// Queue is what taking receipts back needs of daemon/outbox.
type Queue interface {
	Get(ctx context.Context, id [16]byte) (outbox.Entry, error)
	Settle(ctx context.Context, id [16]byte, receipt []byte, status string) error
}

// Taken is what became of the receipts of a folder.
type Taken struct {
	Settled  int
	Repeated int // of requests that had a receipt before
	Unknown  int // for requests that are not in the queue
	// False are receipts that settle nothing: signature, device, number or digest
	// are wrong, or the file cannot be read. Why is the reason of the first.
	False int
	Why   error
}

// TakeReceipts settles requests with the receipts of a folder. verify checks the
// signature and decodes. Its errors are those of the queue and of the folder as a
// whole.
func TakeReceipts(ctx context.Context, q Queue, folder fs.FS, device string, verify func([]byte) (request.Receipt, error)) (Taken, error) {
	var t Taken
	for it, err := range handover.Receipts(folder) {
		if it.Seq == 0 {
			return t, fmt.Errorf("reading the receipts: %w", err)
		}
		if err != nil {
			err = &falseReceipt{err}
		} else {
			err = t.take(ctx, q, it.Bytes, device, verify)
		}
		if bad, ok := errors.AsType[*falseReceipt](err); ok {
			t.False++
			t.Why = cmp.Or(t.Why, fmt.Errorf("receipt %d: %w", it.Seq, bad.error))
		} else if err != nil {
			return t, err
		}
	}
	return t, nil
}

// falseReceipt is a receipt that must not settle anything.
type falseReceipt struct{ error }

func (t *Taken) take(ctx context.Context, q Queue, b []byte, device string, verify func([]byte) (request.Receipt, error)) error {
	r, err := verify(b)
	if err != nil {
		return &falseReceipt{err}
	}
	if r.Device != device {
		return &falseReceipt{errors.New("it is for another device")}
	}
	e, err := q.Get(ctx, r.ID)
	switch {
	case errors.Is(err, outbox.ErrUnknown):
		t.Unknown++
		return nil
	case err != nil:
		return err
	case r.Digest != request.Digest(e.Digest) || r.Seq != e.Seq:
		return &falseReceipt{errors.New("it names another number or digest than the queue")}
	case e.State.Final():
		t.Repeated++
		return nil
	}
	if err := q.Settle(ctx, r.ID, b, string(r.Status)); err != nil {
		return err
	}
	t.Settled++
	return nil
}
