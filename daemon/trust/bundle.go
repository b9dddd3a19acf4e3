package trust

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"motcua/daemon/wholefile"
	"motcua/protocol/fault"
	"motcua/protocol/signedlist"
	"motcua/protocol/trustbundle"
)

// maxKey bounds the key's file.
const maxKey = 64 << 10

// ErrOlder: the bundle is older than one that this device took before.
var ErrOlder = errors.New("older than a trust bundle taken before")

// Bundle names the files of a signed trust bundle.
type Bundle struct {
	// File is the bundle, Key the provisioner's public key in PEM.
	File, Key string
	// Keep is where the device keeps the last good bundle. Its serial number is
	// the least that is taken afterwards.
	Keep string
}

// LoadBundle takes the bundle if it is genuine, of the present time, and not
// older than the last one, and keeps it. Else the last good one counts. The
// Store is good to use whatever the error, which carries [fault.NoTrust]; it
// trusts nobody where no bundle can be used.
func LoadBundle(b Bundle, now time.Time) (Store, error) {
	return b.load(now, keep)
}

// CheckBundle does what [LoadBundle] does, and keeps nothing.
func CheckBundle(b Bundle, now time.Time) (Store, error) {
	return b.load(now, func(string, []byte) error { return nil })
}

func (b Bundle) load(now time.Time, keep func(name string, raw []byte) error) (Store, error) {
	s, err := b.take(now, keep)
	if err != nil {
		return s, fault.Wrap(fault.NoTrust, err)
	}
	return s, nil
}

func (b Bundle) take(now time.Time, keep func(name string, raw []byte) error) (Store, error) {
	text, err := wholefile.Read(b.Key, maxKey)
	if err != nil {
		return Store{}, fmt.Errorf("reading the key of trust bundles: %w", err)
	}
	key, err := signedlist.ParsePublicKey(text)
	if err != nil {
		return Store{}, fmt.Errorf("reading the key of trust bundles: %w", err)
	}
	open := func(name string) (kept, error) {
		raw, err := wholefile.Read(name, trustbundle.MaxSize)
		if err != nil {
			return kept{}, err
		}
		content, err := trustbundle.Open(raw, key)
		if err != nil {
			return kept{}, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
		return kept{raw, content}, nil
	}
	last, lastErr := open(b.Keep)
	if errors.Is(lastErr, fs.ErrNotExist) {
		lastErr = nil // the first time
	}
	fresh, err := open(b.File)
	if err == nil {
		err = fresh.follows(last, now)
	}
	if err != nil {
		s, useErr := last.use(now)
		return s, errors.Join(fmt.Errorf("taking the trust bundle: %w", err), lastErr, useErr)
	}
	s, err := fresh.use(now)
	if lastErr != nil {
		s.Skipped = append(s.Skipped, fmt.Errorf("the bundle that was kept: %w", lastErr))
	}
	if err == nil && !bytes.Equal(fresh.raw, last.raw) {
		err = keep(b.Keep, fresh.raw)
	}
	return s, err
}

// kept is a bundle that was opened; without bytes it is none.
type kept struct {
	raw     []byte
	content trustbundle.Content
}

// follows tells whether the bundle may take the place of the last one.
func (k kept) follows(last kept, now time.Time) error {
	if err := k.content.ValidAt(now); err != nil {
		return err
	}
	switch {
	case last.raw == nil || k.content.Serial > last.content.Serial || bytes.Equal(k.raw, last.raw):
		return nil
	case k.content.Serial == last.content.Serial:
		return fmt.Errorf("serial %d was another bundle: %w", k.content.Serial, ErrOlder)
	}
	return fmt.Errorf("serial %d after %d: %w", k.content.Serial, last.content.Serial, ErrOlder)
}

// use makes a store of the bundle where it is of the present time.
func (k kept) use(now time.Time) (Store, error) {
	if k.raw == nil {
		return Store{}, nil
	}
	if err := k.content.ValidAt(now); err != nil {
		return Store{}, fmt.Errorf("the last good one: %w", err)
	}
	anchors, skipped := k.content.Anchors()
	s := Store{Anchors: anchors, Skipped: skipped, Serial: k.content.Serial}
	if anchors.Len() == 0 {
		return s, errors.New("no certificate of an issuing authority in the trust bundle")
	}
	return s, nil
}

// keep writes the bundle beside its place and moves it there, so that a power
// cut leaves the old one or the new one.
func keep(name string, raw []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("keeping the trust bundle: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("keeping the trust bundle: %w", err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
