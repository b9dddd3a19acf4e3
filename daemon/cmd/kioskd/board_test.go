package main_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"periph.io/x/conn/v3/gpio"

	kioskd "motcua/daemon/cmd/kioskd"
	"motcua/daemon/devices"
	"motcua/drivers"
	"motcua/drivers/board"
	"motcua/drivers/emu/gpiochip"
	"motcua/drivers/rig"
)

// boardVar makes the test program kioskd with an emulated board; it names the
// socket over which the board is acted on.
const boardVar = "MOTCUA_TEST_BOARD"

// boardTable names the board's lines in a configuration.
const boardTable = `
[devices.board]
lamp_card = "CARD"
lamp_staff = "CALL"
buzzer = "BUZZER"
tamper = "TAMPER"
staff_button = "STAFF"
presence = "PIR"
`

// configure adds to the configuration of kioskd.
func (s *stage) configure(text string) error {
	f, err := os.OpenFile(filepath.Join(s.dir, "kioskd.toml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// kioskdWithBoard is the program, but for the chip that its board's lines are on.
func kioskdWithBoard(control string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	chip := gpiochip.New(1, "CARD", "CALL", "BUZZER", "TAMPER", "STAFF", "PIR")
	chip.Close("TAMPER")
	_ = os.Remove(control) // of one that was killed
	l, err := net.Listen("unix", control)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer l.Close()
	go serveHands(l, chip)
	return kioskd.Run(ctx, os.Args[1:], os.Stdout, os.Stderr, func(d *devices.Drivers) {
		d.Board = func(p board.Pins) (drivers.Board, error) { return board.Open(chip, p) }
	})
}

// serveHands does what each connection's line says, and answers with a line.
func serveHands(l net.Listener, chip *gpiochip.Chip) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		line, err := bufio.NewReader(c).ReadString('\n')
		if err == nil {
			fmt.Fprintln(c, hand(chip, strings.Fields(line)))
		}
		_ = c.Close()
	}
}

// hand acts on the board, or looks at a lamp.
func hand(chip *gpiochip.Chip, words []string) string {
	switch words[0] {
	case "close":
		chip.Close(words[1])
	case "open":
		chip.Open(words[1])
	case "drive":
		chip.Drive(words[1], gpio.High)
	case "rest":
		chip.Drive(words[1], gpio.Low)
	case "unplug":
		chip.Unplug()
	case "lamp":
		return lampIs(chip.Changes(words[1]))
	default:
		return "no hand " + words[0]
	}
	return "done"
}

// lampIs tells a lamp by its last changes.
func lampIs(changes []gpiochip.Change) string {
	n := len(changes)
	switch {
	case n >= 4 && time.Since(changes[n-4].At) < 2500*time.Millisecond:
		return "blinks"
	case n > 0 && time.Since(changes[n-1].At) < time.Second:
		return "unsettled"
	case n > 0 && changes[n-1].Level == gpio.High:
		return "on"
	}
	return "off"
}

// boardControl is the socket over which the board is acted on.
func (s *stage) boardControl() string { return filepath.Join(s.dir, "board.sock") }

// startBoard starts kioskd with an emulated board.
func (s *stage) startBoard() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return s.startAs("kioskd", rig.Command{
		Path: self, Args: []string{"-v", "-config", filepath.Join(s.dir, "kioskd.toml")},
		Env:   []string{boardVar + "=" + s.boardControl()},
		Ready: func(ctx context.Context) error { _, err := s.api.state(ctx); return err },
	})
}

// onBoard has something done to the board and returns the answer.
func (s *stage) onBoard(words ...string) (string, error) {
	c, err := net.Dial("unix", s.boardControl())
	if err != nil {
		return "", err
	}
	defer c.Close()
	fmt.Fprintln(c, strings.Join(words, " "))
	answer, err := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(answer), err
}

func cmdBoard(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 2)
	if args[0] == "configure" {
		ts.Check(s.configure(boardTable))
		return
	}
	answer, err := s.onBoard(args...)
	ts.Check(err)
	if answer != "done" {
		ts.Fatalf("%s", answer)
	}
}

func cmdLamp(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 2, 2)
	ctx, cancel := bounded()
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		is, err := s.onBoard("lamp", args[0])
		ts.Check(err)
		if is == args[1] {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			ts.Fatalf("%s is %s, want %s", args[0], is, args[1])
		}
	}
}
