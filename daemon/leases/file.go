package leases

import (
	"encoding/json"
	"errors"
	"fmt"

	"motcua/daemon/wholefile"
	"motcua/protocol/request"
)

const (
	version = 2
	maxFile = 1 << 18 // twice what [most] entries and as many returns take
)

// content is the file.
type content struct {
	Version int              `json:"version"`
	Blocks  []entry          `json:"blocks"`
	Places  map[string]place `json:"places"` // by queue
	Returns []returned       `json:"returns"`
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

type place struct {
	Service string `json:"service"`
	VI      string `json:"vi"`
	EN      string `json:"en"`
	Room    string `json:"room"`
	Floor   string `json:"floor"`
	FirstOf string `json:"first_of,omitempty"`
}

type returned struct {
	Queue string `json:"queue"`
	Day   string `json:"day"`
	From  uint32 `json:"from"`
	To    uint32 `json:"to"`
}

func load(name string) (kept, error) {
	data, err := wholefile.Read(name, maxFile)
	if err != nil {
		return kept{}, err
	}
	return parse(data)
}

// parse checks what a file says: it may have been damaged.
func parse(data []byte) (kept, error) {
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return kept{}, err
	}
	if c.Version != version || len(c.Blocks) > most || len(c.Places) > most || len(c.Returns) > most {
		return kept{}, errors.New("the file makes no sense")
	}
	k := kept{places: map[string]request.QueuePlace{}}
	for i, e := range c.Blocks {
		b := block{request.Lease{ID: e.ID, Queue: e.Queue, Day: e.Day, Prefix: e.Prefix, From: e.From, To: e.To}, e.Next}
		if err := b.Validate(); err != nil || b.next < b.From || b.next > b.To+1 {
			return kept{}, fmt.Errorf("block %d makes no sense: %w", i+1, err)
		}
		k.blocks = append(k.blocks, b)
	}
	for queue, p := range c.Places {
		k.places[queue] = request.QueuePlace(p)
		if err := k.places[queue].Validate(); err != nil {
			return kept{}, fmt.Errorf("the place of a queue makes no sense: %w", err)
		}
	}
	for i, r := range c.Returns {
		k.returns = append(k.returns, request.LeaseReturn(r))
		if err := k.returns[i].Validate(); err != nil {
			return kept{}, fmt.Errorf("return %d makes no sense: %w", i+1, err)
		}
	}
	return k, nil
}

// save replaces the file as a whole, and returns when that has reached the disk.
func save(name string, k kept) error {
	c := content{Version: version, Blocks: make([]entry, 0, len(k.blocks)), Places: map[string]place{}}
	for _, b := range k.blocks {
		c.Blocks = append(c.Blocks, entry{b.ID, b.Queue, b.Day, b.Prefix, b.From, b.To, b.next})
	}
	for queue, p := range k.places {
		c.Places[queue] = place(p)
	}
	for _, r := range k.returns {
		c.Returns = append(c.Returns, returned(r))
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
