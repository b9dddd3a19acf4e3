// Package apdu is the language spoken with a chip card: ISO/IEC 7816-4
// commands, responses and status words.
//
// It owns the wire form of a command, the meaning of a status word and the one
// interface at the bottom of every card, [Transmitter]. It does no I/O itself
// and knows no application on the card.
package apdu
