package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"motcua/protocol/code/hc1"
	"motcua/protocol/signedlist"
	"motcua/protocol/wire"
)

// vaccinationConfig is the lists that kiosks hold vaccination certificates against.
// Whoever signs them lays them here; gatewayd brings them to the kiosks.
type vaccinationConfig struct {
	Key         string `toml:"key"`         // public key that checks them, PEM
	Signers     string `toml:"signers"`     // whose certificates are believed
	Revocations string `toml:"revocations"` // which certificates count no more
	// ListKey and Believed are for whoever signs the lists (gatewayd vaccination lists);
	// a gatewayd that serves reads neither.
	ListKey  string `toml:"list_key"` // private key, Ed25519, PEM
	Believed string `toml:"believed"` // folder of the signers' certificates, PEM
}

func (c vaccinationConfig) faults() []error {
	if (c.Key == "") != (c.Signers == "") || (c.Key == "") != (c.Revocations == "") {
		return []error{errors.New("vaccination.key, vaccination.signers and vaccination.revocations belong together; set all of them, or none")}
	}
	if (c.ListKey == "") != (c.Believed == "") || c.ListKey != "" && c.Key == "" {
		return []error{errors.New("vaccination.list_key and vaccination.believed belong together, and to vaccination.key; set all of them, or neither")}
	}
	return nil
}

// signedList is the file of a list that somebody else signs.
type signedList struct {
	setting  string // its name in the configuration
	file     string
	document wire.Document
	head     func([]byte) (signedlist.Head, error)
	taken    func([]byte) // is told of each list that counts; may be nil
	log      *slog.Logger

	serial uint64
	raw    []byte
	told   string // the last complaint: each is told once
}

// openVaccination reads the two lists; none when they are not configured. A list
// that is not there may come later.
func openVaccination(c vaccinationConfig, log *slog.Logger) ([]*signedList, error) {
	if c.Key == "" {
		return nil, nil
	}
	text, err := readFile("vaccination.key", c.Key)
	if err != nil {
		return nil, &usageError{err: err}
	}
	key, err := signedlist.ParsePublicKey(text)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("vaccination.key: %q: %w", c.Key, err)}
	}
	lists := []*signedList{
		{setting: "vaccination.signers", file: c.Signers, document: wire.Document{Scope: wire.ScopeAll, Name: wire.DocHC1Signers}, head: signersHead(key), log: log},
		{setting: "vaccination.revocations", file: c.Revocations, document: wire.Document{Scope: wire.ScopeAll, Name: wire.DocHC1Revocations}, head: revocationsHead(key), log: log},
	}
	for _, l := range lists {
		if err := l.load(); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

func signersHead(key ed25519.PublicKey) func([]byte) (signedlist.Head, error) {
	return func(b []byte) (signedlist.Head, error) {
		l, skipped, err := hc1.OpenSigners(b, key)
		if err = errors.Join(append(skipped, err)...); err != nil {
			return signedlist.Head{}, err
		}
		return l.Head, nil
	}
}

func revocationsHead(key ed25519.PublicKey) func([]byte) (signedlist.Head, error) {
	return func(b []byte) (signedlist.Head, error) {
		l, err := hc1.OpenRevocations(b, key)
		if err != nil {
			return signedlist.Head{}, err
		}
		return l.Head, nil
	}
}

// load reads the list when it has changed. One that is broken, older than the last
// or too large to travel changes nothing.
func (l *signedList) load() error {
	raw, err := os.ReadFile(l.file)
	if errors.Is(err, fs.ErrNotExist) && l.raw == nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", l.setting, err)
	}
	if bytes.Equal(raw, l.raw) {
		return nil
	}
	if len(raw) > wire.MaxDocument {
		return fmt.Errorf("%s: %q: %d bytes; a document may have %d", l.setting, l.file, len(raw), wire.MaxDocument)
	}
	head, err := l.head(raw)
	if err != nil {
		return fmt.Errorf("%s: %q: %w", l.setting, l.file, err)
	}
	if head.Serial <= l.serial {
		return fmt.Errorf("%s: %q: list %d after list %d", l.setting, l.file, head.Serial, l.serial)
	}
	l.serial, l.raw = head.Serial, raw
	if l.taken != nil {
		l.taken(raw)
	}
	l.log.Info("list", "document", l.document.Name, "number", head.Serial)
	return nil
}

// reload, signed and newer are those of a paper.
func (l *signedList) reload() (changed bool) {
	before := l.serial
	complaint := ""
	if err := l.load(); err != nil {
		complaint = err.Error()
	}
	if complaint != "" && complaint != l.told {
		l.log.Error("a list counts as it was", "fault", complaint)
	}
	l.told = complaint
	return l.serial != before
}

func (l *signedList) signed() []byte { return l.raw }

func (l *signedList) newer(stored []byte) bool {
	head, err := l.head(stored)
	return err == nil && head.Serial > l.serial
}

// watch notices changes and brings the list to the devices until ctx ends.
func (l *signedList) watch(ctx context.Context, w *worker) error {
	return w.distribute(ctx, l.document, l, func() {})
}
