package gateway

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"sync/atomic"

	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// Revoked is the list of device certificates that count no more. It may be
// replaced while it is used. The zero value revokes nobody.
type Revoked struct {
	list atomic.Pointer[map[request.Digest]request.Revoked]
}

// Set replaces the list.
func (r *Revoked) Set(list request.Revocation) {
	all := make(map[request.Digest]request.Revoked, len(list.Revoked))
	for _, c := range list.Revoked {
		all[c.Certificate] = c
	}
	r.list.Store(&all)
}

// Has tells whether a certificate, in DER, counts no more, whatever its holder
// says about when it signed.
func (r *Revoked) Has(der []byte) bool {
	if r == nil || r.list.Load() == nil {
		return false
	}
	_, revoked := (*r.list.Load())[sha256.Sum256(der)]
	return revoked
}

// revoked refuses the message of a device whose certificate counts no more. It
// gets no receipt, as when it signed is its word alone; what came before the
// revocation stays what it is.
func (g *Gateway) revoked(ctx context.Context, device *x509.Certificate, a Alarm) error {
	if !g.cfg.Revoked.Has(device.Raw) {
		return nil
	}
	a.Kind = AlarmRevoked
	err := g.raise(ctx, a)
	if _, raised := errors.AsType[*Alarm](err); raised {
		return fault.Wrap(fault.Revoked, err)
	}
	return err
}
