package nonces

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"motcua/daemon/wholefile"
)

const (
	version = 1
	size    = 16      // bytes of a nonce
	maxFile = 1 << 16 // Capacity entries are a third of it
)

// content is the file.
type content struct {
	Version int     `json:"version"`
	Nonces  []entry `json:"nonces"`
}

type entry struct {
	Nonce []byte `json:"nonce"`    // base64
	Until int64  `json:"until_ms"` // unix milliseconds, the centre's clock
}

func load(name string) ([]nonce, error) {
	data, err := wholefile.Read(name, maxFile)
	if err != nil {
		return nil, err
	}
	return parse(data)
}

// parse checks what a file says: it may have been damaged.
func parse(data []byte) ([]nonce, error) {
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	if c.Version != version || len(c.Nonces) > Capacity {
		return nil, errors.New("the file makes no sense")
	}
	var all []nonce
	for i, e := range c.Nonces {
		if len(e.Nonce) != size {
			return nil, fmt.Errorf("nonce %d has %d bytes", i+1, len(e.Nonce))
		}
		all = append(all, nonce{e.Nonce, time.UnixMilli(e.Until)})
	}
	return all, nil
}

// save replaces the file as a whole, and returns when that has reached the disk.
// The file's mode is 0600.
func save(name string, all []nonce) error {
	c := content{Version: version, Nonces: make([]entry, 0, len(all))}
	for _, n := range all {
		c.Nonces = append(c.Nonces, entry{n.bytes, n.until.UnixMilli()})
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := wholefile.Replace(name, append(data, '\n')); err != nil {
		return fmt.Errorf("keeping nonces: %w", err)
	}
	return nil
}
