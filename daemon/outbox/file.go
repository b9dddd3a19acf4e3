package outbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"motcua/protocol/fault"
)

// lock opens the queue file, creating it if need be, and takes an advisory lock
// on it that ends with the process.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.Wrap(diskCode(err), fmt.Errorf("opening the queue: %w", err))
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fault.Wrap(fault.QueueLocked, fmt.Errorf("opening %s: %w", path, ErrLocked))
		}
		return nil, fault.Wrap(fault.QueueBroken, fmt.Errorf("locking %s: %w", path, err))
	}
	return f, nil
}

// cold makes the next reads of the queue's files come from the disk: it writes
// out what is dirty and drops what is cached. After a failed fsync the cache may
// hold what the disk does not.
func cold(path string) error {
	for _, name := range []string{path, walName(path)} {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		err = f.Sync()
		if err == nil {
			// best effort: file systems without a cache refuse it
			_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
		}
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// readable reads all of the queue's files, for what the disk says.
func readable(path string) error {
	for _, name := range []string{path, walName(path)} {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, io.NewSectionReader(f, 0, size(name)))
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

func walName(path string) string     { return path + "-wal" }
func reserveName(path string) string { return path + ".reserve" }

// size is a file's size, and 0 when there is none.
func size(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}

// syncDir makes the names in the queue's folder durable.
func syncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// free is the space of the file system that a process without privileges may
// still use.
func free(path string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(path), &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

// reserve is a file that holds nothing but space, for a disk on which not even
// what is there can be written over, and for opening a queue on a full disk.
type reserve struct{ name string }

// Sizes around a full disk, in bytes.
const (
	reserveSize = 4 << 20
	// lowWater is the free space below which no new request is written. It covers
	// what one checkpoint may add to the database file.
	lowWater = 4 << 20
	// drained is the free space below which the reserve is given up.
	drained = 1 << 20
)

// take allocates the reserve. Without room for it there is none.
func (r *reserve) take() error {
	if size(r.name) == reserveSize {
		return nil
	}
	f, err := os.OpenFile(r.name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	err = unix.Fallocate(int(f.Fd()), 0, 0, reserveSize)
	if errors.Is(err, unix.EOPNOTSUPP) {
		_, err = f.WriteAt(make([]byte, reserveSize), 0)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		r.give()
		return err
	}
	return nil
}

// give frees the space.
func (r *reserve) give() { _ = os.Remove(r.name) }

// diskCode tells a full disk from a bad one.
func diskCode(err error) fault.Code {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || isFull(err) {
		return fault.DiskFull
	}
	return fault.QueueBroken
}
