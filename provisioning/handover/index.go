package handover

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// Signer signs the index: the device's key.
type Signer interface {
	crypto.Signer
	Chain() [][]byte
}

// Origin is whose folder it is.
type Origin struct {
	Device string
	Key    Signer // nil: no index is written
	Now    time.Time
	Rand   io.Reader
}

// index is the folder's index: the one that is there, when the device has put
// something else into the folder before, or a new one.
func (o Origin) index(dir string) (request.Export, error) {
	fresh := request.Export{V: request.Version, Type: request.TypeExport, Device: o.Device}
	b, err := os.ReadFile(filepath.Join(dir, handover.IndexName))
	if errors.Is(err, fs.ErrNotExist) || o.Key == nil {
		return fresh, nil
	}
	if err != nil {
		return fresh, fmt.Errorf("reading the folder's index: %w", err)
	}
	own, err := o.certificate()
	if err != nil {
		return fresh, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(own)
	index, err := envelope.VerifyExport(b, pool, o.Now)
	if err != nil {
		return fresh, fmt.Errorf("the folder has an index that this device did not sign, take a new folder: %w", err)
	}
	return index, nil
}

func (o Origin) certificate() (*x509.Certificate, error) {
	if o.Key == nil {
		return nil, errors.New("there is no key")
	}
	return x509.ParseCertificate(o.Key.Chain()[0])
}

// reaches notes the last envelope that the device has made.
func reaches(index *request.Export, seq uint64, digest request.Digest) {
	if seq > index.Last {
		index.Last, index.Head = seq, digest
	}
}

// sign writes the index in place of the one that was there; without a key there is
// none.
func (o Origin) sign(dir string, index request.Export) (signed bool, err error) {
	if o.Key == nil {
		return false, nil
	}
	if index.ID, err = request.NewID(o.Now, o.Rand); err != nil {
		return false, err
	}
	index.At = o.Now.UnixMilli()
	b, err := envelope.SignExport(o.Rand, index, o.Key, o.Key.Chain())
	if err != nil {
		return false, err
	}
	const unfinished = handover.IndexName + ".new"
	if err := os.RemoveAll(filepath.Join(dir, unfinished)); err != nil {
		return false, err
	}
	if err := write(dir, unfinished, b); err != nil {
		return false, err
	}
	return true, os.Rename(filepath.Join(dir, unfinished), filepath.Join(dir, handover.IndexName))
}
