package gateway

import (
	"sync/atomic"

	"motcua/protocol/pki"
)

// Trusted is the authorities whose cards the centre believes, with their
// revocation lists. They may be replaced while they are used: a request is judged
// by those that counted when its evidence was taken up. The zero value believes
// none, and no evidence is worth more than E1 then, whatever a device states.
type Trusted struct {
	anchors atomic.Pointer[pki.Anchors]
}

// NewTrusted believes these authorities.
func NewTrusted(a pki.Anchors) *Trusted {
	t := &Trusted{}
	t.Set(a)
	return t
}

// Set replaces the authorities.
func (t *Trusted) Set(a pki.Anchors) { t.anchors.Store(&a) }

// Anchors are the authorities that count now.
func (t *Trusted) Anchors() pki.Anchors {
	if t == nil {
		return pki.Anchors{}
	}
	if a := t.anchors.Load(); a != nil {
		return *a
	}
	return pki.Anchors{}
}
