package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// The two slots of the virtual reader. A card is placed by connecting to a slot's
// address and speaking vpcd's protocol, and lifted by closing the connection.
const (
	Reader0 = "Virtual PCD 00 00"
	Reader1 = "Virtual PCD 00 01"
	Addr0   = "127.0.0.1:35963"
	Addr1   = "127.0.0.1:35964"
)

// readerConf is Debian's own stanza, so that nothing else in the machine's
// configuration adds readers.
const readerConf = `FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:0x8C7B
LIBPATH      ` + vpcdDriver + `
CHANNELID    0x8C7B
`

const (
	firstPort  = 35963
	secondPort = 35964
	stopGrace  = 5 * time.Second
)

// Service is a running pcscd with the virtual reader, or with readers of our own.
type Service struct {
	log     tail
	process *Process

	conf  string   // of the readers, as pcscd reads it
	names []string // of the readers
	ports []uint16 // where they wait for cards
	dir   string   // removed at the end; empty for none
}

// StartPCSCD starts pcscd inside the rig and returns when it answers and its two
// slots take cards.
func StartPCSCD(ctx context.Context) (*Service, error) {
	if !Inside() {
		return nil, errors.New("starting pcscd: not inside a rig")
	}
	if err := Check(NeedPCSCD, NeedVPCD); err != nil {
		return nil, err
	}
	s := &Service{conf: readerConf, names: []string{Reader0, Reader1}, ports: []uint16{firstPort, secondPort}}
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Service) start(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "motcua-rig-pcscd-")
	if err != nil {
		return fmt.Errorf("configuring pcscd: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }() // pcscd reads it once
	if err := os.WriteFile(filepath.Join(dir, "readers"), []byte(s.conf), 0o644); err != nil {
		return fmt.Errorf("configuring pcscd: %w", err)
	}
	args, err := pcscdArgs(ctx, dir)
	if err != nil {
		return err
	}
	p, err := Start(ctx, Command{Path: NeedPCSCD.File, Args: args, Stdout: &s.log, Stderr: &s.log, Ready: s.answers})
	if err != nil {
		return fmt.Errorf("%w; it said: %s", err, s.Log())
	}
	s.process = p
	return nil
}

// pcscdArgs asks for no polkit where pcscd would (2.0.1 and later): there is none
// inside.
func pcscdArgs(ctx context.Context, dir string) ([]string, error) {
	args := []string{"--foreground", "--error", "--config", dir}
	help, err := Output(ctx, Command{Path: NeedPCSCD.File, Args: []string{"--help"}})
	if err != nil {
		return nil, fmt.Errorf("asking pcscd for its options: %w", err)
	}
	if bytes.Contains(help, []byte("disable-polkit")) {
		args = append(args, "--disable-polkit")
	}
	return args, nil
}

// answers tells whether pcscd takes clients and the readers take cards. Connecting
// to the readers would place a card there.
func (s *Service) answers(ctx context.Context) error {
	c, err := (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(socketDir, "pcscd.comm"))
	if err != nil {
		return err
	}
	if err := c.Close(); err != nil {
		return err
	}
	open, err := listening()
	if err != nil {
		return err
	}
	for _, port := range s.ports {
		if !open[port] {
			return fmt.Errorf("no reader listens on port %d yet", port)
		}
	}
	return nil
}

// listening lists the TCP ports that have a listener, from the kernel's table:
// second column address:port in hexadecimal, fourth column 0A for a listener.
func listening() (map[uint16]bool, error) {
	table, err := os.ReadFile("/proc/self/net/tcp")
	if err != nil {
		return nil, err
	}
	open := map[uint16]bool{}
	for line := range strings.Lines(string(table)) {
		column := strings.Fields(line)
		if len(column) < 4 || column[3] != "0A" {
			continue
		}
		var addr uint32
		var port uint16
		if _, err := fmt.Sscanf(column[1], "%08X:%04X", &addr, &port); err == nil {
			open[port] = true
		}
	}
	return open, nil
}

// Readers are the names of the readers, as pcscd lists them.
func (s *Service) Readers() []string { return slices.Clone(s.names) }

// Log is the end of what pcscd has written.
func (s *Service) Log() string { return s.log.String() }

// Stop ends pcscd, and is the end of the service.
func (s *Service) Stop() error {
	err := s.process.Stop(stopGrace)
	if s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}

// End asks pcscd to end (SIGTERM) and returns when it is gone; the error says that
// it had to be killed. It may be restarted.
func (s *Service) End() error { return s.process.Stop(stopGrace) }

// Freeze makes pcscd hang (SIGSTOP), as a fault in a reader's driver does; Thaw lets
// it go on.
func (s *Service) Freeze() { s.process.Signal(unix.SIGSTOP) }

// Thaw ends [Service.Freeze].
func (s *Service) Thaw() { s.process.Signal(unix.SIGCONT) }

// Kill ends pcscd with kill -9 and returns when it is gone. Its socket stays.
func (s *Service) Kill() {
	s.process.Kill()
	<-s.process.Done()
}

// Restart starts pcscd again after [Service.Kill], or stops it first.
func (s *Service) Restart(ctx context.Context) error {
	_ = s.process.Stop(stopGrace) // killed when it does not end by itself
	return s.start(ctx)
}

// tail keeps the end of a log.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 16 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if extra := len(t.text) - tailSize; extra > 0 {
		t.text = slices.Delete(t.text, 0, extra)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}
