package cardread

import (
	"errors"
	"time"

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

// TrustBundle reads the authorities, with their revocation lists, from a signed
// trust bundle and checks it with a provisioner's public key, both files, as kioskd
// does at this time. A bundle that is not to be believed, or of which a part cannot be
// used, is an error with [fault.NoTrust].
func TrustBundle(file, key string, now time.Time) (pki.Anchors, error) {
	store, err := trust.CheckBundle(trust.Bundle{File: file, Key: key}, now)
	if err == nil {
		err = errors.Join(store.Skipped...)
	}
	if err != nil {
		return pki.Anchors{}, fault.Wrap(fault.NoTrust, err)
	}
	return store.Anchors, nil
}
