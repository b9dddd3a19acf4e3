package bhyt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"motcua/protocol/cccd"
)

// officersMost bounds the file of registered officers, in bytes.
const officersMost = 4 << 20

// Officers are the officers whom a facility has registered at the portal, by their
// reference in the roster. They are a file that is read again when it changes:
//
//	[officer.op-1]
//	name = "ĐẶNG HẢI SƠN"
//	number = "099085000001"
//
//	[facility.h001]
//	default = "op-1"
//
// The default is who asks while nobody is on duty at a kiosk of the facility.
type Officers struct {
	file string

	mu   sync.Mutex
	read time.Time // the file's time when it was read
	list registry
}

type registry struct {
	Officer  map[string]entry    `toml:"officer"`
	Facility map[string]facility `toml:"facility"`
}

type entry struct {
	Name   string `toml:"name"`
	Number string `toml:"number"`
}

type facility struct {
	Default string `toml:"default"`
}

// OpenOfficers reads the file. Others than its owner may not read it.
func OpenOfficers(file string) (*Officers, error) {
	o := &Officers{file: file}
	return o, o.refresh()
}

// Of finds who asks for a request: the officer on duty by ref, or when that is empty
// the facility's default. A file that has become bad leaves the officers as they were,
// and the error says why.
func (o *Officers) Of(facility, ref string) (r Registered, found bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	err = o.refresh()
	if ref == "" {
		ref = o.list.Facility[facility].Default
	}
	e, found := o.list.Officer[ref]
	return Registered{Name: e.Name, Number: e.Number}, found, err
}

// refresh reads the file if it has changed.
func (o *Officers) refresh() error {
	info, err := os.Stat(o.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file %q; put it there or correct the path", o.file)
	case err != nil:
		return fmt.Errorf("reading the registered officers: %w", err)
	case info.ModTime().Equal(o.read):
		return nil
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("others may read %q; take their rights away (chmod 600)", o.file)
	case info.Size() > officersMost:
		return fmt.Errorf("%q is too long for a list of officers", o.file)
	}
	b, err := os.ReadFile(o.file)
	if err != nil {
		return fmt.Errorf("reading the registered officers: %w", err)
	}
	list, err := parseOfficers(b)
	if err != nil {
		return fmt.Errorf("%q: %w", o.file, err)
	}
	o.list, o.read = list, info.ModTime()
	return nil
}

// parseOfficers reads the list. Errors name references, not people.
func parseOfficers(b []byte) (registry, error) {
	var list registry
	if !utf8.Valid(b) {
		return list, errors.New("not UTF-8")
	}
	meta, err := toml.Decode(string(b), &list)
	if syntax, ok := errors.AsType[toml.ParseError](err); ok {
		return list, fmt.Errorf("line %d cannot be read", syntax.Position.Line)
	}
	if err != nil {
		return list, errors.New("a value is of the wrong type")
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return list, fmt.Errorf("unknown key %q; remove it or correct its name", unknown[0].String())
	}
	for ref, e := range list.Officer {
		if e.Name == "" || len(e.Name) > fieldMost || !cccd.IsNumber(e.Number) {
			return list, fmt.Errorf("officer %q: want a name and a number of twelve digits", ref)
		}
	}
	for id, f := range list.Facility {
		if _, known := list.Officer[f.Default]; !known {
			return list, fmt.Errorf("facility %q: its default is no officer of this list", id)
		}
	}
	return list, nil
}
