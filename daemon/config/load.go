package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"

	"motcua/daemon/wholefile"
	"motcua/protocol/fault"
)

// maxFile is more than any sensible configuration file holds.
const maxFile = 1 << 20

// Problem is one thing wrong with a configuration.
type Problem struct {
	Key  string // such as visit.idle; empty when the file as a whole is meant
	Text string // what is wrong and what is wanted
}

func (p Problem) String() string {
	if p.Key == "" {
		return p.Text
	}
	return p.Key + ": " + p.Text
}

// Error is everything that is wrong with a configuration.
type Error struct {
	File     string
	Problems []Problem
}

func (e *Error) Error() string {
	all := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		all[i] = p.String()
	}
	return fmt.Sprintf("reading %s: %s", e.File, strings.Join(all, "; "))
}

// Load reads, completes and validates the file. Its error carries
// [fault.ConfigAbsent] when there is no such file and [fault.ConfigInvalid],
// wrapping an [*Error] when the content is meant, otherwise.
func Load(name string) (Config, error) {
	data, err := wholefile.Read(name, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, fault.Wrap(fault.ConfigAbsent, err)
	}
	if err != nil {
		return Config{}, fault.Wrap(fault.ConfigInvalid, err)
	}
	dir, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return Config{}, fault.Wrap(fault.ConfigInvalid, err)
	}
	c, problems := Parse(data)
	if len(problems) > 0 {
		return Config{}, fault.Wrap(fault.ConfigInvalid, &Error{File: name, Problems: problems})
	}
	c.resolve(dir)
	return c, nil
}

// Parse decodes and validates the content of a file and tells every problem.
func Parse(data []byte) (Config, []Problem) {
	c := Defaults()
	meta, err := toml.Decode(string(data), &c)
	if err != nil {
		return Config{}, []Problem{decodeProblem(err)}
	}
	var problems []Problem
	for _, k := range meta.Undecoded() {
		problems = append(problems, Problem{Key: k.String(), Text: "there is no such key"})
	}
	return c, append(problems, c.Validate()...)
}

// decodeProblem turns a syntax or type error into one line.
func decodeProblem(err error) Problem {
	pe, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		return Problem{Text: strings.ReplaceAll(err.Error(), "\n", " ")}
	}
	return Problem{Text: fmt.Sprintf("line %d, near %q: %s", pe.Position.Line, pe.LastKey, pe.Message)}
}

// resolve makes relative paths relative to dir.
func (c *Config) resolve(dir string) {
	for _, p := range []*string{
		&c.Identity.Certificate, &c.Identity.Key, &c.Reader.Habits, &c.Trust.CSCA, &c.Trust.Bundle, &c.Trust.Key,
		&c.Trust.Keep, &c.Duty.Roster, &c.Duty.Key, &c.Duty.Folder, &c.Duty.Secret, &c.Vaccination.Key, &c.Queue.File, &c.Audit.Folder,
		&c.Centre.CA, &c.Centre.Receipt, &c.Centre.Document, &c.Centre.ServiceKey, &c.Local.Socket,
	} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	c.Devices.resolve(dir)
	if c.Audit.Folder == "" {
		c.Audit.Folder = filepath.Join(filepath.Dir(c.Queue.File), "audit")
	}
}
