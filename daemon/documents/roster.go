package documents

import (
	"crypto/ed25519"

	"motcua/protocol/roster"
	"motcua/protocol/wire"
)

// Roster is the list of who may be on duty.
func Roster(key ed25519.PublicKey) Kind[roster.Roster] {
	open := func(b []byte) (roster.Roster, error) { return roster.Open(b, key) }
	return Kind[roster.Roster]{
		Place:  wire.Document{Scope: wire.ScopeAll, Name: wire.DocRoster},
		Verify: open, Kept: open,
		Head: func(r roster.Roster) Head { return Head{Number: r.Serial, At: r.Issued, Next: r.Expires} },
	}
}
