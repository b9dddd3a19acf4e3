package documents

import (
	"crypto/x509"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Revocation is the list of revoked certificates. centre verifies it when it comes,
// roots are those that it was made with.
func Revocation(centre *envelope.Centre, roots *x509.CertPool) Kind[request.Revocation] {
	return Kind[request.Revocation]{
		Place:  wire.Document{Scope: wire.ScopeAll, Name: wire.DocRevocation},
		Verify: func(b []byte) (request.Revocation, error) { return centre.Revocation(b, time.Now()) },
		Kept:   func(b []byte) (request.Revocation, error) { return envelope.VerifyKeptRevocation(b, roots) },
		Head: func(r request.Revocation) Head {
			return Head{Number: r.Number, At: time.UnixMilli(r.At), Next: time.UnixMilli(r.Next)}
		},
	}
}
