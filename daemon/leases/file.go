package leases

import (
	"encoding/json"
	"errors"
	"fmt"

	"motcua/daemon/wholefile"
	"motcua/protocol/request"
)

const (
	version = 1
	maxFile = 1 << 18 // twice what [most] entries take
)

// content is the file.
type content struct {
	Version int     `json:"version"`
	Blocks  []entry `json:"blocks"`
}

type entry struct {
	ID     string `json:"id"`
	Queue  string `json:"queue"`
	Day    string `json:"day"`
	Prefix string `json:"prefix"`
	From   uint32 `json:"from"`
	To     uint32 `json:"to"`
	Next   uint32 `json:"next"`
}

func load(name string) ([]block, error) {
	data, err := wholefile.Read(name, maxFile)
	if err != nil {
		return nil, err
	}
	return parse(data)
}

// parse checks what a file says: it may have been damaged.
func parse(data []byte) (all []block, err error) {
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	if c.Version != version || len(c.Blocks) > most {
		return nil, errors.New("the file makes no sense")
	}
	for i, e := range c.Blocks {
		b := block{request.Lease{ID: e.ID, Queue: e.Queue, Day: e.Day, Prefix: e.Prefix, From: e.From, To: e.To}, e.Next}
		if err := b.Validate(); err != nil || b.next < b.From || b.next > b.To+1 {
			return nil, fmt.Errorf("block %d makes no sense: %w", i+1, err)
		}
		all = append(all, b)
	}
	return all, nil
}

// save replaces the file as a whole, and returns when that has reached the disk.
func save(name string, all []block) error {
	c := content{Version: version, Blocks: make([]entry, 0, len(all))}
	for _, b := range all {
		c.Blocks = append(c.Blocks, entry{b.ID, b.Queue, b.Day, b.Prefix, b.From, b.To, b.next})
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := wholefile.Replace(name, append(data, '\n')); err != nil {
		return fmt.Errorf("keeping numbers: %w", err)
	}
	return nil
}
