package gateway

import (
	"context"
	"crypto/x509"
	"errors"

	"motcua/protocol/fault"
)

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
