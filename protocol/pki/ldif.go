package pki

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"motcua/protocol/der"
)

// attributeMasterList holds a master list in the ICAO PKD's files.
const attributeMasterList = "pkdMasterListContent"

// IsLDIF tells whether bytes look like LDIF (RFC 2849).
func IsLDIF(b []byte) bool {
	head := b[:min(len(b), 4096)]
	return bytes.HasPrefix(head, []byte("dn:")) || bytes.HasPrefix(head, []byte("version:")) || bytes.Contains(head, []byte("\ndn:"))
}

// MasterListsOfLDIF takes the master lists out of a file of the ICAO PKD, in
// its order; they are not looked into.
func MasterListsOfLDIF(text []byte) ([][]byte, error) {
	return valuesOfLDIF(text, attributeMasterList)
}

// valuesOfLDIF takes the values of an attribute, base64 (::) ones only, out of
// LDIF, unfolding lines that go on with a space.
func valuesOfLDIF(text []byte, attribute string) (values [][]byte, err error) {
	var value strings.Builder
	inside := false
	finish := func() error {
		if !inside {
			return nil
		}
		b, err := base64.StdEncoding.DecodeString(value.String())
		if err != nil {
			return fmt.Errorf("LDIF: %s: %w: %w", attribute, der.ErrMalformed, err)
		}
		values, inside = append(values, b), false
		value.Reset()
		return nil
	}
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		if inside && len(line) > 0 && line[0] == ' ' {
			value.Write(line[1:])
			continue
		}
		if err := finish(); err != nil {
			return nil, err
		}
		name, rest, found := bytes.Cut(line, []byte("::"))
		name, _, _ = bytes.Cut(name, []byte(";")) // options, such as ;binary
		if found && strings.EqualFold(string(name), attribute) {
			inside = true
			value.Write(bytes.TrimSpace(rest))
		}
	}
	return values, finish()
}
