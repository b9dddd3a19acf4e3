package gateway

import "fmt"

// renewed is a stored reply as devices believe it. When the certificate that signed
// it was revoked since, they would never take it and send for ever: it is signed
// anew, with the same words.
func (g *Gateway) renewed(r Reply) (Reply, error) {
	if g.cfg.Revoked == nil {
		return r, nil
	}
	for _, b := range []*[]byte{&r.Receipt, &r.Result} {
		if *b == nil {
			continue
		}
		var err error
		if *b, err = g.signer.Renew(g.cfg.Rand, *b, g.cfg.Roots, g.cfg.Revoked.HasName); err != nil {
			return Reply{}, fmt.Errorf("answering %s again: %w", r.ID, err)
		}
	}
	return r, nil
}
