// Package emrtd is a terminal for electronic travel documents and for identity
// cards built like them (ICAO Doc 9303 parts 10 to 12, BSI TR-03110): it opens
// the chip with PACE or basic access control, reads its files under secure
// messaging, and says whether data and chip are genuine.
//
// For most uses [Read] is all: it takes a [apdu.Transmitter] and [Options] and
// returns a [Document] with a [Verdict]. The parts are exported too, because an
// emulated chip (drivers/emu) speaks the same protocols from the other side:
// [Session], [DeriveKey], the PACE and BAC steps.
//
// The package works on bytes, a random source and a time that are passed in. It
// never opens, logs or sleeps, and must not import drivers, os, net or log. No
// key, MAC, machine readable zone or plaintext appears in an error. What a card
// sends is hostile: everything read from it is bounded.
package emrtd
