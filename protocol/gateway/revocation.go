package gateway

import (
	"context"
	"crypto/x509"
	"errors"
	"sync/atomic"

	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// Revoked is the list of certificates that count no more. It may be replaced while
// it is used. The zero value revokes nobody.
type Revoked struct {
	list atomic.Pointer[request.Revocation]
}

// Set replaces the list.
func (r *Revoked) Set(list request.Revocation) { r.list.Store(&list) }

// Has tells whether a certificate counts no more, whatever its holder says about
// when it signed.
func (r *Revoked) Has(c *x509.Certificate) bool {
	return r != nil && r.HasName(envelope.CertificateName(c))
}

// HasName does what Has does.
func (r *Revoked) HasName(n request.CertificateName) bool {
	list := r.list.Load()
	return list != nil && list.Has(n)
}

// revoked refuses the message of a device whose certificate counts no more. It
// gets no receipt, as when it signed is its word alone; what came before the
// revocation stays what it is.
func (g *Gateway) revoked(ctx context.Context, device *x509.Certificate, a Alarm) error {
	if !g.cfg.Revoked.Has(device) {
		return nil
	}
	a.Kind = AlarmRevoked
	err := g.raise(ctx, a)
	if _, raised := errors.AsType[*Alarm](err); raised {
		return fault.Wrap(fault.Revoked, err)
	}
	return err
}
