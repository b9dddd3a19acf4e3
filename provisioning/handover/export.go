package handover

import (
	"context"
	"fmt"

	"motcua/daemon/outbox"
	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// Written is what an export has put into a folder.
type Written struct {
	Requests int
	// Damaged are requests that were left out because they are not what was
	// written; Gone are those whose sealed bytes were dropped after their receipt.
	Damaged, Gone int
	Signed        bool // there is an index
	More          bool // there were more than one index may list
}

// Write writes requests of the queue, such as those that are wanted, and the index
// into a folder, which must not hold requests yet. Each file is synced: a stick is
// pulled out soon.
func Write(ctx context.Context, r *outbox.Reader, dir string, wanted func(outbox.State) bool, from Origin) (Written, error) {
	w, err := Written{}, begin(dir, handover.RequestsDir)
	if err != nil {
		return w, err
	}
	index, err := from.index(dir)
	if err != nil {
		return w, err
	}
	for e, err := range r.Entries(ctx) {
		if err := w.put(&index, dir, e, err, wanted); err != nil {
			return w, fmt.Errorf("writing the export: %w", err)
		}
	}
	if w.Signed, err = from.end(dir, handover.RequestsDir, index); err != nil {
		return w, fmt.Errorf("writing the export: %w", err)
	}
	return w, nil
}

// put writes one request, or counts why not.
func (w *Written) put(index *request.Export, dir string, e outbox.Entry, damaged error, wanted func(outbox.State) bool) error {
	reaches(index, e.Seq, e.Digest)
	switch {
	case damaged != nil:
		w.Damaged++
		return nil
	case !wanted(e.State):
		return nil
	case e.Envelope == nil:
		w.Gone++
		return nil
	case len(index.Items) == request.MaxExported:
		w.More = true
		return nil
	}
	w.Requests++
	index.Items = append(index.Items, request.Exported{Seq: e.Seq, Digest: e.Digest})
	return write(dir, handover.RequestName(e.Seq), e.Envelope)
}
