package cardread

import (
	"errors"

	"motcua/daemon/trust"
	"motcua/protocol/fault"
	"motcua/protocol/pki"
)

// Trust reads the issuing authorities from a folder, or from one file, as kioskd
// does. Unlike there, a file that cannot be used is an error with
// [fault.NoTrust]: a technician who names a folder wants all of it.
func Trust(path string) (pki.Anchors, error) {
	store, err := trust.Load(path)
	if err == nil {
		err = errors.Join(store.Skipped...)
	}
	if err != nil {
		return pki.Anchors{}, fault.Wrap(fault.NoTrust, err)
	}
	return store.Anchors, nil
}
