package approval_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"time"

	"motcua/protocol/approval"
	"motcua/protocol/request"
	"motcua/protocol/signedlist"
)

func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func statement() approval.Statement {
	return approval.Statement{
		Device: "k01", ID: request.ID{1}, Digest: request.Digest{2}, Facility: "district", Ref: "ap-1",
		Verdict: approval.Release, Reason: "the station was asked; the session is on its plan", At: time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC),
	}
}

func TestRoundTrip(t *testing.T) {
	want := statement()
	b, err := approval.Sign(want, key(1))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := approval.Open(b, public(key(1))); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := approval.Open(b, public(key(2))); !errors.Is(err, signedlist.ErrSignature) {
		t.Errorf("by another's key: %v", err)
	}
	for i := range b {
		changed := bytes.Clone(b)
		changed[i] ^= 1
		if _, err := approval.Open(changed, public(key(1))); err == nil {
			t.Errorf("byte %d was changed", i)
		}
	}
	if len(b) > approval.MaxSize {
		t.Errorf("%d bytes", len(b))
	}
}

func TestNotSigned(t *testing.T) {
	for name, spoil := range map[string]func(s *approval.Statement){
		"no device":       func(s *approval.Statement) { s.Device = "" },
		"no approver":     func(s *approval.Statement) { s.Ref = "" },
		"no facility":     func(s *approval.Statement) { s.Facility = "quận 1" },
		"no verdict":      func(s *approval.Statement) { s.Verdict = "perhaps" },
		"no reason":       func(s *approval.Statement) { s.Reason = "" },
		"a long reason":   func(s *approval.Statement) { s.Reason = strings.Repeat("x", 501) },
		"a broken reason": func(s *approval.Statement) { s.Reason = "\xff" },
		"no time":         func(s *approval.Statement) { s.At = time.Unix(-1, 0) },
	} {
		s := statement()
		spoil(&s)
		if _, err := approval.Sign(s, key(1)); !errors.Is(err, signedlist.ErrContent) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	b, err := approval.Sign(statement(), key(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := approval.Open(b, public(key(1)))
		if err != nil {
			return
		}
		if again, err := approval.Sign(s, key(1)); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%x is not the only form of %+v: %v", b, s, err)
		}
	})
}
