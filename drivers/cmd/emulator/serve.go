package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

const serveHelp = `Usage: emulator serve --world DIR --control SOCKET [flags]

Keeps a reader on which other commands place and lift cards:

  emulator place an --control SOCKET
  emulator lift --control SOCKET

With --devices it also plugs in a code reader (GM65), a finger reader (R503) and an
80 mm printer (ESC/POS), whose ports are scanner, finger and printer in that folder:

  emulator scan card an --control SOCKET
  emulator scan insurance 099000000123 --control SOCKET
  emulator scan vaccination an/revoked --control SOCKET
  emulator scan text CODE --control SOCKET
  emulator unplug scanner --control SOCKET
  emulator plug scanner --control SOCKET
  emulator paper out --control SOCKET
  emulator paper full --control SOCKET
  emulator cover open --control SOCKET
  emulator cover close --control SOCKET
  emulator slips FOLDER --control SOCKET
  emulator finger 7 --control SOCKET
  emulator finger lift --control SOCKET
`

// controlTimeout bounds one conversation over the control socket.
const controlTimeout = 2 * patience

func runServe(ctx context.Context, args []string, s streams) int {
	f := newFlags("serve", serveHelp, s)
	dir, addr, link := f.worldFlag(), f.vpcdFlag(), f.linkFlag()
	control := f.String("control", "", "unix `socket` to listen on")
	devices := f.String("devices", "", "`folder` for the ports of code reader, finger reader and printer")
	if _, code, ok := f.parse(args, 0); !ok {
		return code
	}
	for name, value := range map[string]string{"world": *dir, "control": *control} {
		if code, ok := f.need(name, value); !ok {
			return code
		}
	}
	t, err := openTable(*dir, *addr, *link)
	if err != nil {
		return f.fail(err)
	}
	if *devices != "" {
		if t.stand, err = openStand(*devices); err != nil {
			return f.fail(err)
		}
		defer func() { _ = t.stand.close() }() // the ports vanish with the process as well
	}
	listener, err := listenControl(*control)
	if err != nil {
		return f.fail(err)
	}
	defer func() { _ = t.lift() }() // fails only without a card
	fmt.Fprintf(s.stdout, "waiting for commands on %s\n", *control)
	if err := serveControl(ctx, listener, t); err != nil {
		return f.fail(err)
	}
	return exitOK
}

// listenControl opens the socket for this user alone, in place of one that a dead
// process left behind.
func listenControl(name string) (net.Listener, error) {
	if conn, err := net.Dial("unix", name); err == nil {
		_ = conn.Close()
		return nil, fmt.Errorf("another emulator listens on %s", name)
	}
	if info, err := os.Lstat(name); err == nil && info.Mode()&fs.ModeSocket != 0 {
		if err := os.Remove(name); err != nil {
			return nil, fmt.Errorf("removing a stale socket: %w", err)
		}
	}
	listener, err := net.Listen("unix", name)
	if err != nil {
		return nil, fmt.Errorf("listening on the control socket: %w", err)
	}
	if err := os.Chmod(name, 0o600); err != nil {
		_ = listener.Close()
		return nil, fmt.Errorf("closing the control socket to others: %w", err)
	}
	return listener, nil
}

// maxCommand bounds a command: the longest holds a code.
const maxCommand = 8 << 10

// serveControl answers commands until ctx ends.
func serveControl(ctx context.Context, listener net.Listener, t *table) error {
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() }) // wakes Accept
	defer stop()
	defer listener.Close()
	var talks sync.WaitGroup
	defer talks.Wait()
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("waiting for commands: %w", err)
		}
		talks.Go(func() {
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(controlTimeout))
			_, _ = fmt.Fprintln(conn, react(ctx, conn, t)) // a caller that left wants no answer
		})
	}
}

// react carries out one line and says what became of it.
func react(ctx context.Context, r io.Reader, t *table) string {
	line, err := bufio.NewReader(io.LimitReader(r, maxCommand)).ReadString('\n')
	if err != nil {
		return "error: no complete command"
	}
	answer, err := act(ctx, t, strings.Fields(line))
	if err != nil {
		return "error: " + err.Error()
	}
	return "ok: " + answer
}

// tell sends one line to a running serve and returns its answer.
func tell(ctx context.Context, socket, line string) (string, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return "", fmt.Errorf("no emulator serve on %s: %w", socket, err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(controlTimeout))
	if _, err := fmt.Fprintln(conn, line); err != nil {
		return "", fmt.Errorf("telling the emulator: %w", err)
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("waiting for the emulator: %w", err)
	}
	answer = strings.TrimSpace(answer)
	if text, failed := strings.CutPrefix(answer, "error: "); failed {
		return "", errors.New(text)
	}
	return strings.TrimPrefix(answer, "ok: "), nil
}
