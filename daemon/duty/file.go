package duty

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// readBounded reads a file of sensible size.
func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s: more than %d bytes", filepath.Base(name), most)
	}
	return b, err
}

// replace puts data in the place of a file, and returns when that has reached the
// disk: after a power cut there is the old file or the new one. Its mode is 0600.
func replace(name string, data []byte) error {
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer dir.Close()
	next := name + ".next" // always the same: a crash leaves one behind at most
	if err := write(next, data); err != nil {
		return err
	}
	if err := os.Rename(next, name); err != nil {
		return err
	}
	return dir.Sync() // or the old name may come back
}

func write(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
