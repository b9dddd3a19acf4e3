package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/protocol/code/hc1"
	"motcua/protocol/signedlist"
	"motcua/protocol/wire"
)

// provisioner signs lists of vaccination certificates.
var provisioner = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))

// revocations is a signed list that revokes some certificates.
func revocations(t *testing.T, key ed25519.PrivateKey, serial uint64, hashes int) []byte {
	t.Helper()
	batch := hc1.Batch{Country: "VN", By: hc1.ByID}
	for i := range hashes {
		batch.Hashes = append(batch.Hashes, hc1.Hash{byte(i >> 16), byte(i >> 8), byte(i)})
	}
	var batches []hc1.Batch
	if hashes > 0 {
		batches = append(batches, batch)
	}
	now := time.Now().Truncate(time.Second)
	b, err := hc1.SignRevocations(signedlist.Head{Serial: serial, Issued: now, Expires: now.AddDate(0, 0, 7)}, batches, key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// withLists is a world whose gatewayd brings lists to kiosks; only the revocations
// are there.
func withLists(t *testing.T) (w *world, list string) {
	t.Helper()
	w = newWorld(t)
	der, err := x509.MarshalPKIXPublicKey(provisioner.Public())
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, "lists.pub", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	w.write(t, "gatewayd.toml", []byte(tomlText+"\n[vaccination]\nkey = \"lists.pub\"\nsigners = \"signers.list\"\nrevocations = \"revocations.list\"\n"))
	w.write(t, "revocations.list", revocations(t, provisioner, 1, 1))
	return w, filepath.Join(w.dir, "revocations.list")
}

// TestVaccinationLists: a kiosk gets the newest list as soon as it connects, hears of
// the next within seconds, and never of one that is older or false.
func TestVaccinationLists(t *testing.T) {
	w, file := withLists(t)
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	got := make(chan mqtt.Message, 64)
	token := k.client.Subscribe("k1/all/doc/hc1-revocations", wire.QoSDocument, func(_ mqtt.Client, m mqtt.Message) { got <- m })
	if !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("subscribing: %v", token.Error())
	}
	public := provisioner.Public().(ed25519.PublicKey)
	hears := func(serial uint64) {
		t.Helper()
		for {
			m, err := within(got, patience)
			if err != nil {
				t.Fatalf("waiting for list %d: %v", serial, err)
			}
			l, err := hc1.OpenRevocations(m.Payload(), public)
			if err != nil || l.Serial > serial {
				t.Fatalf("waiting for list %d: %v, %v", serial, l, err)
			}
			if l.Serial == serial {
				return
			}
		}
	}
	hears(1)
	for _, wrong := range [][]byte{
		[]byte("forged"), revocations(t, provisioner, 1, 2), nil,
		revocations(t, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), 9, 1),
		revocations(t, provisioner, 9, 40_000), // more than a document holds
	} {
		replace(t, file, wrong)
		r.says(t, "a list counts as it was")
	}
	replace(t, file, revocations(t, provisioner, 2, 3))
	hears(2)
}

func replace(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := writeWhole(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFalseListAtTheStart: gatewayd does not start with what it could not bring.
func TestFalseListAtTheStart(t *testing.T) {
	w, file := withLists(t)
	log := slog.New(slog.DiscardHandler)
	c, err := loadConfig(filepath.Join(w.dir, "gatewayd.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openVaccination(c.Vaccination, log); err != nil {
		t.Errorf("a list that is not there yet: %v", err)
	}
	replace(t, file, []byte("forged"))
	if _, err := openVaccination(c.Vaccination, log); err == nil || !strings.Contains(err.Error(), "vaccination.revocations") {
		t.Errorf("%v", err)
	}
	if err := os.Remove(filepath.Join(w.dir, "lists.pub")); err != nil {
		t.Fatal(err)
	}
	if _, err := openVaccination(c.Vaccination, log); err == nil || !strings.Contains(err.Error(), "vaccination.key") {
		t.Errorf("%v", err)
	}
	half := vaccinationConfig{Key: "lists.pub", Signers: "signers.list"}
	if len(half.faults()) != 1 || len(vaccinationConfig{}.faults()) != 0 || len(c.Vaccination.faults()) != 0 {
		t.Error("half of the settings are taken")
	}
}
