package habits

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"motcua/daemon/wholefile"
)

// maxFile bounds the file: two hundred entries are a tenth of it.
const maxFile = 1 << 20

// content is the file.
type content struct {
	Version int     `json:"version"`
	Cards   []entry `json:"cards"`
}

const version = 1

// load reads a file; one that is not there is empty.
func load(name string) ([]entry, error) {
	data, err := wholefile.Read(name, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	entries, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return entries, nil
}

// parse checks what a file says: it may have been damaged, or written by a
// version that knows more.
func parse(data []byte) ([]entry, error) {
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	if c.Version != version {
		return nil, fmt.Errorf("version %d, this program knows %d", c.Version, version)
	}
	for i, e := range c.Cards {
		atr, err := hex.DecodeString(e.ATR)
		if err != nil || len(atr) == 0 || len(atr) > maxATR || e.Habits.Check() != nil {
			return nil, fmt.Errorf("entry %d makes no sense", i+1)
		}
	}
	return c.Cards[:min(len(c.Cards), maxEntries)], nil
}

// write replaces the file as a whole: whoever reads it, after a power cut too,
// finds the old one or the new one.
func write(name string, entries []entry) error {
	data, err := json.MarshalIndent(content{Version: version, Cards: entries}, "", "\t")
	if err != nil {
		return err
	}
	return wholefile.Replace(name, append(data, '\n'))
}
