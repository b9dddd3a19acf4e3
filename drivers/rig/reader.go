package rig

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// What a reader of our own is built with.
var (
	NeedCompiler = Need{"/usr/bin/gcc", "gcc"}
	NeedHeaders  = Need{"/usr/include/PCSC/ifdhandler.h", "libpcsclite-dev"}
)

//go:embed testdata/ifd/ifdtest.c
var readerSource []byte

// firstOwnPort is where the first reader of our own waits for its card.
const firstOwnPort = 36001

// Reader is a card reader of our own behind pcscd, which does what vpcd cannot: it
// can be unplugged, tells how much it carries, refuses what is longer, and gives a
// mute card up after a second. A card is placed on it as on vpcd, at Addr.
type Reader struct {
	Name string // as pcscd lists it
	Addr string
	dir  string
}

// StartReaders starts pcscd inside the rig with n readers of our own, up to 8, and
// returns when it answers and all of them take cards. It builds their driver with
// the machine's C compiler.
func StartReaders(ctx context.Context, n int) (*Service, []*Reader, error) {
	if !Inside() {
		return nil, nil, errors.New("starting pcscd: not inside a rig")
	}
	if err := Check(NeedPCSCD, NeedCompiler, NeedHeaders); err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "motcua-rig-readers-")
	if err != nil {
		return nil, nil, fmt.Errorf("making readers: %w", err)
	}
	s := &Service{dir: dir}
	readers, err := s.equip(ctx, n)
	if err == nil {
		err = s.start(ctx)
	}
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, readers, nil
}

// equip builds the driver and configures n readers.
func (s *Service) equip(ctx context.Context, n int) ([]*Reader, error) {
	driver := filepath.Join(s.dir, "libifdtest.so")
	if err := buildDriver(ctx, s.dir, driver); err != nil {
		return nil, err
	}
	var readers []*Reader
	var conf strings.Builder
	for i := range n {
		port := firstOwnPort + i
		r := &Reader{
			Name: fmt.Sprintf("Motcua Test %d %02d 00", i, i),
			Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
			dir:  filepath.Join(s.dir, strconv.Itoa(i)),
		}
		if err := os.Mkdir(r.dir, 0o755); err != nil {
			return nil, fmt.Errorf("making readers: %w", err)
		}
		fmt.Fprintf(&conf, "FRIENDLYNAME \"Motcua Test %d\"\nDEVICENAME %d:%s\nLIBPATH %s\nCHANNELID %d\n\n", i, port, r.dir, driver, port)
		readers = append(readers, r)
		s.names, s.ports = append(s.names, r.Name), append(s.ports, uint16(port))
	}
	s.conf = conf.String()
	return readers, nil
}

func buildDriver(ctx context.Context, dir, driver string) error {
	source := filepath.Join(dir, "ifdtest.c")
	if err := os.WriteFile(source, readerSource, 0o644); err != nil {
		return fmt.Errorf("making readers: %w", err)
	}
	_, err := Output(ctx, Command{Path: NeedCompiler.File, Args: []string{
		"-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-I" + filepath.Dir(NeedHeaders.File), "-o", driver, source,
	}})
	if err != nil {
		return fmt.Errorf("making readers: %w", err)
	}
	return nil
}

// Unplug pulls the reader out, with whatever lies on it.
func (r *Reader) Unplug() error { return r.set("gone", "") }

// Plug puts the reader back; a card that lay on it lies there again.
func (r *Reader) Plug() error { return r.unset("gone") }

// Tell makes the reader tell how many bytes of data it carries (PC/SC part 10,
// dwMaxAPDUDataSize), whether or not it does.
func (r *Reader) Tell(maxData int) error { return r.set("max-data", strconv.Itoa(maxData)) }

// Refuse makes the reader carry no command and no answer of more than so many bytes
// in all, as readers do whose messages are short.
func (r *Reader) Refuse(longerThan int) error { return r.set("refuse", strconv.Itoa(longerThan)) }

func (r *Reader) set(name, value string) error {
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(value), 0o644); err != nil {
		return fmt.Errorf("changing reader %s: %w", r.Name, err)
	}
	return nil
}

func (r *Reader) unset(name string) error {
	if err := os.Remove(filepath.Join(r.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("changing reader %s: %w", r.Name, err)
	}
	return nil
}
