// Package printer drives receipt printers that speak ESC/POS, over a serial
// line, as a printer of the USB class (usblp) or over TCP port 9100.
//
// A ticket is set in dots (motcua/drivers/printer/ticket) and sent in bands of
// two millimetres. Behind every band the printer is asked to answer once it has
// come so far (GS r), and no more than two bands are sent ahead of its answers. So
// a printer that stops is noticed at once, its buffer never fills, and what it
// still holds of a ticket that failed is two bands at most.
//
// Those are thrown away: by DLE DC4 (fn 8), which clears the printer's buffers, and
// DLE ENQ 2 for printers that know only that. Before the next ticket the printer is
// brought back to where commands begin, whatever it was in the middle of, and the
// stub of the failed ticket is cut off, so that nobody gets the end of another
// person's ticket with theirs. CAN plays no part: it clears the page mode's buffer
// only, which is not used.
//
// Bytes that a printer would take for a real-time command in the middle of a
// picture (DLE EOT, DLE ENQ, DLE DC4) are never sent: see calm.
//
// Commands and answers are those of the ESC/POS Command Reference (Seiko Epson).
// The cash drawer is never opened.
package printer
