package world

import (
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"motcua/drivers/emu"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
)

// The officers of the demonstration, who have the same PIN, and who approves what one of
// them wants.
const (
	Officer    = "son" // the persona
	OfficerRef = "op-1"
	OfficerPIN = "482915"

	SecondOfficer    = "quy"
	SecondOfficerRef = "op-2"

	ApproverRef      = "ap-1"
	ApproverFacility = "d001"
	approverPersona  = "hoa"
	approverKey      = "registrar/approver.key"
	approverPublic   = "duty/approver.pub"
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
	approver, own, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.err = err
		return
	}
	w.signingKey(approverKey, approverPublic, approver, own)
	if b, err := signRoster(o.Facility, issuer, signers{key, approver}, 1, o.Now); err != nil {
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
	if text, err = os.ReadFile(filepath.Join(dir, approverPublic)); err != nil {
		return err
	}
	approver, err := signedlist.ParsePublicKey(text)
	if err != nil {
		return err
	}
	b, err := signRoster(facility, issuer, signers{key, approver}, serial, issued)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, rosterFile), b, modePublic)
}

// signers are the registrar's key and the approver's public one.
type signers struct {
	registrar ed25519.PrivateKey
	approver  ed25519.PublicKey
}

func signRoster(facility string, issuer *emu.Issuer, keys signers, serial uint64, issued time.Time) ([]byte, error) {
	issued = issued.Truncate(time.Second)
	r := roster.Roster{Head: signedlist.Head{Serial: serial, Issued: issued, Expires: issued.Add(roster.MaxAge)}}
	for _, o := range []struct {
		persona string
		entry   roster.Officer
	}{
		{Officer, roster.Officer{Ref: OfficerRef, Role: roster.Duty, Facility: facility}},
		{SecondOfficer, roster.Officer{Ref: SecondOfficerRef, Role: roster.Duty, Facility: facility}},
		{approverPersona, roster.Officer{Ref: ApproverRef, Role: roster.Approver, Facility: ApproverFacility, Key: roster.Key(keys.approver)}},
	} {
		card, err := cardOf(o.persona, issuer)
		if err != nil {
			return nil, err
		}
		if o.entry.Role != roster.Approver {
			if o.entry.PIN, err = roster.NewPIN(OfficerPIN, rand.Reader); err != nil {
				return nil, fmt.Errorf("the officer's PIN: %w", err)
			}
		}
		o.entry.Card, o.entry.From, o.entry.Until = card, issued.Add(-before), issued.Add(after)
		r.Officers = append(r.Officers, o.entry)
	}
	slices.SortFunc(r.Officers, func(a, b roster.Officer) int {
		return cmp.Or(cmp.Compare(a.Facility, b.Facility), cmp.Compare(a.Ref, b.Ref))
	})
	return roster.Sign(r, keys.registrar)
}

// cardOf is the card of an invented person, as rosters name it.
func cardOf(persona string, issuer *emu.Issuer) (roster.Card, error) {
	personas, err := emu.LoadPersonas()
	if err != nil {
		return roster.Card{}, err
	}
	p, err := emu.FindPersona(personas, persona)
	if err != nil {
		return roster.Card{}, err
	}
	chip, err := issuer.Issue(p, emu.CardOptions{})
	if err != nil {
		return roster.Card{}, err
	}
	return roster.CardOf(chip.SOD()), nil
}
