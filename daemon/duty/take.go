package duty

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"motcua/daemon/wholefile"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// ErrOlder: the roster is older than one that this device took before.
var ErrOlder = errors.New("older than a roster taken before")

const keptName = "roster"

// kept is the roster that counts; without bytes there is none.
type kept struct {
	raw    []byte
	roster roster.Roster
}

// has tells whether the roster still has an officer in that role.
func (k kept) has(o request.Officer, facility string, now time.Time) bool {
	for _, e := range k.roster.Officers {
		if e.Ref == o.Ref && e.Facility == facility && string(e.Role) == o.Role {
			_, ok := k.roster.Holder(e.Card, facility, now)
			return ok
		}
	}
	return false
}

// cards are those of everybody who is on the roster at a facility, by reference.
func (k kept) cards(facility string) map[string]roster.Card {
	cards := map[string]roster.Card{}
	for _, e := range k.roster.Officers {
		if e.Facility == facility {
			cards[e.Ref] = e.Card
		}
	}
	return cards
}

// reopen takes up the roster that was kept before the program began.
func (b *Book) reopen() {
	raw, err := wholefile.Read(filepath.Join(b.o.Folder, keptName), roster.MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return // the first time
	}
	var r roster.Roster
	if err == nil {
		r, err = roster.Open(raw, b.key)
	}
	if err != nil {
		b.o.Log.Error("the roster that was kept", "err", err)
		return
	}
	b.kept = kept{raw, r}
}

// take takes the newest roster of those that lie in the files.
func (b *Book) take(now time.Time) {
	b.takeFrom(b.o.Roster, b.o.Brought, now)
	if b.o.Brought != "" {
		b.takeFrom(b.o.Brought, b.o.Roster, now)
	}
}

// takeFrom takes what lies in a roster's file if it is genuine, of the present time
// and not older than what was kept. Else what was kept goes on, as long as it
// counts. One that is older than that in the other file is left alone.
func (b *Book) takeFrom(file, other string, now time.Time) {
	raw, err := wholefile.Read(file, roster.MaxSize)
	if errors.Is(err, fs.ErrNotExist) && file == b.o.Brought {
		return // the centre has brought none yet
	}
	if err == nil && bytes.Equal(raw, b.kept.raw) {
		return
	}
	if err == nil {
		err = b.accept(raw, now)
	}
	if err == nil {
		delete(b.refused, file)
		b.o.Audit.Duty("", fmt.Sprintf("roster-%d", b.kept.roster.Serial))
		b.o.Log.Info("roster taken", "serial", b.kept.roster.Serial, "until", b.kept.roster.Expires)
		return
	}
	if newer, _ := wholefile.Read(other, roster.MaxSize); errors.Is(err, ErrOlder) && bytes.Equal(newer, b.kept.raw) {
		return
	}
	if told, before := b.refused[file]; before && bytes.Equal(raw, told) {
		return
	}
	b.refused[file] = raw
	b.o.Log.Warn("roster not taken", "err", err)
	if !errors.Is(err, fs.ErrNotExist) {
		b.o.Audit.Duty("", "roster-refused")
	}
}

func (b *Book) accept(raw []byte, now time.Time) error {
	r, err := roster.Open(raw, b.key)
	if err != nil {
		return err
	}
	if err := r.ValidAt(now); err != nil {
		return err
	}
	switch last := b.kept; {
	case last.raw == nil || r.Serial > last.roster.Serial:
	case r.Serial == last.roster.Serial:
		return fmt.Errorf("serial %d was another roster: %w", r.Serial, ErrOlder)
	default:
		return fmt.Errorf("serial %d after %d: %w", r.Serial, last.roster.Serial, ErrOlder)
	}
	if err := wholefile.Replace(filepath.Join(b.o.Folder, keptName), raw); err != nil {
		return fmt.Errorf("keeping the roster: %w", err) // or an older one could come back
	}
	b.kept = kept{raw, r}
	return nil
}

// Serial is the number of the newest roster that was taken; 0: there is none.
func (b *Book) Serial() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept.roster.Serial
}
