// Package scenario reads the files that say what a simulated system knows and what
// goes wrong with it.
package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Read reads one JSON object into a scenario. A key that the scenario does not have,
// and anything behind the object, is an error.
func Read(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("reading a scenario: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("reading a scenario: something follows the object")
	}
	return nil
}
