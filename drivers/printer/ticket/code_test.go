package ticket_test

import (
	"bytes"
	"image"
	"strings"
	"testing"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/printer/ticket"
	"motcua/drivers/rig"
)

// scanned is what another reader finds in each of the pictures: all codes, one after
// the other.
func scanned(t *testing.T, pictures ...*ticket.Bitmap) (all []string) {
	t.Helper()
	var grey []*image.Gray
	for _, b := range pictures {
		g := image.NewGray(image.Rect(0, 0, b.W, b.H))
		for i := range g.Pix {
			if !b.Black(i%b.W, i/b.W) {
				g.Pix[i] = 0xFF
			}
		}
		grey = append(grey, g)
	}
	found, err := rig.Codes(t.Context(), grey...)
	if err != nil {
		t.Fatal(err)
	}
	for _, codes := range found {
		all = append(all, strings.Join(codes, ""))
	}
	return all
}

func TestTheCodeOfATicketIsRead(t *testing.T) {
	for width, p := range papers {
		if got := scanned(t, set(t, p, drivertest.Tickets()["number.vi"]))[0]; got != "7K2P-9M4T" {
			t.Errorf("%s mm: read %q", width, got)
		}
	}
}

// TestThePaymentCodeIsRead: a slip with a payment code has two codes, and a phone reads
// the one that pays.
func TestThePaymentCodeIsRead(t *testing.T) {
	for width, p := range papers {
		for _, lang := range []string{"vi", "en"} {
			if got := scanned(t, set(t, p, drivertest.Tickets()["paid."+lang]))[0]; !strings.Contains(got, drivertest.PaymentCode) || !strings.Contains(got, "MC1:h001:") {
				t.Errorf("%s mm: read %q", width, got)
			}
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
