package main

import (
	"bufio"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"motcua/drivers"
	"motcua/drivers/printer"
	"motcua/drivers/uart"
)

// A ticket that the driver prints becomes a picture; without paper it does not.
func TestPrinter(t *testing.T) {
	dir := t.TempDir()
	port, out := filepath.Join(dir, "printer"), filepath.Join(dir, "tickets")
	stdin, hands := io.Pipe()
	said, stdout := io.Pipe()
	code := make(chan int)
	go func() {
		code <- run(t.Context(), []string{"printer", "--port", port, "--out", out}, stdin, stdout, stdout)
	}()
	heard := bufio.NewReader(said)
	expect(t, heard, "ready")

	l, err := printer.Serial(port, uart.Settings{Baud: 115200})
	if err != nil {
		t.Fatal(err)
	}
	p, err := printer.New(l, printer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }() // the line goes first
	ticket := drivers.Slip{Caption: "Số thứ tự", Number: "A012"}.Ticket()
	if err := p.Print(t.Context(), ticket); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(out, "ticket-001.png")
	expect(t, heard, name)
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := png.Decode(f); err != nil {
		t.Error(err)
	}

	typeIn(t, hands, "empty\nwhat\n")
	expect(t, heard, `no "what": empty, roll, open, close, jam, free or quit`)
	if err := p.Print(t.Context(), ticket); !errors.Is(err, drivers.ErrPaperOut) {
		t.Errorf("without paper: %v", err)
	}
	typeIn(t, hands, "quit\n")
	if c := <-code; c != exitOK {
		t.Errorf("exit code %d", c)
	}
}

func TestPrinterUsage(t *testing.T) {
	for _, args := range [][]string{
		{"printer"},
		{"printer", "--out", "x"},
		{"printer", "--out", "x", "--port", "a", "--tcp", "b"},
		{"printer", "--out", "x", "--port", "a", "--width", "400"},
	} {
		if c := run(t.Context(), args, strings.NewReader(""), io.Discard, io.Discard); c != exitUsage {
			t.Errorf("%q: exit code %d", args, c)
		}
	}
}

func expect(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	got, err := r.ReadString('\n')
	if strings.TrimSpace(got) != want {
		t.Fatalf("it said %q, %v, want %q", got, err, want)
	}
}

func typeIn(t *testing.T, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
}
