package duty

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"motcua/daemon/wholefile"
	"motcua/drivers"
	"motcua/protocol/roster"
)

const (
	fingersFolder = "fingers"
	fingerEnding  = ".finger"
	secretSize    = 32
)

// templates are the sealed templates of officers, one file each.
type templates struct {
	folder string // made with the first template
	secret string // file of the secret that the key is derived from
	device string
	rand   io.Reader
}

// file is an officer's. A reference has only letters, digits, - and _.
func (t templates) file(ref string) string { return filepath.Join(t.folder, ref+fingerEnding) }

// has tells whether there is a file of an officer's card. One that says nothing
// sensible fails.
func (t templates) has(ref string, card roster.Card) (bool, error) {
	b, err := wholefile.Read(t.file(ref), int64(maxSealed))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	h, err := parseSealed(b)
	return err == nil && h.card == card, err
}

func (t templates) open(ref string, card roster.Card) (drivers.Template, error) {
	b, err := wholefile.Read(t.file(ref), int64(maxSealed))
	if err != nil {
		return drivers.Template{}, err
	}
	s, err := t.sealer(false)
	if err != nil {
		return drivers.Template{}, err
	}
	return s.open(ref, card, b)
}

func (t templates) keep(ref string, card roster.Card, finger drivers.Template) error {
	s, err := t.sealer(true)
	if err != nil {
		return err
	}
	b, err := s.seal(ref, card, finger)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(t.folder, 0o700); err != nil {
		return err
	}
	return wholefile.Replace(t.file(ref), b)
}

// remove deletes an officer's, and returns once that outlives a power cut; that there
// is none is no error.
func (t templates) remove(ref string) error {
	if err := os.Remove(t.file(ref)); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	dir, err := os.Open(t.folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// sweep deletes everything but the templates of these officers with these cards, and
// tells whose were deleted. A damaged file of one of them is left for a person to
// look at.
func (t templates) sweep(listed map[string]roster.Card) (gone []string, err error) {
	entries, err := os.ReadDir(t.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		ref, whole := strings.CutSuffix(e.Name(), fingerEnding)
		if card, ok := listed[ref]; ok && whole {
			if has, herr := t.has(ref, card); has || herr != nil {
				continue
			}
		}
		rerr := os.Remove(filepath.Join(t.folder, e.Name())) // what comes back after a power cut is deleted at the next start
		if rerr == nil && whole {
			gone = append(gone, ref)
		}
		err = errors.Join(err, rerr)
	}
	return gone, err
}

// sealer reads the secret; one that is not there is made, if that is wanted.
func (t templates) sealer(make bool) (sealer, error) {
	b, err := t.readSecret()
	if errors.Is(err, fs.ErrNotExist) && make {
		b, err = t.makeSecret()
	}
	if err != nil {
		return sealer{}, fmt.Errorf("the secret of the templates' seal: %w", err)
	}
	defer clear(b)
	return newSealer(b, t.device)
}

func (t templates) readSecret() ([]byte, error) {
	b, err := wholefile.Read(t.secret, secretSize)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(t.secret)
	switch {
	case err != nil:
		return nil, err
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s can be read by others: chmod 600", t.secret)
	case len(b) != secretSize:
		return nil, fmt.Errorf("%s has %d bytes, want %d", t.secret, len(b), secretSize)
	}
	return b, nil
}

func (t templates) makeSecret() ([]byte, error) {
	b := make([]byte, secretSize)
	if _, err := io.ReadFull(t.rand, b); err != nil {
		return nil, err
	}
	return b, wholefile.Replace(t.secret, b)
}
