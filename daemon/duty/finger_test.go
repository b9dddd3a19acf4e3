package duty_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/duty"
	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
)

// template is an invented finger of whoever ref is.
func template(ref string) drivers.Template {
	return drivers.Template{Kind: "zfm-1536", Data: bytes.Repeat([]byte("ridges of "+ref+";"), 40)}
}

// enrol has an officer go on duty by PIN and a finger taken.
func (k *kiosk) enrol(ref string) {
	k.t.Helper()
	s := k.start(ref, rightPIN, "")
	if err := k.KeepFinger(s.Session, template(ref)); err != nil {
		k.t.Fatal(err)
	}
}

// lay lays down the finger of whoever owner is for an officer's card, and expects a
// fault, or none.
func (k *kiosk) lay(ref, owner string, want fault.Code) session {
	k.t.Helper()
	finger := template(owner)
	officer, until, err := k.StartByFinger(card(ref), func(t drivers.Template) (drivers.FingerMatch, error) {
		return drivers.FingerMatch{Same: t.Kind == finger.Kind && bytes.Equal(t.Data, finger.Data)}, nil
	})
	if (err == nil) != (want == "") || err != nil && fault.CodeOf(err) != want {
		k.t.Errorf("%s with the finger of %s: %v, want %q", ref, owner, err, want)
	}
	return session{officer, until}
}

// left expects how many wrong fingers an officer still has, or -1 where none is
// enrolled.
func (k *kiosk) left(ref string, want int) {
	k.t.Helper()
	enrolled, left := k.Finger(card(ref))
	if !enrolled {
		left = -1
	}
	if left != want {
		k.t.Errorf("%s: %d fingers left, want %d", ref, left, want)
	}
}

func (k *kiosk) file(ref string) string { return filepath.Join(k.o.Folder, "fingers", ref+".finger") }

func TestASessionByFinger(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1", "op-2")
		k.begin()
		k.left("op-1", -1)
		k.lay("op-1", "op-1", fault.FingerStore) // none is enrolled
		k.enrol("op-1")
		k.left("op-1", duty.FreeFingers)
		k.left("op-2", -1)
		k.restart()
		k.onDuty("")
		s := k.lay("op-1", "op-1", "")
		if s.Method != request.MethodFinger || s.Reader != request.ReaderL0 || s.Role != "officer" || time.Until(s.until) != duty.MaxSession {
			t.Errorf("%+v, %v", s.Session, time.Until(s.until))
		}
		if again := k.lay("op-1", "op-1", ""); again.Session != s.Session {
			t.Error("the officer's own session was opened anew")
		}
		byPIN := k.start("op-1", rightPIN, "")
		if byPIN.Session == s.Session {
			t.Error("after a PIN the session still says that it was opened by finger")
		}
		if again := k.lay("op-1", "op-1", ""); again.Session != byPIN.Session || again.Method != request.MethodPIN {
			t.Error("a finger took a session by PIN over")
		}
		k.noted(" roster-1", "op-1 finger-unreadable", "op-1 opened-by-pin", "op-1 finger-enrolled", "op-1 stopped", "op-1 opened-by-finger-L0", "op-1 handed-over", "op-1 opened-by-pin")
	})
}

// Nothing of a finger is readable on the disk, and the files are the owner's alone.
func TestTemplatesAreSealed(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		k.enrol("op-1")
		first, err := os.ReadFile(k.file("op-1"))
		if err != nil || bytes.Contains(first, []byte("ridges")) {
			t.Errorf("the template is in clear, or %v", err)
		}
		for name, mode := range map[string]os.FileMode{k.file("op-1"): 0o600, k.o.Secret: 0o600, filepath.Dir(k.file("")): 0o700 | os.ModeDir} {
			if info, err := os.Stat(name); err != nil || info.Mode() != mode {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
		}
		k.enrol("op-1")
		if second, err := os.ReadFile(k.file("op-1")); err != nil || bytes.Equal(first, second) {
			t.Errorf("the same bytes for the same template, or %v", err)
		}
	})
}

// Whoever has an officer's card and lays down another finger ends with the PIN, and
// takes nothing from the officer but the finger.
func TestWrongFingers(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1", "op-2")
		k.begin()
		k.enrol("op-2")
		k.enrol("op-1")
		k.lay("op-1", "op-2", fault.WrongFinger)
		k.lay("op-1", "op-2", fault.WrongFinger)
		k.lay("op-1", "op-1", "") // the right one begins the count anew
		k.lay("op-1", "op-2", fault.WrongFinger)
		k.restart() // forgets nothing
		k.lay("op-1", "op-2", fault.WrongFinger)
		k.lay("op-1", "op-2", fault.FingerSpent)
		k.left("op-1", 0)
		k.lay("op-1", "op-1", fault.FingerSpent)
		time.Sleep(24 * time.Hour)
		k.restart()
		k.lay("op-1", "op-1", fault.FingerSpent) // nor does time
		k.lay("op-2", "op-2", "")                // a colleague's is not touched
		k.start("op-1", rightPIN, "")            // nor the PIN
		k.left("op-1", duty.FreeFingers)
		k.lay("op-1", "op-1", "")
	})
}

// PINs and fingers are counted apart: a locked PIN leaves the finger, and a right
// finger gives no PIN back.
func TestFingersAndPINsAreCountedApart(t *testing.T) {
	story(t, func(_ *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		k.enrol("op-1")
		for range duty.FreeTries - 1 {
			k.start("op-1", wrongPIN, fault.WrongPIN)
			k.lay("op-1", "op-1", "")
		}
		k.lay("op-1", "op-2", fault.WrongFinger)
		k.start("op-1", wrongPIN, fault.OfficerLocked)
		k.lay("op-1", "op-1", "")
		k.start("op-1", rightPIN, fault.OfficerLocked)
	})
}

// A finger that was not compared costs nothing; one whose comparison a power cut
// ended does.
func TestFingersThatAreNotCompared(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		k.enrol("op-1")
		for _, why := range []error{drivers.ErrPoorFinger, drivers.ErrDeviceGone, context.Canceled, context.DeadlineExceeded} {
			_, _, err := k.StartByFinger(card("op-1"), func(drivers.Template) (drivers.FingerMatch, error) { return drivers.FingerMatch{}, why })
			if !errors.Is(err, why) {
				t.Errorf("%v became %v", why, err)
			}
		}
		k.left("op-1", duty.FreeFingers)
		_, _, _ = k.StartByFinger(card("op-1"), func(drivers.Template) (drivers.FingerMatch, error) {
			k.restart() // as after a power cut
			k.left("op-1", duty.FreeFingers-1)
			return drivers.FingerMatch{}, drivers.ErrDeviceGone
		})
	})
}

// The template that was compared is wiped afterwards.
func TestTemplatesAreWiped(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1")
		k.begin()
		k.enrol("op-1")
		var seen []byte
		_, _, err := k.StartByFinger(card("op-1"), func(t drivers.Template) (drivers.FingerMatch, error) {
			seen = t.Data
			return drivers.FingerMatch{Same: true}, nil
		})
		if err != nil || len(seen) == 0 || !bytes.Equal(seen, make([]byte, len(seen))) {
			t.Errorf("%d bytes are left, or %v", len(seen), err)
		}
	})
}

// Only the officer whose session is open, and was opened by PIN, has a finger taken.
func TestWhoseFingerIsKept(t *testing.T) {
	story(t, func(t *testing.T, k *kiosk) {
		k.put(1, registrar, "op-1", "op-2")
		k.begin()
		if err := k.KeepFinger("", template("op-1")); fault.CodeOf(err) != fault.NotOnRoster {
			t.Errorf("without a session: %v", err)
		}
		first := k.start("op-1", rightPIN, "")
		k.start("op-2", rightPIN, "")
		for name, err := range map[string]error{
			"keep":   k.KeepFinger(first.Session, template("op-1")),
			"forget": k.ForgetFinger(first.Session),
		} {
			if fault.CodeOf(err) != fault.NotOnRoster {
				t.Errorf("%s after a colleague has come: %v", name, err)
			}
		}
		k.enrol("op-1")
		k.start("op-2", rightPIN, "")
		byFinger := k.lay("op-1", "op-1", "")
		if err := k.KeepFinger(byFinger.Session, template("op-2")); fault.CodeOf(err) != fault.NotOnRoster {
			t.Errorf("in a session by finger: %v", err)
		}
		if err := k.ForgetFinger(byFinger.Session); err != nil {
			t.Error(err)
		}
		k.left("op-1", -1)
		if err := k.ForgetFinger(byFinger.Session); err != nil {
			t.Errorf("deleting what is not there: %v", err)
		}
	})
}

// The template goes with the officer, and with the card.
func TestTemplatesGoWithTheirOfficers(t *testing.T) {
	renewed := func(k *kiosk, serial uint64) {
		raw, err := os.ReadFile(k.o.Roster)
		if err != nil {
			k.t.Fatal(err)
		}
		r, err := roster.Open(raw, public())
		if err != nil {
			k.t.Fatal(err)
		}
		r.Head = signedlist.Head{Serial: serial, Issued: time.Now().Truncate(time.Second), Expires: time.Now().Truncate(time.Second).Add(roster.MaxAge)}
		r.Officers[0].Card = card("the renewed one of op-1")
		if raw, err = roster.Sign(r, registrar); err != nil {
			k.t.Fatal(err)
		}
		if err := os.WriteFile(k.o.Roster, raw, 0o600); err != nil {
			k.t.Fatal(err)
		}
	}
	for name, change := range map[string]func(k *kiosk){
		"off the roster":      func(k *kiosk) { k.put(2, registrar, "op-2") },
		"an empty roster":     func(k *kiosk) { k.put(2, registrar) },
		"the card is another": func(k *kiosk) { renewed(k, 2) },
	} {
		for when, after := range map[string]func(k *kiosk){
			"while it runs": func(*kiosk) { time.Sleep(31 * time.Second) },
			"at the start":  func(k *kiosk) { k.restart() },
		} {
			t.Run(name+", "+when, func(t *testing.T) {
				story(t, func(t *testing.T, k *kiosk) {
					k.put(1, registrar, "op-1", "op-2")
					k.begin()
					k.enrol("op-1")
					crashed := k.file("op-2") + ".next"
					if err := os.WriteFile(crashed, []byte("left by a crash"), 0o600); err != nil {
						t.Fatal(err)
					}
					change(k)
					after(k)
					for _, gone := range []string{k.file("op-1"), crashed} {
						if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
							t.Errorf("%s: %v", filepath.Base(gone), err)
						}
					}
					if k.mu.Lock(); !slices.Contains(k.notes, "op-1 finger-deleted") {
						t.Errorf("noted %q", k.notes)
					}
					k.mu.Unlock()
				})
			})
		}
	}
}

// Whatever is wrong with a template's file is told as such; the PIN works, and the
// file is left for somebody to look at until a finger is taken anew.
func TestDamagedTemplates(t *testing.T) {
	change := func(f func([]byte) []byte) func(t *testing.T, k *kiosk) {
		return func(t *testing.T, k *kiosk) {
			b, err := os.ReadFile(k.file("op-1"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(k.file("op-1"), f(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(at int) func(t *testing.T, k *kiosk) {
		return change(func(b []byte) []byte {
			b[(at+len(b))%len(b)] ^= 1
			return b
		})
	}
	for name, happens := range map[string]func(t *testing.T, k *kiosk){
		"magic":        flip(0),
		"version":      flip(4),
		"kind":         flip(39),
		"nonce":        flip(46),
		"the template": flip(100),
		"the tag":      flip(-1),
		"cut":          change(func(b []byte) []byte { return b[:len(b)-1] }),
		"a stub":       change(func(b []byte) []byte { return b[:20] }),
		"empty":        change(func([]byte) []byte { return nil }),
		"endless":      change(func([]byte) []byte { return make([]byte, 1<<20) }),
		"a colleague's": func(t *testing.T, k *kiosk) {
			k.enrol("op-2")
			if err := os.Rename(k.file("op-2"), k.file("op-1")); err != nil {
				t.Fatal(err)
			}
		},
		"of another device": func(_ *testing.T, k *kiosk) {
			k.stop()
			k.o.Device = "demo-k02"
			k.begin()
		},
		"another secret": func(t *testing.T, k *kiosk) {
			if err := os.WriteFile(k.o.Secret, bytes.Repeat([]byte{1}, 32), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"no secret": func(t *testing.T, k *kiosk) {
			if err := os.Remove(k.o.Secret); err != nil {
				t.Fatal(err)
			}
		},
		"a secret that others can read": func(t *testing.T, k *kiosk) {
			if err := os.Chmod(k.o.Secret, 0o640); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, k *kiosk) {
				k.put(1, registrar, "op-1", "op-2")
				k.begin()
				k.enrol("op-1")
				happens(t, k)
				k.lay("op-1", "op-1", fault.FingerStore)
				time.Sleep(time.Minute)
				if _, err := os.Stat(k.file("op-1")); name != "a colleague's" && err != nil {
					t.Errorf("the file was not left: %v", err)
				}
				k.start("op-1", rightPIN, "")
				if strings.HasPrefix(name, "a secret") {
					return
				}
				k.enrol("op-1")
				k.lay("op-1", "op-1", "")
			})
		})
	}
}

// A finger is not kept where it could not be sealed, or would not reach the disk.
func TestFingersThatCannotBeKept(t *testing.T) {
	for name, happens := range map[string]func(t *testing.T, k *kiosk) drivers.Template{
		"no template": func(*testing.T, *kiosk) drivers.Template { return drivers.Template{} },
		"no folder": func(t *testing.T, k *kiosk) drivers.Template {
			if err := os.WriteFile(filepath.Join(k.o.Folder, "fingers"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return template("op-1")
		},
		"no place for the secret": func(_ *testing.T, k *kiosk) drivers.Template {
			k.stop()
			k.o.Secret = filepath.Join(k.o.Folder, "nowhere", "secret")
			k.begin()
			return template("op-1")
		},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, k *kiosk) {
				k.put(1, registrar, "op-1")
				k.begin()
				finger := happens(t, k)
				s := k.start("op-1", rightPIN, "")
				if err := k.KeepFinger(s.Session, finger); fault.CodeOf(err) != fault.FingerStore {
					t.Error(err)
				}
				k.left("op-1", -1)
			})
		})
	}
}

func public() ed25519.PublicKey { return ed25519.PublicKey(registrar[ed25519.SeedSize:]) }
