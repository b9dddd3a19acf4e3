package trust

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"motcua/daemon/wholefile"
	"motcua/protocol/fault"
	"motcua/protocol/pki"
)

// Limits of what is looked at in the folder.
const (
	maxFile  = 4 << 20
	maxFiles = 1000
)

// Store is the content of a trust folder.
type Store struct {
	Anchors pki.Anchors
	// Skipped says which files or parts of files were left out, and why.
	Skipped []error
	// Serial is that of the bundle in use, 0 without one.
	Serial uint64
}

// Aged tells what is past its time: certificates of authorities, and revocation
// lists that should have been replaced. They count all the same, and each card
// that they concern says so.
func (s Store) Aged(now time.Time) (aged []string) {
	for _, c := range s.Anchors.Certificates() {
		if now.After(c.NotAfter) {
			aged = append(aged, fmt.Sprintf("certificate of %s ended on %s", c.Subject(), c.NotAfter.Format(time.DateOnly)))
		}
	}
	for _, l := range s.Anchors.Revocations() {
		if l.StaleAt(now) {
			aged = append(aged, fmt.Sprintf("revocation list of %s of %s is out of date", l.Issuer(), l.ThisUpdate.Format(time.DateOnly)))
		}
	}
	return aged
}

// Load reads every certificate, PEM (.pem, .crt, .cer) or DER (.der, .crt,
// .cer), and every revocation list (.crl, PEM or DER; in PEM under any of the
// names) of a folder, or those of one file. Link certificates count where what
// they link to is there too. The Store is good to use whatever the error: when
// no authority is there at all, the error carries [fault.NoTrust] and the Store
// trusts nobody.
func Load(path string) (Store, error) {
	var s Store
	names, err := files(path)
	if err != nil {
		return s, fault.Wrap(fault.NoTrust, fmt.Errorf("reading the trust folder: %w", err))
	}
	var certificates, lists []part
	for _, name := range names {
		c, l, err := loadFile(name)
		if err != nil {
			s.Skipped = append(s.Skipped, err)
		}
		certificates, lists = append(certificates, c...), append(lists, l...)
	}
	s.gather(certificates)
	s.revoke(lists)
	slices.SortFunc(s.Skipped, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) }) // by file
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
		case ".pem", ".crt", ".cer", ".der", ".crl":
			names = append(names, filepath.Join(path, e.Name()))
		}
	}
	if len(names) > maxFiles {
		return nil, fmt.Errorf("%d certificate files, at most %d are taken", len(names), maxFiles)
	}
	return names, nil
}

// part is one certificate or list with the name of the file that it came from.
type part struct {
	file string
	der  []byte
}

// gather takes the certificates that can anchor trust, and says why others
// cannot.
func (s *Store) gather(certificates []part) {
	all := make([][]byte, len(certificates))
	for i, c := range certificates {
		all[i] = c.der
	}
	anchors, errs := pki.GatherAnchors(all...)
	s.Anchors = anchors
	for i, err := range errs {
		if err != nil {
			s.Skipped = append(s.Skipped, fmt.Errorf("%s: %w", certificates[i].file, err))
		}
	}
}

// revoke takes the lists that one of the authorities signed.
func (s *Store) revoke(lists []part) {
	for _, l := range lists {
		with, err := s.Anchors.WithRevocations(l.der)
		if err != nil {
			s.Skipped = append(s.Skipped, fmt.Errorf("%s: %w", l.file, err))
			continue
		}
		s.Anchors = with
	}
}

// loadFile takes one file apart.
func loadFile(name string) (certificates, lists []part, err error) {
	data, err := wholefile.Read(name, maxFile)
	if err != nil {
		return nil, nil, err
	}
	base := filepath.Base(name)
	switch {
	case bytes.Contains(data, []byte("-----BEGIN ")):
		certificates, lists = blocks(base, data)
	case len(data) > 0 && strings.EqualFold(filepath.Ext(name), ".crl"):
		lists = []part{{base, data}}
	case len(data) > 0:
		certificates = []part{{base, data}}
	}
	if len(certificates)+len(lists) == 0 {
		return nil, nil, fmt.Errorf("%s: no certificate and no revocation list in it", base)
	}
	return certificates, lists, nil
}

// blocks takes PEM apart.
func blocks(file string, data []byte) (certificates, lists []part) {
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE":
			certificates = append(certificates, part{file, block.Bytes})
		case "X509 CRL":
			lists = append(lists, part{file, block.Bytes})
		}
	}
	return certificates, lists
}
