package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
)

// TestRosterChanges: a newer roster counts within seconds; an older one, and one
// that somebody else signed, change nothing and are told of once.
func TestRosterChanges(t *testing.T) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	conf := dutyConfig{Roster: filepath.Join(dir, "roster"), Key: filepath.Join(dir, "key")}
	write := func(file string, b []byte) {
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	signed := func(serial uint64, by ed25519.PrivateKey) []byte {
		at := time.Now().Truncate(time.Second)
		b, err := roster.Sign(roster.Roster{Head: signedlist.Head{Serial: serial, Issued: at, Expires: at.Add(time.Hour)}}, by)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	write(conf.Key, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	var log bytes.Buffer
	officers := &gateway.Officers{}
	if _, err := openRoster(conf, officers, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a roster that is not there was taken")
	}
	write(conf.Roster, signed(4, key))
	l, err := openRoster(conf, officers, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		roster []byte
		serial uint64 // that counts afterwards
		told   string
	}{
		{signed(5, key), 5, "number=5"},
		{signed(3, key), 5, "list 3 after list 5"},
		{signed(6, stranger), 5, "signature"},
		{[]byte("nothing"), 5, "a list counts as it was"},
		{signed(7, key), 7, "number=7"},
	} {
		log.Reset()
		write(conf.Roster, step.roster)
		for range 3 {
			l.reload()
		}
		if l.serial != step.serial || strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), step.told) {
			t.Errorf("roster %d counts, want %d; told %q", l.serial, step.serial, log.String())
		}
	}
}

func TestRosterConfiguration(t *testing.T) {
	if faults := (dutyConfig{Roster: "roster"}).faults(); len(faults) != 1 {
		t.Errorf("a roster without its key: %v", faults)
	}
	if faults := (dutyConfig{}).faults(); len(faults) != 0 {
		t.Errorf("no roster: %v", faults)
	}
}
