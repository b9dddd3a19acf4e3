package documents_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"motcua/daemon/documents"
	"motcua/drivers/emu/vaccination"
	"motcua/protocol/fault"
	"motcua/protocol/signedlist"
)

// TestHC1Lists: lists of vaccination certificates are kept like other documents,
// checked by the key of whoever signs them, and due when they are too old to be used.
func TestHC1Lists(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	issuer, err := vaccination.NewIssuer("DEMO signer", now)
	if err != nil {
		t.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	sign := func(key ed25519.PrivateKey, serial uint64) vaccination.Lists {
		t.Helper()
		l, err := vaccination.SignLists(signedlist.Head{Serial: serial, Issued: now, Expires: now.AddDate(0, 0, 7)}, key, []*vaccination.Issuer{issuer})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	public := key.Public().(ed25519.PublicKey)
	open := func() (documents.Document, documents.Document) {
		return documents.Open(filepath.Join(dir, "signers"), documents.HC1Signers(public, 24*time.Hour, log), log),
			documents.Open(filepath.Join(dir, "revocations"), documents.HC1Revocations(public, 24*time.Hour), log)
	}
	signers, revocations := open()
	second := sign(key, 2)
	stranger := sign(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), 9)
	for i, step := range []struct {
		to   documents.Document
		list []byte
		err  error
	}{
		{signers, second.Signers, nil},
		{revocations, second.Revocations, nil},
		{signers, sign(key, 1).Signers, documents.ErrOlder},
		{signers, stranger.Signers, signedlist.ErrSignature},
		{revocations, stranger.Revocations, signedlist.ErrSignature},
		{revocations, second.Signers, signedlist.ErrMalformed},
	} {
		if err := step.to.Take(step.list); !errors.Is(err, step.err) {
			t.Errorf("step %d: %v, want %v", i, err, step.err)
		}
	}
	signers, revocations = open() // kioskd is started again
	set := documents.Set{signers, revocations}
	for age, code := range map[time.Duration]fault.Code{24 * time.Hour: "", 24*time.Hour + time.Second: fault.Outdated} {
		all := set.States(now.Add(age))
		if len(all) != 2 {
			t.Fatalf("%d documents", len(all))
		}
		for _, d := range all {
			if d.Number != 2 || d.Code != code {
				t.Errorf("after %v: %+v", age, d)
			}
		}
	}
}
