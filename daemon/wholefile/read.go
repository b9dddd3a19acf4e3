package wholefile

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Read reads a file of at most so many bytes. A larger one is an error: whatever it
// is, it was not written by this program.
func Read(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadOpen(f, most)
}

// ReadOpen reads a file that is open, for those who have to look at it before.
func ReadOpen(f *os.File, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s: more than %d bytes", filepath.Base(f.Name()), most)
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}
