package main

import (
	"errors"
	"time"

	"motcua/protocol/pki"
	"motcua/provisioning/cardread"
)

// trustSources are the flags that say whom to trust: a folder of certificates, or a
// signed bundle with the key to check it, and revocation lists.
type trustSources struct{ folder, bundle, key, crl string }

func (s trustSources) check() error {
	switch {
	case s.folder != "" && s.bundle != "":
		return errors.New("--trust and --bundle exclude each other")
	case (s.bundle == "") != (s.key == ""):
		return errors.New("--bundle and --bundle-key need each other")
	case s.crl != "" && s.folder == "" && s.bundle == "":
		return errors.New("--crl needs the authorities that signed the lists (--trust)")
	}
	return nil
}

// load loads the authorities and their revocation lists; none is named, none is
// trusted.
func (s trustSources) load(now time.Time) (anchors pki.Anchors, err error) {
	switch {
	case s.folder != "":
		anchors, err = cardread.Trust(s.folder)
	case s.bundle != "":
		anchors, err = cardread.TrustBundle(s.bundle, s.key, now)
	}
	if err != nil || s.crl == "" {
		return anchors, err
	}
	return cardread.Revocations(anchors, s.crl)
}
