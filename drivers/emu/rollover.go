package emu

import (
	"fmt"
	"io"
)

// Rollover gives the authority's next generation: a new CSCA key under the same
// name, a document signer below it, and a link certificate by which the old key
// vouches for the new one (ICAO 9303-12, 4.1.3 and 7.1). Cards that the first
// generation issued stay as they are. It is the same one each time.
func (i *Issuer) Rollover() (*Issuer, error) {
	state := i.csca.state
	csca, err := i.derive("next csca", func(random io.Reader) (authority, error) {
		key, err := newKey(KeyP384, random)
		if err != nil {
			return authority{}, err
		}
		return selfSigned(authorityRequest(state, state.authorityName(), key, i.now()), "", SHA384)
	})
	if err != nil {
		return nil, err
	}
	link, err := i.csca.certify(authorityRequest(state, state.authorityName(), csca.key, i.now()))
	if err != nil {
		return nil, fmt.Errorf("linking to the next key: %w", err)
	}
	ds, err := i.derive("next ds", func(random io.Reader) (authority, error) {
		key, err := newKey(KeyP256, random)
		if err != nil {
			return authority{}, err
		}
		cert, err := csca.certify(signerRequest(state, key, i.now()))
		return authority{cert: cert, key: key, hash: SHA256, state: state}, err
	})
	if err != nil {
		return nil, err
	}
	next := &Issuer{csca: csca, ds: ds, link: link.raw, derived: i.otherStates()}
	return next.complete()
}

// Link is the certificate by which the last generation's key vouches for this
// one's, in DER; nil for the first generation.
func (i *Issuer) Link() []byte { return i.link }

// otherStates are the authorities that do not change with this one.
func (i *Issuer) otherStates() map[string]authority {
	i.mu.Lock()
	defer i.mu.Unlock()
	kept := make(map[string]authority)
	for purpose, a := range i.derived {
		if a.state != "" && a.state != i.csca.state {
			kept[purpose] = a
		}
	}
	return kept
}
