package world

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
)

// Modes of what is written: keys and what is personal for the owner alone.
const (
	modePublic os.FileMode = 0o644
	modeSecret os.FileMode = 0o600
	modeFolder os.FileMode = 0o755
)

// PEM block types.
const (
	pemCertificate = "CERTIFICATE"
	pemKey         = "PRIVATE KEY"
)

// writer writes the files of a world and remembers the first failure.
type writer struct {
	dir string
	err error
}

func (w *writer) file(name string, content []byte, mode os.FileMode) {
	if w.err != nil {
		return
	}
	full := filepath.Join(w.dir, name)
	if w.err = os.MkdirAll(filepath.Dir(full), modeFolder); w.err != nil {
		return
	}
	w.err = os.WriteFile(full, content, mode)
}

func (w *writer) certificate(name string, der []byte) {
	w.file(name, pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: der}), modePublic)
}

func (w *writer) pkcs8(name string, der []byte) {
	w.file(name, pem.EncodeToMemory(&pem.Block{Type: pemKey, Bytes: der}), modeSecret)
}

func (w *writer) key(name string, key any) {
	if w.err != nil {
		return
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		w.err = fmt.Errorf("encoding %s: %w", name, err)
		return
	}
	w.pkcs8(name, der)
}

func (w *writer) json(name string, value any) {
	if w.err != nil {
		return
	}
	b, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		w.err = fmt.Errorf("encoding %s: %w", name, err)
		return
	}
	w.file(name, append(b, '\n'), modeSecret)
}

// readPEM reads the first block of a file.
func readPEM(name string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM block", name)
	}
	return block.Bytes, nil
}
