package main

import (
	"cmp"
	"crypto/rand"
	"log/slog"
	"path/filepath"

	"motcua/daemon/audit"
	"motcua/daemon/config"
	"motcua/daemon/documents"
	"motcua/daemon/duty"
	"motcua/daemon/session"
	"motcua/protocol/fault"
	"motcua/protocol/roster"
	"motcua/protocol/wire"
)

// openDuty opens the book of who is on duty; nil where no roster is configured.
func openDuty(c config.Config, n *notary, log *slog.Logger) (*duty.Book, error) {
	if c.Duty.Roster == "" {
		return nil, nil
	}
	b, err := duty.Open(duty.Options{
		Roster: c.Duty.Roster, Key: c.Duty.Key, Folder: c.Duty.Folder, Brought: c.Queue.Document(wire.DocRoster),
		Secret: cmp.Or(c.Duty.Secret, filepath.Join(filepath.Dir(c.Identity.Key), "finger.secret")),
		Device: c.Device.ID, Facility: c.Device.Facility,
		Audit: n, Rand: rand.Reader, Log: log,
	})
	return b, fault.Wrap(fault.ConfigInvalid, err)
}

// openRoster reads the roster that the centre brought in the last run, and has the
// book look at each that it brings; nil where nobody is on duty.
func openRoster(c config.Config, b *duty.Book, log *slog.Logger) *documents.Kept[roster.Roster] {
	if b == nil {
		return nil
	}
	k := documents.Open(c.Queue.Document(wire.DocRoster), documents.Roster(b.PublicKey()), log)
	k.OnChange(func(roster.Roster) { go b.Look() }) // which waits for the disk
	return k
}

// onDuty is the book as a session knows it.
func onDuty(b *duty.Book) session.Duty {
	if b == nil {
		return nil
	}
	return b
}

// Duty keeps what became of an officer's duty.
func (n *notary) Duty(officer, outcome string) {
	n.add(audit.Entry{Kind: audit.Duty, Officer: officer, Outcome: outcome})
}
