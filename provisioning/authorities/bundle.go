package authorities

import (
	"crypto"
	"errors"
	"fmt"
	"os"
	"time"

	"motcua/daemon/trust"
	"motcua/protocol/pki"
	"motcua/protocol/trustbundle"
)

// maxFile bounds the files that are read.
const maxFile = 64 << 20

// Bundle says what goes into a trust bundle.
type Bundle struct {
	// Folder holds the certificates and revocation lists.
	Folder string
	// Lists are files of more revocation lists, DER or PEM.
	Lists []string
	// Serial is 0 for the seconds since 1970, which grow by themselves.
	Serial          uint64
	Issued, Expires time.Time
	Key             crypto.Signer
}

// Sign makes the bundle. Unlike on a device, a file that cannot be used is an
// error: a technician who names a folder wants all of it.
func (b Bundle) Sign() ([]byte, trustbundle.Content, error) {
	store, err := trust.Load(b.Folder)
	if err == nil {
		err = errors.Join(store.Skipped...)
	}
	if err != nil {
		return nil, trustbundle.Content{}, err
	}
	anchors := store.Anchors
	for _, name := range b.Lists {
		if anchors, err = withList(anchors, name); err != nil {
			return nil, trustbundle.Content{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	c := trustbundle.Content{Serial: b.Serial, Issued: b.Issued.Truncate(time.Second), Expires: b.Expires.Truncate(time.Second)}
	if c.Serial == 0 {
		c.Serial = uint64(b.Issued.Unix())
	}
	for _, a := range anchors.Certificates() {
		c.Certificates = append(c.Certificates, a.Raw)
	}
	for _, l := range anchors.Revocations() {
		c.Revocations = append(c.Revocations, l.Raw)
	}
	out, err := trustbundle.Sign(c, b.Key)
	return out, c, err
}

func withList(anchors pki.Anchors, name string) (pki.Anchors, error) {
	data, err := ReadFile(name)
	if err != nil {
		return anchors, err
	}
	der, err := derOf(data, "X509 CRL")
	if err != nil {
		return anchors, err
	}
	return anchors.WithRevocations(der)
}

// ReadFile reads a file that is not larger than such files are.
func ReadFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%s: %d bytes are too many", name, info.Size())
	}
	return os.ReadFile(name)
}
