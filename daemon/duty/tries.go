package duty

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"motcua/daemon/wholefile"
	"motcua/protocol/roster"
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
	// FreeFingers are the wrong fingers after which an officer has to give the PIN.
	FreeFingers = 3
	// maxWrong is where counting ends: the longest lock is long reached.
	maxWrong = 1000
)

// tries are the wrong PINs and fingers of officers since their last right PIN, on the
// disk. They do not count for each other: whoever has a colleague's card and lays
// down a finger of their own takes nothing from that colleague but the finger, which
// the PIN gives back; and who guesses PINs cannot begin anew with a finger.
type tries struct {
	file string
	// unread: what was on the disk could not be read, so nobody goes on duty until
	// then.
	unread time.Time
	of     map[string]try
}

type try struct {
	Wrong int   `json:"wrong"`
	Until int64 `json:"until"` // locked until then, in seconds since 1970; 0: not
	// Fingers are wrong fingers.
	Fingers int `json:"fingers,omitempty"`
}

// content is the file.
type content struct {
	Version  int            `json:"version"`
	Officers map[string]try `json:"officers"`
}

func loadTries(file string, now time.Time) (tries, error) {
	t := tries{file: file, of: map[string]try{}}
	data, err := wholefile.Read(file, maxTries)
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
		if t.Wrong < 0 || t.Wrong > maxWrong || t.Until < 0 || t.Fingers < 0 || t.Fingers > FreeFingers || t.Wrong+t.Fingers == 0 {
			return nil, fmt.Errorf("%d wrong PINs and %d wrong fingers make no sense", t.Wrong, t.Fingers)
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

// count counts a wrong PIN and forgets those who are not on the roster.
func (t tries) count(ref string, now time.Time, roster map[string]roster.Card) error {
	for r := range t.of {
		if _, ok := roster[r]; !ok {
			delete(t.of, r)
		}
	}
	next := t.of[ref]
	next.Wrong = min(next.Wrong+1, maxWrong)
	next.Until = 0
	if d := lockAfter(next.Wrong); d > 0 {
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

// fingersLeft is how many fingers the officer may still lay down.
func (t tries) fingersLeft(ref string, now time.Time) int {
	if now.Before(t.unread) {
		return 0
	}
	return FreeFingers - t.of[ref].Fingers
}

// countFinger adds to the officer's wrong fingers.
func (t tries) countFinger(ref string, n int) error {
	next := t.of[ref]
	next.Fingers = min(max(next.Fingers+n, 0), FreeFingers)
	t.of[ref] = next
	if next == (try{}) {
		delete(t.of, ref)
	}
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
