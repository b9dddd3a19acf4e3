package gateway

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// Blocklist is the people whose cards count no more, because their death was
// registered. It is kept in the inbox, under keyed hashes of personal numbers: whoever
// reads the inbox finds nobody in it. What was done to an entry stays with it.
type Blocklist struct{ key []byte }

// NewBlocklist makes the list of a centre from the key that requests are sealed to;
// whoever has another key has another list.
func NewBlocklist(service envelope.ServicePrivateKey) (*Blocklist, error) {
	secret, err := service.Bytes()
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "motcua blocked numbers v1", sha256.Size)
	return &Blocklist{key}, err
}

// Blocking is an entry of the list.
type Blocking struct {
	Entry string     `json:"entry"` // names it, and nobody
	Acts  []BlockAct `json:"acts"`  // the oldest first
}

// BlockAct is what was done to an entry.
type BlockAct struct {
	At   time.Time `json:"at"`
	Lift bool      `json:"lift"` // else it was blocked
	Why  string    `json:"why"`  // the dossier, or an operator's words, which name nobody
}

// Stands tells whether the card is blocked now.
func (b Blocking) Stands() bool { return len(b.Acts) > 0 && !b.Acts[len(b.Acts)-1].Lift }

// Errors of [Blocklist.Lift].
var (
	ErrNoEntry    = errors.New("no such entry is on the blocklist")
	ErrNotBlocked = errors.New("the entry has been lifted before")
)

// EntryOf names the entry of a personal number.
func (l *Blocklist) EntryOf(number string) string {
	m := hmac.New(sha256.New, l.key)
	m.Write([]byte(number))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

func entryKey(entry string) string { return "blocked/entry/" + entry }

const blockedCount = "blocked/count"

func placeKey(n uint64) string { return fmt.Sprintf("blocked/at/%d", n) }

// read finds an entry; one that is not there has no acts.
func (l *Blocklist) read(st State, entry string) (b Blocking, err error) {
	b.Entry = entry
	stored, found, err := st.Get(entryKey(entry))
	if err != nil || !found {
		return b, err
	}
	if err := json.Unmarshal(stored, &b); err != nil {
		return b, fmt.Errorf("reading the blocklist: %w", err)
	}
	return b, nil
}

func (l *Blocklist) act(st State, b Blocking, a BlockAct) error {
	b.Acts = append(b.Acts, a)
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return st.Set(entryKey(b.Entry), text)
}

// Block puts a personal number on the list because of a dossier. The same dossier
// does so once: an entry that was lifted afterwards stays lifted.
func (l *Blocklist) Block(st State, number, dossier string, at time.Time) error {
	b, err := l.read(st, l.EntryOf(number))
	if err != nil {
		return err
	}
	for _, a := range b.Acts {
		if !a.Lift && a.Why == dossier {
			return nil
		}
	}
	if len(b.Acts) == 0 {
		n, err := CountUp(st, blockedCount)
		if err != nil {
			return err
		}
		if err := st.Set(placeKey(n), []byte(b.Entry)); err != nil {
			return err
		}
	}
	return l.act(st, b, BlockAct{At: at, Why: dossier})
}

// Blocked tells whether the card of a personal number counts no more.
func (l *Blocklist) Blocked(st State, number string) (bool, error) {
	b, err := l.read(st, l.EntryOf(number))
	return b.Stands(), err
}

// Lift takes an entry off, because somebody found that it is wrong. Why is kept with
// it; it should name nobody. Errors: [ErrNoEntry], [ErrNotBlocked].
func (l *Blocklist) Lift(ctx context.Context, in Inbox, entry, why string, now time.Time) error {
	if why == "" || len(why) > maxDecision {
		return fmt.Errorf("lifting: a reason of 1 to %d bytes is needed", maxDecision)
	}
	return in.Update(ctx, func(tx Tx) error {
		b, err := l.read(tx, entry)
		switch {
		case err != nil:
			return err
		case len(b.Acts) == 0:
			return ErrNoEntry
		case !b.Stands():
			return ErrNotBlocked
		}
		return l.act(tx, b, BlockAct{At: now, Lift: true, Why: why})
	})
}

// List is every entry, in the order in which they came, those that were lifted among
// them.
func (l *Blocklist) List(ctx context.Context, in Inbox) (all []Blocking, err error) {
	err = in.Update(ctx, func(tx Tx) error {
		all = nil
		stored, found, err := tx.Get(blockedCount)
		if err != nil || !found {
			return err
		}
		if len(stored) != 8 {
			return errors.New("reading the blocklist: the inbox holds something else")
		}
		for n := uint64(1); n <= binary.BigEndian.Uint64(stored); n++ {
			entry, _, err := tx.Get(placeKey(n))
			if err != nil {
				return err
			}
			b, err := l.read(tx, string(entry))
			if err != nil {
				return err
			}
			all = append(all, b)
		}
		return nil
	})
	return all, err
}

// holdBlocked holds the person of a request against the list. A card that proves that
// it is there raises an alarm; a number that was typed may be a slip of the finger.
func (d *delivery) holdBlocked(tx Tx) (verdict, AlarmKind, error) {
	s := d.request.Inner.Subject
	if s == nil {
		return verdict{}, "", nil
	}
	blocked, err := d.g.blocklist.Blocked(tx, s.Number)
	if err != nil || !blocked {
		return verdict{}, "", err
	}
	if d.finding.level.AtLeast(request.E2) {
		return refused(cardBlocked), AlarmBlocked, nil
	}
	return refused(cardBlocked), "", nil
}

const cardBlocked = "card-blocked"

// blockedLook is what holdBlocked will ask for.
func (d *delivery) blockedLook() []string {
	if s := d.request.Inner.Subject; s != nil {
		return []string{entryKey(d.g.blocklist.EntryOf(s.Number))}
	}
	return nil
}
