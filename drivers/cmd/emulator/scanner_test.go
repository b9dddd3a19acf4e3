package main

import (
	"bufio"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"motcua/drivers"
	"motcua/drivers/qr"
)

// A code that is typed is one that the driver reads; a reader that is pulled is gone.
func TestScanner(t *testing.T) {
	port := filepath.Join(t.TempDir(), "scanner")
	stdin, hands := io.Pipe()
	said, stdout := io.Pipe()
	code := make(chan int)
	go func() { code <- run(t.Context(), []string{"scanner", "--port", port}, stdin, stdout, stdout) }()
	heard := bufio.NewReader(said)
	expect(t, heard, "ready")

	r, err := qr.Open(t.Context(), port, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	const text = "099090000001|000000001|Nguyễn Văn Mẫu|01011990"
	typeIn(t, hands, text+"\n")
	if s, err := r.Scan(t.Context()); err != nil || string(s.Raw) != text {
		t.Errorf("scanned %q, %v", s.Raw, err)
	}
	typeIn(t, hands, ":light\n:what\n")
	expect(t, heard, "light off")
	expect(t, heard, `no ":what": :away, :light, :pull, :plug, :restart or :quit`)
	typeIn(t, hands, ":pull\n")
	if _, err := r.Scan(t.Context()); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("pulled: %v", err)
	}
	typeIn(t, hands, ":plug\n:quit\n")
	if c := <-code; c != exitOK {
		t.Errorf("exit code %d", c)
	}
}

func TestScannerUsage(t *testing.T) {
	for _, args := range [][]string{{"scanner"}, {"scanner", "--port", "x", "--model", "gm66"}, {"scanner", "--port", "x", "y"}} {
		if c := run(t.Context(), args, strings.NewReader(""), io.Discard, io.Discard); c != exitUsage {
			t.Errorf("%q: exit code %d", args, c)
		}
	}
}
