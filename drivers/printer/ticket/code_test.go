package ticket_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"motcua/drivers"
	"motcua/drivers/printer/ticket"
)

// scanned is every code that another reader, ZBar (Debian: python3-pyzbar), finds
// in a picture: one line each.
func scanned(t *testing.T, b *ticket.Bitmap) string {
	t.Helper()
	const script = `
import sys
from pyzbar import pyzbar
w, h = int(sys.argv[1]), int(sys.argv[2])
for code in pyzbar.decode((sys.stdin.buffer.read(), w, h), symbols=[pyzbar.ZBarSymbol.QRCODE]):
    sys.stdout.buffer.write(code.data + b"\n")
`
	grey := bytes.Repeat([]byte{0xFF}, b.W*b.H)
	for i := range grey {
		if b.Black(i%b.W, i/b.W) {
			grey[i] = 0
		}
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", script, fmt.Sprint(b.W), fmt.Sprint(b.H))
	cmd.Stdin = bytes.NewReader(grey)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("reading the code: %v\n%s", err, out)
	}
	return string(out)
}

func TestTheCodeOfATicketIsRead(t *testing.T) {
	for width, p := range papers {
		if got := scanned(t, set(t, p, slips()["number.vi"].Ticket())); got != "7K2P-9M4T\n" {
			t.Errorf("%s mm: read %q", width, got)
		}
	}
}

// Codes of every length are read, until they do not fit; then that is told.
func TestCodesOfEveryLengthAreRead(t *testing.T) {
	for width, p := range papers {
		longest := 0
		for n := 1; n <= 1200; n = n*3/2 + 1 {
			payload := strings.Repeat("Mã 7K2P-9m4t|", n/10+1)[:n]
			payload = strings.ToValidUTF8(payload, "x")
			b, err := setter(t, p).Set(drivers.Ticket{Blocks: []drivers.Block{{Kind: drivers.BlockCode, Text: payload}}})
			if err != nil {
				break
			}
			longest = n
			if got := scanned(t, b); got != payload+"\n" {
				t.Errorf("%s mm: %d bytes were read as %.40q", width, len(payload), got)
			}
		}
		if longest < 200 {
			t.Errorf("%s mm: the longest code has %d bytes", width, longest)
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
