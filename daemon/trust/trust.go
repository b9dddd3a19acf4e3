package trust

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"motcua/protocol/fault"
	"motcua/protocol/pki"
)

// Limits of what is looked at in the folder.
const (
	maxFile  = 1 << 20
	maxFiles = 1000
)

// Store is the content of a trust folder.
type Store struct {
	Anchors pki.Anchors
	// Skipped says which files or parts of files were left out, and why.
	Skipped []error
}

// Load reads every PEM (.pem, .crt, .cer) and DER (.der, .crt, .cer) certificate
// of a folder, or those of one file. The Store is good to use whatever the error: when no authority
// is there at all, the error carries [fault.NoTrust] and the Store trusts nobody.
func Load(path string) (Store, error) {
	var s Store
	names, err := files(path)
	if err != nil {
		return s, fault.Wrap(fault.NoTrust, fmt.Errorf("reading the trust folder: %w", err))
	}
	var all [][]byte
	for _, name := range names {
		good, skipped := loadFile(name)
		all = append(all, good...)
		s.Skipped = append(s.Skipped, skipped...)
	}
	if s.Anchors, err = pki.NewAnchors(all...); err != nil {
		return Store{Skipped: s.Skipped}, fault.Wrap(fault.NoTrust, err)
	}
	if s.Anchors.Len() == 0 {
		return s, fault.Wrap(fault.NoTrust, fmt.Errorf("no certificate of an issuing authority in %s", path))
	}
	return s, nil
}

// files lists the folder's certificate files by name; a file is its own list.
func files(path string) ([]string, error) {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".pem", ".crt", ".cer", ".der":
			names = append(names, filepath.Join(path, e.Name()))
		}
	}
	if len(names) > maxFiles {
		return nil, fmt.Errorf("%d certificate files, at most %d are taken", len(names), maxFiles)
	}
	return names, nil
}

// loadFile returns the certificates of one file that can anchor trust, and why
// others cannot.
func loadFile(name string) (good [][]byte, skipped []error) {
	data, err := read(name)
	if err != nil {
		return nil, []error{err}
	}
	for _, der := range certificates(data) {
		if _, err := pki.NewAnchors(der); err != nil {
			skipped = append(skipped, fmt.Errorf("%s: %w", filepath.Base(name), err))
			continue
		}
		good = append(good, der)
	}
	if len(good) == 0 && len(skipped) == 0 {
		skipped = []error{fmt.Errorf("%s: no certificate in it", filepath.Base(name))}
	}
	return good, skipped
}

func read(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = errors.New("larger than a certificate file can be")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return data, nil
}

// certificates takes a file apart: PEM blocks, or one DER certificate.
func certificates(data []byte) [][]byte {
	if !bytes.Contains(data, []byte("-----BEGIN ")) {
		if len(data) == 0 {
			return nil
		}
		return [][]byte{data}
	}
	var all [][]byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			all = append(all, block.Bytes)
		}
	}
	return all
}
