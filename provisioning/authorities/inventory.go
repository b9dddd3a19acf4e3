package authorities

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"

	"motcua/daemon/trust"
	"motcua/protocol/pki"
	"motcua/protocol/trustbundle"
)

// ErrNoKey: a bundle says nothing without the key to check it with.
var ErrNoKey = errors.New("a trust bundle is shown with the key that checks it")

// Inventory is what a folder or bundle holds.
type Inventory struct {
	Certificates []*pki.Certificate
	Revocations  []*pki.CRL
	// Bundle is nil for a folder.
	Bundle *trustbundle.Content
	// Skipped says what cannot be used, Aged what is past its time.
	Skipped []error
	Aged    []string
}

// TakeInventory looks into a folder (or one file) of certificates, or into a
// bundle, which needs the key.
func TakeInventory(path string, key ed25519.PublicKey, now time.Time) (Inventory, error) {
	if isBundle(path) {
		return ofBundle(path, key, now)
	}
	store, err := trust.Load(path)
	if err != nil {
		return Inventory{Skipped: store.Skipped}, err
	}
	return inventory(store, now), nil
}

func inventory(s trust.Store, now time.Time) Inventory {
	return Inventory{
		Certificates: s.Anchors.Certificates(), Revocations: s.Anchors.Revocations(), Skipped: s.Skipped, Aged: s.Aged(now),
	}
}

// isBundle tells a bundle by its first bytes: CBOR tag 18, an array of four.
func isBundle(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 2)
	n, err := f.Read(head)
	return err == nil && bytes.Equal(head[:n], []byte{0xD2, 0x84})
}

func ofBundle(path string, key ed25519.PublicKey, now time.Time) (Inventory, error) {
	if key == nil {
		return Inventory{}, ErrNoKey
	}
	raw, err := ReadFile(path)
	if err != nil {
		return Inventory{}, err
	}
	content, err := trustbundle.Open(raw, key)
	if err != nil {
		return Inventory{}, err
	}
	anchors, skipped := content.Anchors()
	i := inventory(trust.Store{Anchors: anchors, Skipped: skipped}, now)
	i.Bundle = &content
	if err := content.ValidAt(now); err != nil {
		i.Aged = append([]string{err.Error()}, i.Aged...)
	}
	return i, nil
}

// CertificateOf reads one certificate, PEM or DER.
func CertificateOf(data []byte) ([]byte, error) { return derOf(data, "CERTIFICATE") }

// derOf takes the first block of a kind out of PEM; other data is DER already.
func derOf(data []byte, kind string) ([]byte, error) {
	if !bytes.Contains(data, []byte("-----BEGIN ")) {
		return data, nil
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == kind {
			return block.Bytes, nil
		}
	}
	return nil, fmt.Errorf("no %s in PEM", kind)
}
