package roster_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"motcua/protocol/personal/personaltest"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
)

var issued = time.Date(2027, 1, 4, 6, 0, 0, 0, time.UTC)

// key is the registrar's; its seed is invented.
func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

// pin is the verifier of 482915 with little memory, so that tests are quick. Its hash
// is written down, so that a verifier made today is known to count tomorrow.
func pin(t testing.TB) roster.PIN {
	t.Helper()
	p := roster.PIN{Time: 1, Memory: 8 << 10, Threads: 1, Salt: [16]byte([]byte("motcua-test-salt"))}
	hash, err := hex.DecodeString("d58e90305f44dac6f7698adc3621abe9692303eac511c1058a35dc677f125ed6")
	if err != nil {
		t.Fatal(err)
	}
	p.Hash = [32]byte(hash)
	return p
}

func officer(t testing.TB, facility, ref string, card byte) roster.Officer {
	t.Helper()
	return roster.Officer{
		Ref: ref, Role: roster.Duty, Facility: facility, Card: roster.CardOf([]byte{card}), PIN: pin(t),
		From: issued.AddDate(0, -1, 0), Until: issued.AddDate(1, 0, 0),
	}
}

func list(t testing.TB) roster.Roster {
	t.Helper()
	technician := officer(t, "bv-b", "op-1", 1)
	technician.Role = roster.Technician
	approver := officer(t, "district", "ap-1", 9)
	approver.Role, approver.PIN, approver.Key = roster.Approver, roster.PIN{}, roster.Key(public(key(7)))
	return roster.Roster{
		Head:     signedlist.Head{Serial: 5, Issued: issued, Expires: issued.Add(roster.MaxAge)},
		Officers: []roster.Officer{officer(t, "bv-a", "op-1", 1), officer(t, "bv-a", "op-2", 2), technician, approver},
	}
}

func sign(t testing.TB, r roster.Roster) []byte {
	t.Helper()
	b, err := roster.Sign(r, key(1))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	want := list(t)
	got, err := roster.Open(sign(t, want), public(key(1)))
	if err != nil || got.Head != want.Head || len(got.Officers) != len(want.Officers) {
		t.Fatalf("%+v, %v", got.Head, err)
	}
	for i, o := range got.Officers {
		if o != want.Officers[i] {
			t.Errorf("officer %d is another", i+1)
		}
	}
}

// Nobody at all may be on duty: that is how everybody is taken off.
func TestAnEmptyRoster(t *testing.T) {
	r := list(t)
	r.Officers = nil
	if got, err := roster.Open(sign(t, r), public(key(1))); err != nil || len(got.Officers) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestHolder(t *testing.T) {
	r := list(t)
	for name, c := range map[string]struct {
		card     byte
		facility string
		at       time.Time
		ref      string
		role     roster.Role
	}{
		"an officer":                   {2, "bv-a", issued, "op-2", roster.Duty},
		"the same card elsewhere":      {1, "bv-b", issued, "op-1", roster.Technician},
		"a card of nobody":             {3, "bv-a", issued, "", ""},
		"an officer of another place":  {2, "bv-b", issued, "", ""},
		"before the entry counts":      {2, "bv-a", issued.AddDate(0, -1, 0).Add(-time.Second), "", ""},
		"when the entry counts":        {2, "bv-a", issued.AddDate(0, -1, 0), "op-2", roster.Duty},
		"when the entry has ended":     {2, "bv-a", issued.AddDate(1, 0, 0), "", ""},
		"just before the entry's end":  {2, "bv-a", issued.AddDate(1, 0, 0).Add(-time.Second), "op-2", roster.Duty},
		"a place that is on no roster": {1, "", issued, "", ""},
		"an approver at a kiosk":       {9, "district", issued, "", ""},
	} {
		o, ok := r.Holder(roster.CardOf([]byte{c.card}), c.facility, c.at)
		if ok != (c.ref != "") || o.Ref != c.ref || o.Role != c.role {
			t.Errorf("%s: %q %q %v", name, o.Ref, o.Role, ok)
		}
	}
}

func TestApprover(t *testing.T) {
	r := list(t)
	for name, c := range map[string]struct {
		facility, ref string
		at            time.Time
		found         bool
	}{
		"an approver":        {"district", "ap-1", issued, true},
		"of another place":   {"bv-a", "ap-1", issued, false},
		"an officer":         {"bv-a", "op-1", issued, false},
		"when it is over":    {"district", "ap-1", issued.AddDate(1, 0, 0), false},
		"nobody's reference": {"district", "ap-2", issued, false},
	} {
		o, found := r.Approver(c.facility, c.ref, c.at)
		if found != c.found || found && o.Key != roster.Key(public(key(7))) {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestNotSigned(t *testing.T) {
	for name, spoil := range map[string]func(r *roster.Roster){
		"counts for too long":      func(r *roster.Roster) { r.Expires = r.Expires.Add(time.Second) },
		"no reference":             func(r *roster.Roster) { r.Officers[0].Ref = "" },
		"a name for a reference":   func(r *roster.Roster) { r.Officers[0].Ref = "Nguyễn Văn Mẫu" },
		"a number for a reference": func(r *roster.Roster) { r.Officers[0].Ref = "op-099199001234" },
		"a long reference":         func(r *roster.Roster) { r.Officers[0].Ref = strings.Repeat("x", 33) },
		"an approver with a PIN":   func(r *roster.Roster) { r.Officers[3].PIN = r.Officers[0].PIN },
		"an approver without key":  func(r *roster.Roster) { r.Officers[3].Key = roster.Key{} },
		"an officer with a key":    func(r *roster.Roster) { r.Officers[0].Key = r.Officers[3].Key },
		"an officer without PIN":   func(r *roster.Roster) { r.Officers[0].PIN = roster.PIN{} },
		"another role":             func(r *roster.Roster) { r.Officers[0].Role = "chief" },
		"no facility":              func(r *roster.Roster) { r.Officers[0].Facility = "" },
		"no time":                  func(r *roster.Roster) { r.Officers[0].Until = r.Officers[0].From },
		"out of order":             func(r *roster.Roster) { r.Officers[0], r.Officers[1] = r.Officers[1], r.Officers[0] },
		"an officer twice":         func(r *roster.Roster) { r.Officers[1].Ref = "op-1" },
		"a card twice":             func(r *roster.Roster) { r.Officers[1].Card = r.Officers[0].Card },
		"a PIN without passes":     func(r *roster.Roster) { r.Officers[0].PIN.Time = 0 },
		"a PIN that takes forever": func(r *roster.Roster) { r.Officers[0].PIN.Time = 5 },
		"a PIN that costs nothing": func(r *roster.Roster) { r.Officers[0].PIN.Memory = 8<<10 - 1 },
		"a PIN that eats memory":   func(r *roster.Roster) { r.Officers[0].PIN.Memory = 1<<32 - 1 },
		"a PIN without lanes":      func(r *roster.Roster) { r.Officers[0].PIN.Threads = 0 },
		"a PIN with many lanes":    func(r *roster.Roster) { r.Officers[0].PIN.Threads = 5 },
		"more than are allowed":    func(r *roster.Roster) { r.Officers = make([]roster.Officer, signedlist.MaxElements+1) },
	} {
		r := list(t)
		spoil(&r)
		if _, err := roster.Sign(r, key(1)); !errors.Is(err, signedlist.ErrContent) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A list as long as the format allows fits its size.
func TestTheLongestList(t *testing.T) {
	r := list(t)
	r.Officers = r.Officers[:0]
	for i := range signedlist.MaxElements {
		o := officer(t, strings.Repeat("f", 32), strings.Repeat("r", 28)+hex.EncodeToString([]byte{byte(i >> 8), byte(i)}), 0)
		o.Card = roster.CardOf([]byte{byte(i >> 8), byte(i)})
		r.Officers = append(r.Officers, o)
	}
	b := sign(t, r)
	if got, err := roster.Open(b, public(key(1))); err != nil || len(got.Officers) != len(r.Officers) {
		t.Errorf("%d bytes: %d officers, %v", len(b), len(got.Officers), err)
	}
}

func TestPIN(t *testing.T) {
	p := pin(t)
	if !p.Matches("482915") {
		t.Error("a verifier that was written down does not match")
	}
	for _, other := range []string{"", "482916", "48291", "4829150", "482 91"} {
		if p.Matches(other) {
			t.Errorf("%q matches", other)
		}
	}
	p.Memory = 1<<32 - 1
	if p.Matches("482915") {
		t.Error("a verifier out of bounds was computed")
	}
}

func TestNewPIN(t *testing.T) {
	p, err := roster.NewPIN("482915", rand.Reader)
	if err != nil || !p.Matches("482915") || p.Matches("482916") {
		t.Errorf("%v", err)
	}
	again, err := roster.NewPIN("482915", rand.Reader)
	if err != nil || again.Hash == p.Hash {
		t.Errorf("the same verifier for the same PIN: %v", err)
	}
	for _, bad := range []string{"", "12345", "1234567", "12345a", "١٢٣"} {
		if _, err := roster.NewPIN(bad, rand.Reader); !errors.Is(err, roster.ErrDigits) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := roster.NewPIN("482915", bytes.NewReader(nil)); err == nil {
		t.Error("a verifier without salt")
	}
}

func TestPINIsMasked(t *testing.T) {
	p := pin(t)
	personaltest.Hides(t, []any{p, &p, list(t).Officers}, "motcua-test-salt", "109 111 116 99")
}

func TestCDDLNamesTheBounds(t *testing.T) {
	text, err := os.ReadFile("roster.cddl")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"application/vnd.motcua.roster+cbor", "[0*4096 officer]", "at most 259200", `"officer" / "technician"`,
		"1: 1..4,", "2: 8192..65536,", "3: 1..4,", ".size 16", ".size 32",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q", want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	good := sign(f, list(f))
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := roster.Open(b, public(key(1))); err == nil && !bytes.Equal(b, good) {
			t.Fatal("another list is genuine")
		}
	})
}

func FuzzPayload(f *testing.F) {
	good, err := roster.Payload(list(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := roster.OfPayload(b)
		if err != nil {
			if !errors.Is(err, signedlist.ErrMalformed) && !errors.Is(err, signedlist.ErrVersion) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if again, err := roster.Payload(r); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("written as other bytes: %v", err)
		}
		for _, o := range r.Officers {
			if o.PIN.Memory > 64<<10 || o.PIN.Time > 4 || o.PIN.Threads > 4 {
				t.Fatal("a PIN that eats the kiosk")
			}
		}
	})
}
