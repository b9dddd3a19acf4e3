package ticket_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/printer/ticket"
)

// scanned is what another reader, ZBar (Debian: python3-pyzbar), finds in each of
// the pictures: all codes, one after the other.
func scanned(t *testing.T, pictures ...*ticket.Bitmap) (found []string) {
	t.Helper()
	const script = `
import sys
from pyzbar import pyzbar
for arg in sys.argv[1:]:
    w, h = map(int, arg.split("x"))
    codes = pyzbar.decode((sys.stdin.buffer.read(w * h), w, h), symbols=[pyzbar.ZBarSymbol.QRCODE])
    print(b"".join(c.data for c in codes).hex())
`
	args, pixels := []string{"-c", script}, []byte{}
	for _, b := range pictures {
		args = append(args, fmt.Sprintf("%dx%d", b.W, b.H))
		for i := range b.W * b.H {
			grey := byte(0xFF)
			if b.Black(i%b.W, i/b.W) {
				grey = 0
			}
			pixels = append(pixels, grey)
		}
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", args...)
	cmd.Stdin = bytes.NewReader(pixels)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("reading codes: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		data, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("reading codes: %v\n%s", err, out)
		}
		found = append(found, string(data))
	}
	if len(found) != len(pictures) {
		t.Fatalf("%d answers for %d pictures", len(found), len(pictures))
	}
	return found
}

func TestTheCodeOfATicketIsRead(t *testing.T) {
	for width, p := range papers {
		if got := scanned(t, set(t, p, drivertest.Tickets()["number.vi"]))[0]; got != "7K2P-9M4T" {
			t.Errorf("%s mm: read %q", width, got)
		}
	}
}

// Codes of every length are read, until they do not fit; then that is told.
func TestCodesOfEveryLengthAreRead(t *testing.T) {
	for width, p := range papers {
		var payloads []string
		var pictures []*ticket.Bitmap
		s := setter(t, p)
		for n := 1; n <= 1200; n = n*3/2 + 1 {
			payload := strings.ToValidUTF8(strings.Repeat("Mã 7K2P-9m4t|", n/10+1)[:n], "x")
			b, err := s.Set(drivers.Ticket{Blocks: []drivers.Block{{Kind: drivers.BlockCode, Text: payload}}})
			if err != nil {
				break
			}
			payloads, pictures = append(payloads, payload), append(pictures, b)
		}
		for i, got := range scanned(t, pictures...) {
			if got != payloads[i] {
				t.Errorf("%s mm: %d bytes were read as %.40q", width, len(payloads[i]), got)
			}
		}
		if longest := payloads[len(payloads)-1]; len(longest) < 200 {
			t.Errorf("%s mm: the longest code has %d bytes", width, len(longest))
		}
	}
}

// A camera needs four modules of white around a code, also where text stands
// above and below.
func TestCodeHasAQuietZone(t *testing.T) {
	for width, p := range papers {
		text := drivers.Block{Kind: drivers.BlockText, Text: "Ụ"}
		b := set(t, p, drivers.Ticket{Blocks: []drivers.Block{text, {Kind: drivers.BlockCode, Text: "7K2P-9M4T"}, text}})
		rows := inkedRows(b)
		if len(rows) != 3 {
			t.Fatalf("%s mm: found %d groups of rows, want text, code, text", width, len(rows))
		}
		module := (rows[1][1] - rows[1][0]) / 21 // version 1
		above, below := rows[1][0]-rows[0][1], rows[2][0]-rows[1][1]
		if above < 4*module || below < 4*module {
			t.Errorf("%s mm: %d dots above and %d below, with modules of %d", width, above, below, module)
		}
		if module < 5 {
			t.Errorf("%s mm: a short code has modules of %d dots", width, module)
		}
	}
}

// inkedRows are the groups of rows with ink, those that fewer than twelve white
// rows part being one.
func inkedRows(b *ticket.Bitmap) (groups [][2]int) {
	for y := range b.H {
		if bytes.Count(b.Bits[y*b.Stride:][:b.Stride], []byte{0}) == b.Stride {
			continue
		}
		if n := len(groups); n > 0 && y-groups[n-1][1] < 12 {
			groups[n-1][1] = y + 1
		} else {
			groups = append(groups, [2]int{y, y + 1})
		}
	}
	return groups
}
