package duty_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/duty"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
)

// registrar signs rosters; the seed is invented.
var registrar = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))

const (
	facility = "h001"
	rightPIN = "482915"
	wrongPIN = "000000"
)

// verifier is made once: it takes time by design.
var verifier = sync.OnceValues(func() (roster.PIN, error) { return roster.NewPIN(rightPIN, rand.Reader) })

func card(ref string) roster.Card { return roster.CardOf([]byte("card of " + ref)) }

// kiosk is the duty part of one, with its files.
type kiosk struct {
	*duty.Book
	t    *testing.T
	o    duty.Options
	stop func()

	mu    sync.Mutex
	notes []string
}

func (k *kiosk) Duty(officer, outcome string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.notes = append(k.notes, officer+" "+outcome)
}

func newKiosk(t *testing.T) *kiosk {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(registrar.Public())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	k := &kiosk{t: t}
	k.o = duty.Options{
		Roster: filepath.Join(dir, "roster.signed"), Key: filepath.Join(dir, "roster.pub"), Folder: filepath.Join(dir, "duty"),
		Secret: filepath.Join(dir, "finger.secret"), Device: "demo-k01",
		Brought: filepath.Join(dir, "brought"), Facility: facility, Audit: k, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler),
	}
	if err := os.WriteFile(k.o.Key, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return k
}

// begin starts the program; what it keeps is on the disk.
func (k *kiosk) begin() {
	k.t.Helper()
	b, err := duty.Open(k.o)
	if err != nil {
		k.t.Fatal(err)
	}
	k.Book = b
	ctx, cancel := context.WithCancel(k.t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = b.Run(ctx) }()
	k.stop = func() { cancel(); <-done }
}

func (k *kiosk) restart() { k.t.Helper(); k.stop(); k.begin() }

// put lays a roster with these officers where the kiosk looks for it.
func (k *kiosk) put(serial uint64, key ed25519.PrivateKey, refs ...string) {
	k.t.Helper()
	k.bring(k.o.Roster, serial, key, refs...)
}

func (k *kiosk) bring(file string, serial uint64, key ed25519.PrivateKey, refs ...string) {
	k.t.Helper()
	pin, err := verifier()
	if err != nil {
		k.t.Fatal(err)
	}
	now := time.Now().Truncate(time.Second)
	r := roster.Roster{Head: signedlist.Head{Serial: serial, Issued: now, Expires: now.Add(roster.MaxAge)}}
	for _, ref := range refs {
		r.Officers = append(r.Officers, roster.Officer{
			Ref: ref, Role: roster.Duty, Facility: facility, Card: card(ref), PIN: pin, From: now, Until: now.AddDate(1, 0, 0),
		})
	}
	b, err := roster.Sign(r, key)
	if err != nil {
		k.t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		k.t.Fatal(err)
	}
}

// start tries to go on duty and expects a fault, or none.
func (k *kiosk) start(ref, pin string, want fault.Code) session {
	k.t.Helper()
	officer, until, err := k.Start(card(ref), pin)
	if (err == nil) != (want == "") || err != nil && fault.CodeOf(err) != want {
		k.t.Errorf("%s: %v, want %q", ref, err, want)
	}
	if err == nil && (officer.Method != request.MethodPIN || officer.Reader != "") {
		k.t.Errorf("by %q", officer.Method)
	}
	return session{officer, until}
}

// session is what was opened.
type session struct {
	request.Officer
	until time.Time
}

// onDuty expects an officer to be on duty, or nobody.
func (k *kiosk) onDuty(ref string) {
	k.t.Helper()
	if o, ok := k.OnDuty(); ok != (ref != "") || o.Ref != ref {
		k.t.Errorf("%q on duty, want %q", o.Ref, ref)
	}
}

func (k *kiosk) noted(want ...string) {
	k.t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.Equal(k.notes, want) {
		k.t.Errorf("noted %q, want %q", k.notes, want)
	}
	k.notes = nil
}

// story runs in a bubble of its own time.
func story(t *testing.T, f func(t *testing.T, k *kiosk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		k := newKiosk(t)
		f(t, k)
		k.stop()
	})
}

func TestADay(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1", "op-2")
		k.begin()
		k.onDuty("")
		first := k.start("op-1", rightPIN, "")
		k.onDuty("op-1")
		if first.Session == "" || first.Role != "officer" || time.Until(first.until) != duty.MaxSession {
			t.Errorf("%q, %v", first.Session, time.Until(first.until))
		}
		time.Sleep(time.Hour)
		if again := k.start("op-1", rightPIN, ""); again != first {
			t.Error("the officer's own session was opened anew")
		}
		second := k.start("op-2", rightPIN, "")
		k.onDuty("op-2")
		k.Close(first.Session) // it is over already
		k.onDuty("op-2")
		k.Close(second.Session)
		k.onDuty("")
		k.noted(" roster-1", "op-1 opened-by-pin", "op-1 handed-over", "op-2 opened-by-pin", "op-2 closed")
	})
}

func TestHowSessionsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(k *kiosk)
		after   time.Duration
		noted   string
	}{
		"after its time":     {func(*kiosk) {}, duty.MaxSession, "op-1 expired"},
		"with the program":   {func(k *kiosk) { k.restart() }, 0, "op-1 stopped"},
		"off the roster":     {func(k *kiosk) { k.put(2, registrar, "op-2") }, time.Minute, "op-1 withdrawn"},
		"on an empty roster": {func(k *kiosk) { k.put(2, registrar) }, time.Minute, "op-1 withdrawn"},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(_ *testing.T, k *kiosk) {
				k.put(1, registrar, "op-1")
				k.begin()
				k.start("op-1", rightPIN, "")
				c.happens(k)
				if c.after > 0 {
					time.Sleep(c.after - time.Second)
				}
				time.Sleep(time.Second)
				synctest.Wait()
				if !slices.Contains(k.notes, c.noted) {
					k.t.Errorf("noted %q", k.notes)
				}
				k.onDuty("")
			})
		})
	}
}

// A session lasts through its twelfth hour, to the second.
func TestTheTwelfthHour(t *testing.T) {
	story(t, func(_ *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		k.start("op-1", rightPIN, "")
		time.Sleep(duty.MaxSession - time.Second)
		k.onDuty("op-1")
		time.Sleep(time.Second)
		k.onDuty("")
	})
}

func TestAnOldRosterCountsNoMore(t *testing.T) {
	story(t, func(_ *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		time.Sleep(roster.MaxAge - time.Hour)
		k.start("op-1", rightPIN, "")
		time.Sleep(time.Hour + time.Second)
		k.onDuty("")
		k.start("op-1", rightPIN, fault.RosterOld)
		k.put(2, registrar, "op-1")
		k.start("op-1", rightPIN, "")
		k.noted(" roster-1", "op-1 opened-by-pin", "op-1 roster-old", " roster-2", "op-1 opened-by-pin")
	})
}

func TestNoRoster(t *testing.T) {
	story(t, func(_ *testing.T, k *kiosk) {
		k.begin()
		k.start("op-1", rightPIN, fault.RosterOld)
		k.put(1, registrar, "op-1")
		k.start("op-1", rightPIN, "")
	})
}

// The centre takes an officer off duty: at once, whatever the older file says, and
// once more after a restart. A file of a person that is newer counts, too.
func TestTheCentreBringsRosters(t *testing.T) {
	story(t, func(_ *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		k.start("op-1", rightPIN, "")
		k.noted(" roster-1", "op-1 opened-by-pin")
		k.bring(k.o.Brought, 2, registrar, "op-2")
		k.Look()
		k.onDuty("")
		k.noted(" roster-2", "op-1 withdrawn")
		k.start("op-1", rightPIN, fault.NotOnRoster)
		k.restart()
		k.start("op-1", rightPIN, fault.NotOnRoster)
		k.start("op-2", rightPIN, "")
		k.noted("op-2 opened-by-pin") // an older file is none that was put there to deceive
		k.put(3, registrar, "op-1", "op-2")
		k.start("op-1", rightPIN, "")
	})
}

// Somebody who may write the roster's file brings back an officer who was taken
// off, or makes a roster of their own.
func TestRollback(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(4, registrar, "op-1")
		old, err := os.ReadFile(k.o.Roster)
		if err != nil {
			t.Fatal(err)
		}
		k.begin()
		k.put(5, registrar, "op-2")
		k.start("op-1", rightPIN, fault.NotOnRoster)
		attack := func() {
			t.Helper()
			if err := os.WriteFile(k.o.Roster, old, 0o600); err != nil {
				t.Fatal(err)
			}
			k.start("op-1", rightPIN, fault.NotOnRoster)
			k.put(5, registrar, "op-1")
			k.start("op-1", rightPIN, fault.NotOnRoster)
			k.put(6, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), "op-1")
			k.start("op-1", rightPIN, fault.NotOnRoster)
			if err := os.WriteFile(k.o.Roster, make([]byte, roster.MaxSize+1), 0o600); err != nil {
				t.Fatal(err)
			}
			k.start("op-1", rightPIN, fault.NotOnRoster)
		}
		attack()
		k.restart()
		attack()
		k.start("op-2", rightPIN, "")
	})
}

func TestWrongPINsLock(t *testing.T) {
	story(t, func(_ *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1", "op-2")
		k.begin()
		for range duty.FreeTries - 1 {
			k.start("op-1", wrongPIN, fault.WrongPIN)
		}
		k.restart() // forgets nothing
		k.start("op-1", wrongPIN, fault.OfficerLocked)
		k.start("op-1", rightPIN, fault.OfficerLocked)
		k.start("op-2", rightPIN, "") // another officer is not locked
		time.Sleep(duty.FirstLock - time.Second)
		k.restart()
		k.start("op-1", rightPIN, fault.OfficerLocked)
		time.Sleep(2 * time.Second)
		k.start("op-1", wrongPIN, fault.OfficerLocked) // one try, and twice the time
		time.Sleep(duty.FirstLock + time.Second)
		k.start("op-1", rightPIN, fault.OfficerLocked)
		time.Sleep(duty.FirstLock)
		k.start("op-1", rightPIN, "")
		k.start("op-1", wrongPIN, fault.WrongPIN) // the right one began the count anew
	})
}

func TestTriesThatCannotBeWrittenAreNotMade(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		if err := os.Mkdir(filepath.Join(k.o.Folder, "tries.json.next"), 0o700); err != nil {
			t.Fatal(err)
		}
		k.start("op-1", rightPIN, fault.DutyStore)
		k.onDuty("")
	})
}

// Damaging the file of wrong tries gives no free ones.
func TestDamagedTries(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		k.start("op-1", wrongPIN, fault.WrongPIN)
		if err := os.WriteFile(filepath.Join(k.o.Folder, "tries.json"), []byte("damaged"), 0o600); err != nil {
			t.Fatal(err)
		}
		k.restart()
		k.start("op-1", rightPIN, fault.OfficerLocked)
		time.Sleep(duty.FirstLock + time.Second)
		k.start("op-1", rightPIN, "")
	})
}

func TestHolder(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		if o, ok := k.Holder(card("op-1")); !ok || o.Ref != "op-1" {
			t.Errorf("%q, %v", o.Ref, ok)
		}
		if o, ok := k.Holder(card("op-2")); ok {
			t.Errorf("%q holds a card of nobody", o.Ref)
		}
		time.Sleep(roster.MaxAge + time.Hour) // told as an officer whose roster is old
		if _, ok := k.Holder(card("op-1")); !ok {
			t.Error("not known on an old roster")
		}
	})
}

func TestAKeyIsNeeded(t *testing.T) {
	k := newKiosk(t)
	if err := os.WriteFile(k.o.Key, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := duty.Open(k.o); !errors.Is(err, signedlist.ErrKey) {
		t.Error(err)
	}
}
