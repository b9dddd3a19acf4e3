package handover

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"motcua/daemon/outbox"
	"motcua/protocol/envelope"
	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// Signer signs the index: the device's key.
type Signer interface {
	crypto.Signer
	Chain() [][]byte
}

// Export is what goes into a folder.
type Export struct {
	Wanted func(outbox.State) bool // such as those without a receipt
	Device string                  // its name
	Key    Signer                  // nil: no index is written
	Now    time.Time
	Rand   io.Reader
}

// Written is what an export has put into a folder.
type Written struct {
	Requests int
	// Damaged are requests that were left out because they are not what was
	// written; Gone are those whose sealed bytes were dropped after their receipt.
	Damaged, Gone int
	Signed        bool // there is an index
	More          bool // there were more than one index may list
}

// Write writes requests of the queue and the index into a folder, which must not
// hold an export yet. Each file is synced: a stick is pulled out soon.
func Write(ctx context.Context, r *outbox.Reader, dir string, x Export) (Written, error) {
	var w Written
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return w, fmt.Errorf("writing the export: %w", err)
	}
	if err := os.Mkdir(filepath.Join(dir, handover.RequestsDir), 0o700); err != nil {
		return w, fmt.Errorf("writing the export into a new folder: %w", err)
	}
	index := request.Export{V: request.Version, Type: request.TypeExport, Device: x.Device, At: x.Now.UnixMilli()}
	for e, err := range r.Entries(ctx) {
		if err := w.put(&index, dir, e, err, x.Wanted); err != nil {
			return w, fmt.Errorf("writing the export: %w", err)
		}
	}
	err := write(dir, handover.NoticeName, []byte(notice))
	if err == nil && x.Key != nil {
		w.Signed = true
		err = sign(index, dir, x)
	}
	if err == nil {
		err = syncDirs(dir, filepath.Join(dir, handover.RequestsDir))
	}
	if err != nil {
		return w, fmt.Errorf("writing the export: %w", err)
	}
	return w, nil
}

// put writes one request, or counts why not.
func (w *Written) put(index *request.Export, dir string, e outbox.Entry, damaged error, wanted func(outbox.State) bool) error {
	if e.Seq > index.Last {
		index.Last, index.Head = e.Seq, e.Digest
	}
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

func sign(index request.Export, dir string, x Export) error {
	id, err := request.NewID(x.Now, x.Rand)
	if err != nil {
		return err
	}
	index.ID = id
	b, err := envelope.SignExport(x.Rand, index, x.Key, x.Key.Chain())
	if err != nil {
		return err
	}
	return write(dir, handover.IndexName, b)
}

// write makes a file that was not there, durably.
func write(dir, name string, b []byte) error {
	f, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func syncDirs(names ...string) error {
	var errs []error
	for _, name := range names {
		d, err := os.Open(name)
		if err != nil {
			return err
		}
		errs = append(errs, d.Sync(), d.Close())
	}
	return errors.Join(errs...)
}

const notice = `This folder holds requests that people made at a kiosk, on their way to the
centre. They are sealed: only the centre can read them. Please hand it to the
operator of the kiosk.

At the centre:  gatewayd import -config gatewayd.toml THIS-FOLDER
At the kiosk:   kioskctl outbox import-receipts -config kioskd.toml THIS-FOLDER
`
