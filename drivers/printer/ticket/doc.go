// Package ticket sets a ticket in dots, as a thermal printer of 203 dpi burns
// them: drivers.Ticket in, a picture of black and white out.
//
// Tickets are pictures because the letters built into printers lack most of
// Vietnamese. The letters are Noto Sans, as on the screen (protocol/notosans),
// laid on the printer's grid so that lines have an even thickness. A character
// that the font lacks is an error, never an empty box.
//
// Nothing of a text stays in a [Setter] after its picture is made.
package ticket
