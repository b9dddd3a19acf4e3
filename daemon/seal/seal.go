package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
)

// Seal is the seal of one kiosk. Its methods may be called from any goroutine.
type Seal struct {
	file   string
	broken atomic.Bool
}

// Open looks whether the seal was broken before. One that nobody can look at
// counts as broken.
func Open(file string) (*Seal, error) {
	s := &Seal{file: file}
	_, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	s.broken.Store(true)
	if err != nil {
		return s, fmt.Errorf("looking at the seal: %w", err)
	}
	return s, nil
}

// Broken tells whether the case was opened and nobody has mended the seal since.
func (s *Seal) Broken() bool { return s.broken.Load() }

// Break breaks the seal and returns once that outlives a power cut. After an error
// the seal is broken until the program ends.
func (s *Seal) Break() error {
	s.broken.Store(true)
	f, err := os.OpenFile(s.file, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("breaking the seal: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close(), s.syncFolder()); err != nil {
		return fmt.Errorf("breaking the seal: %w", err)
	}
	return nil
}

// Mend makes the seal whole. After an error it is still broken.
func (s *Seal) Mend() error {
	if err := os.Remove(s.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("mending the seal: %w", err)
	}
	if err := s.syncFolder(); err != nil {
		return fmt.Errorf("mending the seal: %w", err)
	}
	s.broken.Store(false)
	return nil
}

func (s *Seal) syncFolder() error {
	d, err := os.Open(filepath.Dir(s.file))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
