package trust_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"motcua/daemon/trust"
	"motcua/protocol/fault"
	"motcua/protocol/signedlist"
	"motcua/protocol/trustbundle"
)

// provisioner is who signs bundles; the seed is invented.
var provisioner = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// bundleOf signs authorities that expire a year after the tests begin.
func bundleOf(t *testing.T, serial uint64, key ed25519.PrivateKey, certificates ...[]byte) []byte {
	t.Helper()
	b, err := trustbundle.Sign(trustbundle.Content{
		Serial: serial, Issued: began, Expires: began.AddDate(1, 0, 0), Certificates: certificates,
	}, key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// device is a device's files.
type device struct {
	trust.Bundle
	t *testing.T
}

func newDevice(t *testing.T) device {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(provisioner.Public())
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string][]byte{"key.pem": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})})
	return device{trust.Bundle{
		File: filepath.Join(dir, "trust.bundle"), Key: filepath.Join(dir, "key.pem"), Keep: filepath.Join(dir, "kept.bundle"),
	}, t}
}

func (d device) put(b []byte) {
	d.t.Helper()
	if err := os.WriteFile(d.File, b, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// load takes what was put; the serial in use tells what counts.
func (d device) load(at time.Time, serial uint64, fails bool, cause error) {
	d.t.Helper()
	s, err := trust.LoadBundle(d.Bundle, at)
	if s.Serial != serial || (err != nil) != fails || fails && fault.CodeOf(err) != fault.NoTrust {
		d.t.Errorf("serial %d in use, want %d: %v", s.Serial, serial, err)
	}
	if cause != nil && !errors.Is(err, cause) {
		d.t.Errorf("%v is no %v", err, cause)
	}
	if (s.Anchors.Len() > 0) != (serial > 0) {
		d.t.Errorf("%d authorities", s.Anchors.Len())
	}
}

// A year in the life of a device: bundles come, one is old, one is false, one
// damaged, and at last all are over.
func TestBundlesComeAndGo(t *testing.T) {
	a, b, later := csca(t), csca(t), began.AddDate(0, 6, 0)
	d := newDevice(t)
	d.load(later, 0, true, os.ErrNotExist)

	d.put(bundleOf(t, 5, provisioner, a))
	d.load(later, 5, false, nil)
	d.load(later, 5, false, nil)

	d.put(bundleOf(t, 6, provisioner, a, b))
	d.load(later, 6, false, nil)

	d.put(bundleOf(t, 5, provisioner, a))
	d.load(later, 6, true, trust.ErrOlder)

	d.put(bundleOf(t, 6, provisioner, b))
	d.load(later, 6, true, trust.ErrOlder)

	d.put(bundleOf(t, 9, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), b))
	d.load(later, 6, true, trustbundle.ErrSignature)

	d.put([]byte("damaged"))
	d.load(later, 6, true, trustbundle.ErrMalformed)

	if err := os.Remove(d.File); err != nil {
		t.Fatal(err)
	}
	d.load(later, 6, true, os.ErrNotExist)

	d.put(bundleOf(t, 7, provisioner, b))
	d.load(began.AddDate(0, 0, -1), 0, true, trustbundle.ErrTime)
	d.load(later, 7, false, nil)
	d.load(began.AddDate(2, 0, 0), 0, true, trustbundle.ErrTime)
}

func TestADamagedKeptBundleIsToldAndReplaced(t *testing.T) {
	d := newDevice(t)
	if err := os.WriteFile(d.Keep, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.put(bundleOf(t, 5, provisioner, csca(t)))
	s, err := trust.LoadBundle(d.Bundle, began)
	if err != nil || s.Serial != 5 || len(s.Skipped) != 1 {
		t.Errorf("serial %d, %v, %v", s.Serial, s.Skipped, err)
	}
	s, err = trust.LoadBundle(d.Bundle, began)
	if err != nil || len(s.Skipped) != 0 {
		t.Errorf("%v, %v", s.Skipped, err)
	}
}

// Without a place to keep it the bundle counts, and the fault is told.
func TestABundleThatCannotBeKeptCounts(t *testing.T) {
	d := newDevice(t)
	d.Keep = filepath.Join(t.TempDir(), "missing", "kept")
	d.put(bundleOf(t, 5, provisioner, csca(t)))
	d.load(began, 5, true, os.ErrNotExist)
}

func TestCheckingABundleKeepsNothing(t *testing.T) {
	d := newDevice(t)
	d.put(bundleOf(t, 5, provisioner, csca(t)))
	if s, err := trust.CheckBundle(d.Bundle, began); err != nil || s.Serial != 5 {
		t.Errorf("serial %d, %v", s.Serial, err)
	}
	if _, err := os.Stat(d.Keep); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestABundleNeedsItsKey(t *testing.T) {
	d := newDevice(t)
	d.put(bundleOf(t, 5, provisioner, csca(t)))
	if err := os.WriteFile(d.Key, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.load(began, 0, true, signedlist.ErrKey)
	d.Key = ""
	d.load(began, 0, true, os.ErrNotExist)
}
