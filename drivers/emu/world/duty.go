package world

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"motcua/drivers/emu"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
)

// The officer of the demonstration.
const (
	Officer    = "son" // the persona
	OfficerRef = "op-1"
	OfficerPIN = "482915"
)

// duty makes the registrar's key and the first roster.
func (w *writer) duty(o Options, issuer *emu.Issuer) {
	if w.err != nil {
		return
	}
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.err = err
		return
	}
	w.signingKey("registrar/roster.key", "duty/roster.pub", public, key)
	if b, err := signRoster(o.Facility, issuer, key, 1, o.Now); err != nil {
		w.err = err
	} else {
		w.file(rosterFile, b, modePublic)
	}
}

const rosterFile = "duty/roster.signed"

// Roster signs another roster of the world in dir, as if at a time, and lays it
// where kioskd looks.
func Roster(dir, facility string, serial uint64, issued time.Time) error {
	issuer, err := LoadIssuer(dir)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, "registrar/roster.key"))
	if err != nil {
		return err
	}
	key, err := signedlist.ParsePrivateKey(text)
	if err != nil {
		return err
	}
	b, err := signRoster(facility, issuer, key, serial, issued)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, rosterFile), b, modePublic)
}

func signRoster(facility string, issuer *emu.Issuer, key ed25519.PrivateKey, serial uint64, issued time.Time) ([]byte, error) {
	personas, err := emu.LoadPersonas()
	if err != nil {
		return nil, err
	}
	p, err := emu.FindPersona(personas, Officer)
	if err != nil {
		return nil, err
	}
	chip, err := issuer.Issue(p, emu.CardOptions{})
	if err != nil {
		return nil, err
	}
	pin, err := roster.NewPIN(OfficerPIN, rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("the officer's PIN: %w", err)
	}
	issued = issued.Truncate(time.Second)
	return roster.Sign(roster.Roster{
		Head: signedlist.Head{Serial: serial, Issued: issued, Expires: issued.Add(roster.MaxAge)},
		Officers: []roster.Officer{{
			Ref: OfficerRef, Role: roster.Duty, Facility: facility, Card: roster.CardOf(chip.SOD()), PIN: pin,
			From: issued.Add(-before), Until: issued.Add(after),
		}},
	}, key)
}
