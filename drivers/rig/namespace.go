package rig

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// socketDir is where pcscd and its clients meet; the path is compiled into both.
const socketDir = "/run/pcscd"

// namespaces describes the new process: root in a user namespace of its own,
// which is what lets an ordinary user have the others.
func namespaces() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWPID,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
		Pdeathsig:   unix.SIGKILL,
	}
}

func explain(err error) error {
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES), errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EINVAL), errors.Is(err, unix.EUSERS):
		return fmt.Errorf("%w: %w; user namespaces are off here: try sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000 "+
			"kernel.apparmor_restrict_unprivileged_userns=0, or a container that allows them", ErrNoNamespaces, err)
	}
	return fmt.Errorf("starting again inside: %w", err)
}

// prepare runs inside, once.
func prepare() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return explain(fmt.Errorf("making mounts private: %w", err))
	}
	if err := hideSocketDir(); err != nil {
		return explain(err)
	}
	if err := loopbackUp(); err != nil {
		return explain(err)
	}
	// Fresh so that process numbers fit; some containers do not allow it, and
	// nothing here depends on it.
	_ = unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	return nil
}

// hideSocketDir puts an empty folder in the place of the machine's own pcscd.
func hideSocketDir() error {
	if _, err := os.Stat(socketDir); err != nil {
		if err := rebuildRun(); err != nil {
			return err
		}
	}
	if err := unix.Mount("tmpfs", socketDir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return fmt.Errorf("mounting over %s: %w", socketDir, err)
	}
	return nil
}

// rebuildRun replaces /run by a copy of itself in which a folder can be made:
// in the real one an ordinary user may not, and root would leave it behind. Its
// entries stay the machine's: an X authority file may lie below it.
func rebuildRun() error {
	run := filepath.Dir(socketDir)
	aside, err := os.MkdirTemp("", "motcua-rig-run-")
	if err != nil {
		return fmt.Errorf("making room beside %s: %w", run, err)
	}
	if err := unix.Mount(run, aside, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("moving %s aside: %w", run, err)
	}
	if err := unix.Mount("tmpfs", run, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return fmt.Errorf("mounting over %s: %w", run, err)
	}
	entries, err := os.ReadDir(aside)
	if err != nil {
		return fmt.Errorf("listing %s: %w", run, err)
	}
	for _, e := range entries {
		if err := bindEntry(filepath.Join(aside, e.Name()), filepath.Join(run, e.Name()), e); err != nil {
			return err
		}
	}
	if err := unix.Unmount(aside, unix.MNT_DETACH); err != nil {
		return fmt.Errorf("forgetting the old %s: %w", run, err)
	}
	_ = os.Remove(aside) // an empty folder at worst
	return os.Mkdir(socketDir, 0o755)
}

// bindEntry makes one entry of a folder appear in another.
func bindEntry(from, to string, e os.DirEntry) error {
	switch {
	case e.Type()&os.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return fmt.Errorf("keeping %s: %w", to, err)
		}
		return os.Symlink(target, to)
	case e.IsDir():
		if err := os.Mkdir(to, 0o755); err != nil {
			return fmt.Errorf("keeping %s: %w", to, err)
		}
	default:
		if err := os.WriteFile(to, nil, 0o644); err != nil {
			return fmt.Errorf("keeping %s: %w", to, err)
		}
	}
	if err := unix.Mount(from, to, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("keeping %s: %w", to, err)
	}
	return nil
}

// loopbackUp switches on the only interface there is.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("opening a socket: %w", err)
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return fmt.Errorf("naming loopback: %w", err)
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("switching loopback on: %w", err)
	}
	return nil
}
