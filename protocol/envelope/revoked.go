package envelope

import (
	"crypto/x509"
	"slices"
	"sync/atomic"

	"motcua/protocol/request"
)

// Revoked is the list of certificates that count no more. It may be replaced while
// it is used. The zero value and nil revoke nobody.
type Revoked struct {
	list atomic.Pointer[request.Revocation]
}

// Set replaces the list.
func (r *Revoked) Set(list request.Revocation) { r.list.Store(&list) }

// Has tells whether a certificate counts no more, by itself or with its facility,
// whatever its holder says about when it signed.
func (r *Revoked) Has(c *x509.Certificate) bool { return slices.ContainsFunc(NamesOf(c), r.HasName) }

// HasName tells whether a name is on the list.
func (r *Revoked) HasName(n request.CertificateName) bool {
	if r == nil {
		return false
	}
	list := r.list.Load()
	return list != nil && list.Has(n)
}
