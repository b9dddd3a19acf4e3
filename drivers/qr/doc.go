// Package qr drives code readers: modules and hand scanners that read QR and bar
// codes, one file per vendor protocol. Each is a [motcua/drivers.CodeReader].
//
//	gm65.go       Grow GM60/GM65/GM805 and the modules sold as "barcode scanner module"
//	ssi.go        Simple Serial Interface: Zebra SE engines, Grow GM67/GM72
//	newland.go    Newland EM and FM engines, HR scanners
//	honeywell.go  Honeywell N36xx, N66xx, N86xx engines and hand scanners
//	serial.go     any scanner that says a code and a tail, as USB serial or on wires
//	keyboard.go   any scanner that types: a last resort, for ASCII codes only
//	tinycode.go   Tiny Code Reader on I2C
//
// The first four are triggered: their light is on during a Scan only. A trigger
// lasts for at most 20 seconds and is renewed while Scan waits, so that the light of
// a reader whose program has died goes out. Settings are made in the reader's
// memory and never in its flash, looked at before every trigger, and made again
// when the reader has lost them.
//
// Codes are passed on as they were read, whatever is in them. A protocol without
// a checksum for codes (all but SSI) cannot show that a byte was changed on the
// wire; what a code means is protocol/code's to judge.
package qr
