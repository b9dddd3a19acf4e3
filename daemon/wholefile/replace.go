package wholefile

import (
	"errors"
	"os"
	"path/filepath"
)

// Replace writes a file of mode 0600 and returns when that has reached the disk.
// What a crash leaves behind is one file more at most, ending in ".next".
func Replace(name string, data []byte) error {
	next := name + ".next"
	f, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	if err := os.Rename(next, name); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close()) // or the old name may come back
}
