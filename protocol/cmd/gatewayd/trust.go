package main

import (
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"motcua/protocol/pki"
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

// loadAnchors reads the authorities. Everything in the folder must be good: an
// authority that is left out has its cards' holders sent to the counter, and a
// revocation list that is left out lets revoked cards pass.
func loadAnchors(c trustConfig, now time.Time) (pki.Anchors, error) {
	switch {
	case c.Bundle != "":
		return loadBundle(c, now)
	case c.CSCA != "":
		return loadFolder(c.CSCA)
	}
	return pki.Anchors{}, nil
}

func loadBundle(c trustConfig, now time.Time) (pki.Anchors, error) {
	text, err := readFile("trust.key", c.Key)
	raw, bundleErr := readFile("trust.bundle", c.Bundle)
	if err := errors.Join(err, bundleErr); err != nil {
		return pki.Anchors{}, err
	}
	key, err := trustbundle.ParsePublicKey(text)
	if err != nil {
		return pki.Anchors{}, fmt.Errorf("trust.key: %q: %w", c.Key, err)
	}
	content, err := trustbundle.Open(raw, key)
	if err == nil {
		err = content.ValidAt(now)
	}
	if err != nil {
		return pki.Anchors{}, fmt.Errorf("trust.bundle: %q: %w", c.Bundle, err)
	}
	anchors, skipped := content.Anchors()
	if err := errors.Join(skipped...); err != nil {
		return pki.Anchors{}, fmt.Errorf("trust.bundle: %q: %w", c.Bundle, err)
	}
	return anchors, nil
}

func loadFolder(folder string) (pki.Anchors, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return pki.Anchors{}, fmt.Errorf("trust.csca: %w", err)
	}
	var names []string
	var certificates, lists [][]byte
	for _, e := range entries {
		kind := strings.ToLower(filepath.Ext(e.Name()))
		if !slices.Contains([]string{".pem", ".crt", ".cer", ".der", ".crl"}, kind) {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil || len(raw) > maxTrustFile {
			return pki.Anchors{}, fmt.Errorf("trust.csca: %q is too large or cannot be read: %w", e.Name(), err)
		}
		for _, p := range parts(raw, kind == ".crl") {
			if p.list {
				lists = append(lists, p.der)
				continue
			}
			names, certificates = append(names, e.Name()), append(certificates, p.der)
		}
	}
	return gather(certificates, lists, names)
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
