package duty

import (
	"context"
	"crypto/ed25519"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"motcua/daemon/wholefile"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
)

const (
	// MaxSession is how long a session lasts at most.
	MaxSession = 12 * time.Hour
	// lookAgain is how often the roster's file is looked at.
	lookAgain = 30 * time.Second
	maxKey    = 64 << 10
)

// Auditor keeps what has to be provable afterwards. It must return at once.
type Auditor interface {
	// Duty notes what became of an officer's duty, in a word. officer is a
	// reference, empty for what concerns the roster.
	Duty(officer, outcome string)
}

// Options are what a book is made of.
type Options struct {
	// Roster is the signed list's file, Key the PEM file of the key to check it
	// with, and Folder where the book keeps what it must not forget.
	Roster, Key, Folder string
	// Brought is the file in which rosters lie that the centre brings; it may not be
	// there. Empty: it brings none.
	Brought string
	// Secret is the file of the secret with which templates of fingers are sealed. It
	// is made with the first template.
	Secret           string
	Device, Facility string // this one, and where it stands
	Audit            Auditor
	Rand             io.Reader
	Log              *slog.Logger
}

// session is an officer's time on duty at this kiosk.
type session struct {
	officer request.Officer
	opened  time.Time
	until   time.Time // when it ends at the latest
}

// Book says who is on duty. Its methods may be called from any goroutine.
type Book struct {
	o   Options
	key ed25519.PublicKey

	mu      sync.Mutex // guards the rest
	kept    kept
	refused map[string][]byte // by file, the list that was refused last, so that it is told once
	tries   tries
	fingers templates
	session *session
	ended   *time.Timer // of the session
}

// Open prepares a book. It fails for a key or folder that cannot be used; a roster
// that cannot be is told in the log, and nobody can be on duty before there is one.
func Open(o Options) (*Book, error) {
	text, err := wholefile.Read(o.Key, maxKey)
	if err != nil {
		return nil, fmt.Errorf("reading the key of rosters: %w", err)
	}
	key, err := signedlist.ParsePublicKey(text)
	if err != nil {
		return nil, fmt.Errorf("reading the key of rosters: %w", err)
	}
	if err := os.MkdirAll(o.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("the folder of duty: %w", err)
	}
	b := &Book{o: o, key: key, refused: map[string][]byte{}, fingers: templates{
		folder: filepath.Join(o.Folder, fingersFolder), secret: o.Secret, device: o.Device, rand: o.Rand,
	}}
	if b.tries, err = loadTries(filepath.Join(o.Folder, triesName), time.Now()); err != nil {
		o.Log.Error("what officers tried cannot be read: nobody goes on duty for a while", "err", err)
	}
	b.reopen()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take(time.Now())
	b.sweep()
	return b, nil
}

// Run looks for newer rosters until ctx ends, and ends the session with it.
func (b *Book) Run(ctx context.Context) error {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			b.mu.Lock()
			defer b.mu.Unlock()
			b.end("stopped")
			return nil
		case <-tick.C:
			b.Look()
		}
	}
}

// PublicKey is the key that rosters are checked with.
func (b *Book) PublicKey() ed25519.PublicKey { return b.key }

// Look takes a newer roster, if there is one, and ends a session that it no longer
// allows.
func (b *Book) Look() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.take(now)
	b.sweep()
	b.current(now)
}

// current ends a session that has come to its end.
func (b *Book) current(now time.Time) {
	s := b.session
	if s == nil {
		return
	}
	switch {
	case now.Sub(s.opened) >= MaxSession:
		b.end("expired")
	case b.kept.roster.ValidAt(now) != nil:
		b.end("roster-old")
	case !b.kept.has(s.officer, b.o.Facility, now):
		b.end("withdrawn")
	}
}

// Holder finds whose card it is, whatever the age of the roster.
func (b *Book) Holder(card roster.Card) (roster.Officer, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept.roster.Holder(card, b.o.Facility, time.Now())
}

// Start opens a session for the officer who came with a card, or goes on with the one
// that is open for that officer. The caller has read the card as genuine with
// proof of its chip. It takes as long as the PIN's verifier does, and the time of
// a write to the disk.
//
// Errors carry fault codes: [fault.RosterOld], [fault.OfficerLocked],
// [fault.WrongPIN], [fault.DutyStore], [fault.NotOnRoster].
func (b *Book) Start(card roster.Card, pin string) (officer request.Officer, until time.Time, err error) {
	var s session
	err = b.checkPIN(card, pin, func(entry roster.Officer, now time.Time) (err error) {
		s, err = b.begin(entry, now, request.MethodPIN)
		return err
	})
	return s.officer, s.until, err
}

// checkPIN checks the PIN of the officer who has a card, and does what a right one
// leads to, with mu held.
func (b *Book) checkPIN(card roster.Card, pin string, then func(roster.Officer, time.Time) error) error {
	entry, err := b.attempt(card)
	if err != nil {
		return err
	}
	right := entry.PIN.Matches(pin)
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if !right {
		return b.wrong(entry.Ref, now)
	}
	if err := b.tries.forget(entry.Ref); err != nil {
		return fault.Wrap(fault.DutyStore, err)
	}
	return then(entry, now)
}

// listed finds the officer who came with a card. The caller holds mu.
func (b *Book) listed(card roster.Card, now time.Time) (roster.Officer, error) {
	b.take(now)
	if err := b.kept.roster.ValidAt(now); err != nil {
		return roster.Officer{}, fault.Wrap(fault.RosterOld, err)
	}
	officer, ok := b.kept.roster.Holder(card, b.o.Facility, now)
	if !ok {
		return roster.Officer{}, fault.Wrap(fault.NotOnRoster, errors.New("the card is nobody's on the roster"))
	}
	return officer, nil
}

// attempt counts a try as wrong before it is made: a power cut gives none back.
func (b *Book) attempt(card roster.Card) (roster.Officer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	officer, err := b.listed(card, now)
	if err != nil {
		return roster.Officer{}, err
	}
	if until := b.tries.lockedUntil(officer.Ref); now.Before(until) {
		b.o.Audit.Duty(officer.Ref, "locked")
		return roster.Officer{}, fault.Wrap(fault.OfficerLocked, errors.New("too many wrong PINs"))
	}
	if err := b.tries.count(officer.Ref, now, b.kept.cards(b.o.Facility)); err != nil {
		return roster.Officer{}, fault.Wrap(fault.DutyStore, err)
	}
	return officer, nil
}

// wrong tells a try that was wrong; it has been counted.
func (b *Book) wrong(ref string, now time.Time) error {
	b.o.Audit.Duty(ref, "wrong-pin")
	if now.Before(b.tries.lockedUntil(ref)) {
		return fault.Wrap(fault.OfficerLocked, errors.New("too many wrong PINs"))
	}
	return fault.Wrap(fault.WrongPIN, errors.New("the PIN is wrong"))
}

// begin opens the session, or goes on with the officer's own. One that was opened by
// finger is not gone on with after a PIN: it would say less than is known.
func (b *Book) begin(officer roster.Officer, now time.Time, by request.Method) (session, error) {
	b.current(now) // checking took a while
	if !b.kept.has(request.Officer{Ref: officer.Ref, Role: string(officer.Role)}, b.o.Facility, now) {
		return session{}, fault.Wrap(fault.NotOnRoster, errors.New("taken off the roster meanwhile"))
	}
	if s := b.session; s != nil && s.officer.Ref == officer.Ref && (s.officer.Method == by || s.officer.Method == request.MethodPIN) {
		return *s, nil
	}
	var id [10]byte
	if _, err := io.ReadFull(b.o.Rand, id[:]); err != nil {
		return session{}, fmt.Errorf("naming a duty session: %w", err)
	}
	b.end("handed-over")
	s := session{
		officer: request.Officer{
			Session: "d-" + base32.StdEncoding.EncodeToString(id[:]), Ref: officer.Ref, Role: string(officer.Role), Method: by,
		},
		opened: now,
		until:  now.Add(MaxSession),
	}
	opened := "opened-by-pin"
	if by == request.MethodFinger {
		s.officer.Reader, opened = request.ReaderL0, "opened-by-finger-L0"
	}
	if officer.Until.Before(s.until) {
		s.until = officer.Until
	}
	b.session = &s
	b.ended = time.AfterFunc(s.until.Sub(now), b.Look)
	b.o.Audit.Duty(officer.Ref, opened)
	b.o.Log.Info("duty", "officer", officer.Ref, "role", s.officer.Role, "outcome", opened, "until", s.until)
	return s, nil
}

// OnDuty is the officer whose session is open now, with its name.
func (b *Book) OnDuty() (request.Officer, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.current(time.Now())
	if b.session == nil {
		return request.Officer{}, false
	}
	return b.session.officer, true
}

// Close ends the session of that name, if it is still open.
func (b *Book) Close(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.session != nil && b.session.officer.Session == name {
		b.end("closed")
	}
}

// end ends the session, if one is open.
func (b *Book) end(why string) {
	if b.session == nil {
		return
	}
	b.o.Audit.Duty(b.session.officer.Ref, why)
	b.o.Log.Info("duty", "officer", b.session.officer.Ref, "outcome", why)
	b.session = nil
	b.ended.Stop()
}
