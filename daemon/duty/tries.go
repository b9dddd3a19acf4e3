package duty

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"motcua/daemon/wholefile"
	"motcua/protocol/signedlist"
)

const (
	// FreeTries are the wrong PINs after which an officer is locked.
	FreeTries = 5
	// FirstLock is how long; every further wrong PIN doubles it up to LastLock.
	FirstLock = 15 * time.Minute
	LastLock  = 24 * time.Hour

	triesName = "tries.json"
	maxTries  = 1 << 20
	// maxWrong is where counting ends: the longest lock is long reached.
	maxWrong = 1000
)

// tries are the wrong PINs of officers since their last right one, on the disk.
type tries struct {
	file string
	// unread: what was on the disk could not be read, so everybody is locked until
	// then.
	unread time.Time
	of     map[string]try
}

type try struct {
	Wrong int   `json:"wrong"`
	Until int64 `json:"until"` // locked until then, in seconds since 1970; 0: not
}

// content is the file.
type content struct {
	Version  int            `json:"version"`
	Officers map[string]try `json:"officers"`
}

func loadTries(file string, now time.Time) (tries, error) {
	t := tries{file: file, of: map[string]try{}}
	data, err := readBounded(file, maxTries)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err == nil {
		t.of, err = parseTries(data)
	}
	if err != nil {
		return tries{file: file, unread: now.Add(FirstLock), of: map[string]try{}}, err
	}
	return t, nil
}

// parseTries checks what a file says: it may have been damaged.
func parseTries(data []byte) (map[string]try, error) {
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	if c.Version != 1 || c.Officers == nil || len(c.Officers) > signedlist.MaxElements {
		return nil, errors.New("the file makes no sense")
	}
	for _, t := range c.Officers {
		if t.Wrong < 1 || t.Wrong > maxWrong || t.Until < 0 {
			return nil, fmt.Errorf("%d wrong tries make no sense", t.Wrong)
		}
	}
	return c.Officers, nil
}

// lockedUntil is when the officer may try again.
func (t tries) lockedUntil(ref string) time.Time {
	until := time.Unix(t.of[ref].Until, 0)
	if until.Before(t.unread) {
		return t.unread
	}
	return until
}

// count counts a wrong try and forgets those who are not on the roster.
func (t tries) count(ref string, now time.Time, roster map[string]bool) error {
	for r := range t.of {
		if !roster[r] {
			delete(t.of, r)
		}
	}
	wrong := min(t.of[ref].Wrong+1, maxWrong)
	next := try{Wrong: wrong}
	if d := lockAfter(wrong); d > 0 {
		next.Until = now.Add(d).Unix()
	}
	t.of[ref] = next
	return t.save()
}

// forget begins to count anew after a right PIN.
func (t tries) forget(ref string) error {
	delete(t.of, ref)
	return t.save()
}

func (t tries) save() error {
	data, err := json.Marshal(content{Version: 1, Officers: t.of})
	if err != nil {
		return err
	}
	return wholefile.Replace(t.file, data)
}

// lockAfter is how long an officer is locked after so many wrong tries.
func lockAfter(wrong int) time.Duration {
	if wrong < FreeTries {
		return 0
	}
	d := FirstLock
	for range wrong - FreeTries {
		if d = 2 * d; d > LastLock {
			return LastLock
		}
	}
	return d
}
