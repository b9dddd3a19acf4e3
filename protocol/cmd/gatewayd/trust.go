package main

import (
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"motcua/protocol/pki"
	"motcua/protocol/request"
	"motcua/protocol/signedlist"
	"motcua/protocol/trustbundle"
)

// trustConfig is the authorities whose cards the centre believes.
type trustConfig struct {
	CSCA   string `toml:"csca"`   // folder of certificates and revocation lists, PEM or DER
	Bundle string `toml:"bundle"` // or a signed trust bundle
	Key    string `toml:"key"`    // and the provisioner's public key, PEM
}

func (c trustConfig) faults() (faults []error) {
	if c.CSCA != "" && c.Bundle != "" {
		faults = append(faults, errors.New("trust.csca and trust.bundle are both set; keep one"))
	}
	if (c.Bundle != "") != (c.Key != "") {
		faults = append(faults, errors.New("trust.bundle and trust.key belong together; set both"))
	}
	return faults
}

// maxTrustFile bounds one file of the folder.
const maxTrustFile = 4 << 20

// trust is the authorities that the files hold.
type trust struct {
	anchors pki.Anchors
	digest  request.Digest // of the bundle, or of all that is in the folder
	// Of a bundle: its number, which grows, and when it ends. Zero for a folder.
	serial uint64
	until  time.Time
}

// loadTrust reads the authorities. Everything in the folder must be good: an
// authority that is left out has its cards' holders sent to the counter, and a
// revocation list that is left out lets revoked cards pass. An error comes with
// the digest of what was read as far as it was.
func loadTrust(c trustConfig, now time.Time) (trust, error) {
	switch {
	case c.Bundle != "":
		return loadBundle(c, now)
	case c.CSCA != "":
		return loadFolder(c.CSCA)
	}
	return trust{}, nil
}

func loadBundle(c trustConfig, now time.Time) (trust, error) {
	text, err := readFile("trust.key", c.Key)
	raw, bundleErr := readFile("trust.bundle", c.Bundle)
	t := trust{digest: sha256.Sum256(raw)}
	if err := errors.Join(err, bundleErr); err != nil {
		return t, err
	}
	key, err := signedlist.ParsePublicKey(text)
	if err != nil {
		return t, fmt.Errorf("trust.key: %q: %w", c.Key, err)
	}
	content, err := trustbundle.Open(raw, key)
	if err == nil {
		err = content.ValidAt(now)
	}
	if err != nil {
		return t, fmt.Errorf("trust.bundle: %q: %w", c.Bundle, err)
	}
	t.serial, t.until = content.Serial, content.Expires
	var skipped []error
	t.anchors, skipped = content.Anchors()
	if err := errors.Join(skipped...); err != nil {
		return t, fmt.Errorf("trust.bundle: %q: %w", c.Bundle, err)
	}
	return t, nil
}

func loadFolder(folder string) (trust, error) {
	files, err := trustFiles(folder)
	if err != nil {
		return trust{}, fmt.Errorf("trust.csca: %w", err)
	}
	all := sha256.New()
	var names []string
	var certificates, lists [][]byte
	for _, file := range files {
		raw, err := os.ReadFile(file)
		name := filepath.Base(file)
		if err != nil || len(raw) > maxTrustFile {
			return trust{}, fmt.Errorf("trust.csca: %q is too large or cannot be read: %w", name, err)
		}
		all.Write(raw)
		for _, p := range parts(raw, strings.EqualFold(filepath.Ext(name), ".crl")) {
			if p.list {
				lists = append(lists, p.der)
				continue
			}
			names, certificates = append(names, name), append(certificates, p.der)
		}
	}
	t := trust{digest: request.Digest(all.Sum(nil))}
	t.anchors, err = gather(certificates, lists, names)
	return t, err
}

// trustFiles are the files of the folder that hold certificates and lists.
func trustFiles(folder string) (files []string, err error) {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		if slices.Contains([]string{".pem", ".crt", ".cer", ".der", ".crl"}, strings.ToLower(filepath.Ext(e.Name()))) {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	return files, err
}

// part is one certificate or revocation list.
type part struct {
	der  []byte
	list bool
}

// parts takes a file apart: PEM blocks, or one DER.
func parts(raw []byte, list bool) (all []part) {
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		all = append(all, part{block.Bytes, block.Type == "X509 CRL"})
	}
	if all == nil {
		all = []part{{raw, list}}
	}
	return all
}

func gather(certificates, lists [][]byte, names []string) (pki.Anchors, error) {
	anchors, errs := pki.GatherAnchors(certificates...)
	for i, err := range errs {
		if err != nil {
			return pki.Anchors{}, fmt.Errorf("trust.csca: %q: %w; take it out of the folder, or put what it needs beside it", names[i], err)
		}
	}
	for _, l := range lists {
		var err error
		if anchors, err = anchors.WithRevocations(l); err != nil {
			return pki.Anchors{}, fmt.Errorf("trust.csca: a revocation list: %w", err)
		}
	}
	return anchors, nil
}
