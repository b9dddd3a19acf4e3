package handover

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// begin makes the part of a folder that is to be filled, and the folder when there
// is none.
func begin(dir, part string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	if err := os.Mkdir(filepath.Join(dir, part), 0o700); err != nil {
		return fmt.Errorf("writing the export into a new folder: %w", err)
	}
	return nil
}

// end puts notice and index beside a part that is written, and makes the names
// durable.
func (o Origin) end(dir, part string, index request.Export) (signed bool, err error) {
	if err := write(dir, handover.NoticeName, []byte(notice)); err != nil && !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	if signed, err = o.sign(dir, index); err != nil {
		return false, err
	}
	return signed, syncDirs(dir, filepath.Join(dir, part))
}

// create makes a file that was not there and fills it, durably.
func create(dir, name string, fill func(*os.File) error) error {
	f, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func write(dir, name string, b []byte) error {
	return create(dir, name, func(f *os.File) error {
		_, err := f.Write(b)
		return err
	})
}

func syncDirs(names ...string) error {
	var errs []error
	for _, name := range names {
		d, err := os.Open(name)
		if err != nil {
			return err
		}
		errs = append(errs, d.Sync(), d.Close())
	}
	return errors.Join(errs...)
}

const notice = `This folder holds what a kiosk has for its centre: requests that people made,
sealed so that only the centre can read them, and hashes and signatures of the
kiosk's log. Please hand it to the operator of the kiosk.

At the centre:  gatewayd import -config gatewayd.toml THIS-FOLDER
At the kiosk:   kioskctl outbox import-receipts -config kioskd.toml THIS-FOLDER
`
