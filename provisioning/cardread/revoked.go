package cardread

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"motcua/protocol/fault"
	"motcua/protocol/pki"
)

// ErrRevocations is wrapped when revocation lists cannot be used.
var ErrRevocations = errors.New("revocation lists cannot be used")

// Bounds of what is read as revocation lists.
const (
	maxLists    = 1000
	maxListSize = 16 << 20
)

// Revocations adds the revocation lists of a file, or of the .crl, .der and .pem
// files of a folder, to the authorities that signed them. A list that is none, or
// that no trusted authority signed, is an error with [fault.NoTrust] and
// [ErrRevocations].
func Revocations(a pki.Anchors, path string) (pki.Anchors, error) {
	lists, err := revocationLists(path)
	if err == nil && len(lists) == 0 {
		err = errors.New("no revocation list in " + path)
	}
	if err == nil {
		a, err = a.WithRevocations(lists...)
	}
	if err != nil {
		return pki.Anchors{}, fault.Wrap(fault.NoTrust, fmt.Errorf("%w: %w", ErrRevocations, err))
	}
	return a, nil
}

func revocationLists(path string) ([][]byte, error) {
	files, err := listFiles(path)
	if err != nil {
		return nil, fmt.Errorf("looking for revocation lists: %w", err)
	}
	var lists [][]byte
	for _, name := range files {
		data, err := readBounded(name)
		if err != nil {
			return nil, err
		}
		lists = append(lists, unpack(data)...)
	}
	return lists, nil
}

// listFiles names the files of a folder that may hold lists; a file is its own.
func listFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return e.IsDir() || !slices.Contains([]string{".crl", ".der", ".pem"}, strings.ToLower(filepath.Ext(e.Name())))
	})
	if len(entries) > maxLists {
		return nil, fmt.Errorf("more than %d files in %s", maxLists, path)
	}
	var files []string
	for _, e := range entries {
		files = append(files, filepath.Join(path, e.Name()))
	}
	return files, nil
}

func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening a revocation list: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxListSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading a revocation list: %w", err)
	}
	if len(data) > maxListSize {
		return nil, fmt.Errorf("%s is larger than %d bytes", filepath.Base(name), maxListSize)
	}
	return data, nil
}

// unpack takes a file apart: PEM blocks, or one list in DER.
func unpack(data []byte) [][]byte {
	if !bytes.Contains(data, []byte("-----BEGIN ")) {
		return [][]byte{data}
	}
	var lists [][]byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "X509 CRL" {
			lists = append(lists, block.Bytes)
		}
	}
	return lists
}
