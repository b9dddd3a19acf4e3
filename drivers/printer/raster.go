package printer

import (
	"bytes"

	"motcua/drivers/printer/ticket"
)

// bandRows is how many rows of dots are sent at once: 2 mm. Three bands of the
// widest paper fit the smallest receive buffer in use (4 KB), as do two and all the
// questions that are asked while the printer stands still.
const bandRows = 16

// maxPiece bounds everything that is sent at once, a band of the widest paper above
// all; so it also bounds what a printer may be waiting for.
const maxPiece = 1200

// bands writes a picture as raster commands (GS v 0, each dot as large as a dot), a
// band each. White to the right of a band is not sent.
func bands(b *ticket.Bitmap) [][]byte {
	var out [][]byte
	for y := 0; y < b.H; y += bandRows {
		out = append(out, band(b, y, min(bandRows, b.H-y)))
	}
	return out
}

func band(b *ticket.Bitmap, y, rows int) []byte {
	width := inked(b, y, rows)
	out := make([]byte, 0, 8+rows*width+len(tell))
	out = append(out, gs, 'v', '0', 0, byte(width), byte(width>>8), byte(rows), byte(rows>>8))
	head := len(out)
	for r := y; r < y+rows; r++ {
		out = append(out, b.Bits[r*b.Stride:][:width]...)
	}
	calm(out[head:])
	return out
}

// inked is how many bytes of the rows have ink, at least one.
func inked(b *ticket.Bitmap, y, rows int) int {
	width := 1
	for r := y; r < y+rows; r++ {
		width = max(width, len(bytes.TrimRight(b.Bits[r*b.Stride:][:b.Stride], "\x00")))
	}
	return width
}

// calm keeps dots from being taken for a command. A printer looks for real-time
// commands in everything it receives, pictures included: DLE EOT would make it
// answer, DLE ENQ forget an error, DLE DC4 open the drawer, switch itself off or
// clear its buffers. Where one begins by chance a dot is set beside another, which
// nobody sees.
func calm(dots []byte) {
	for {
		i := bytes.IndexByte(dots, dle)
		if i < 0 || i+1 == len(dots) {
			return
		}
		switch dots[i+1] {
		case eot, enq, dc4:
			dots[i] |= dle >> 1
		}
		dots = dots[i+1:]
	}
}
