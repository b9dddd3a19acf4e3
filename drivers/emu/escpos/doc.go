// Package escpos is an emulated receipt printer that speaks ESC/POS, with all that
// goes wrong with one: paper that is short or ends in the middle of a ticket, an
// open cover, a cutter that jams, a head that is hot, slow or broken, buffers that
// are small, real-time commands that are unknown.
//
// It shares no code with the driver. It takes bytes as a printer does: real-time
// commands are acted on as they arrive, also in the middle of a picture; the rest
// goes through a receive buffer to a head that burns dots on paper. What it printed
// is read off the paper, as a picture. The paper passes the head first and is cut
// twelve millimetres further on, so that a ticket that is not fed out is cut too
// short, and every ticket begins with that much white.
//
// Known are ESC @, ESC a, ESC d, ESC E, ESC J, GS !, GS r, GS I, GS V, GS v 0 of
// single size, LF, text in ASCII, DLE EOT, DLE ENQ and DLE DC4 fn 8, as the ESC/POS
// Command Reference (Seiko Epson) describes them. Anything else is told by
// [Printer.Strange].
package escpos
