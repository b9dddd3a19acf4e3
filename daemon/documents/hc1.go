package documents

import (
	"crypto/ed25519"
	"log/slog"
	"time"

	"motcua/protocol/code/hc1"
	"motcua/protocol/signedlist"
	"motcua/protocol/wire"
)

// HC1Signers is the list of whose vaccination certificates are believed; another
// one is due when it is older than age.
func HC1Signers(key ed25519.PublicKey, age time.Duration, log *slog.Logger) Kind[*hc1.Signers] {
	open := func(b []byte) (*hc1.Signers, error) {
		list, skipped, err := hc1.OpenSigners(b, key)
		for _, s := range skipped {
			log.Warn("a signer of vaccination certificates was left out", "err", s)
		}
		return list, err
	}
	return Kind[*hc1.Signers]{
		Place:  wire.Document{Scope: wire.ScopeAll, Name: wire.DocHC1Signers},
		Verify: open, Kept: open,
		Head: func(l *hc1.Signers) Head { return headOf(l.Head, age) },
	}
}

// HC1Revocations is the list of vaccination certificates that count no more.
func HC1Revocations(key ed25519.PublicKey, age time.Duration) Kind[*hc1.Revocations] {
	open := func(b []byte) (*hc1.Revocations, error) { return hc1.OpenRevocations(b, key) }
	return Kind[*hc1.Revocations]{
		Place:  wire.Document{Scope: wire.ScopeAll, Name: wire.DocHC1Revocations},
		Verify: open, Kept: open,
		Head: func(l *hc1.Revocations) Head { return headOf(l.Head, age) },
	}
}

// headOf: a list is followed by another before it is too old to be used.
func headOf(h signedlist.Head, age time.Duration) Head {
	next := h.Issued.Add(age)
	if h.Expires.Before(next) {
		next = h.Expires
	}
	return Head{Number: h.Serial, At: h.Issued, Next: next}
}
