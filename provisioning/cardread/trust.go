package cardread

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
)

// maxCertificateFile bounds a file of certificates.
const maxCertificateFile = 1 << 20

// Trust reads the issuing authorities from a folder, or from one file: PEM or DER
// certificates in files named .pem, .crt, .cer or .der. Nothing usable is an error
// with [fault.NoTrust], and so is a certificate that cannot be read: a technician
// who names a folder wants all of it.
func Trust(path string) (emrtd.Anchors, error) {
	anchors, err := trust(path)
	return anchors, fault.Wrap(fault.NoTrust, err)
}

func trust(path string) (emrtd.Anchors, error) {
	files, err := certificateFiles(path)
	if err != nil {
		return emrtd.Anchors{}, err
	}
	var all [][]byte
	for _, name := range files {
		found, err := certificatesOf(name)
		if err != nil {
			return emrtd.Anchors{}, err
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return emrtd.Anchors{}, fmt.Errorf("no certificate of an issuing authority in %s", path)
	}
	anchors, err := emrtd.NewAnchors(all...)
	if err != nil {
		return emrtd.Anchors{}, fmt.Errorf("reading the certificates in %s: %w", path, err)
	}
	return anchors, nil
}

func certificateFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".pem", ".crt", ".cer", ".der":
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	return files, nil
}

// certificatesOf returns the certificates of one file, in DER.
func certificatesOf(name string) ([][]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxCertificateFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxCertificateFile {
		return nil, fmt.Errorf("%s: more than %d bytes", name, maxCertificateFile)
	}
	if !bytes.Contains(data, []byte("-----BEGIN ")) {
		return [][]byte{data}, nil
	}
	var found [][]byte
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		if block.Type == "CERTIFICATE" {
			found = append(found, block.Bytes)
		}
	}
	if len(found) == 0 {
		return nil, errors.New(name + ": no certificate")
	}
	return found, nil
}
